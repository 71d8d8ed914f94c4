// Conversations as a channel: new messages are added, those with a known id replace what was there, and some are taken out.
import { hash } from "node:crypto";
import { Annotation, type AnnotationRoot, type Channel } from "./annotation.ts";
import { canonicalJson, encodeValue } from "./codec.ts";
import { InvalidUpdateError } from "./errors.ts";
import type { Message } from "./messages.ts";

/** As the id of a RemoveMessage: takes out everything that stands before it. */
export const REMOVE_ALL_MESSAGES = "__remove_all__";

/** In an update, takes the message with this id out of the conversation. */
export interface MessageRemoval {
  readonly role: "remove";
  readonly id: string;
}

/** The roles that a pair may name, each with OpenAI's name for it; "human" and "ai" are LangChain's. */
const ROLES = {
  system: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  ai: "assistant",
} as const;
type MessagePair = readonly [role: keyof typeof ROLES, text: string];

/** A message in a form that is not whole yet: words of the user, or a role and its words. */
export type MessageLike = Message | MessageRemoval | string | MessagePair;
export type MessagesUpdate = MessageLike | readonly MessageLike[];

/**
 * Mirrors LangGraph's `RemoveMessage`. It is plain data, so that an update with one can be stored.
 *
 * @example
 * return { messages: [new RemoveMessage({ id: messages[0].id })] };
 */
export const RemoveMessage = function ({ id }: { readonly id: string }): MessageRemoval {
  return { role: "remove", id };
} as unknown as new (message: { readonly id: string }) => MessageRemoval;

/**
 * The reducer of `MessagesAnnotation`. Every message gets an id if it has none, and always the same one at the same place of
 * the same conversation, so that a step that is played again changes nothing. Mirrors LangGraph's `messagesStateReducer`.
 *
 * @throws InvalidUpdateError when a message is to be removed that is not there, or something is no message.
 * @example
 * messagesStateReducer([{ role: "user", content: "Hi", id: "1" }], "How are you?");
 */
export function messagesStateReducer(
  conversation: readonly Message[],
  update: MessagesUpdate,
): readonly Message[] {
  const given = isList(update) ? update.map(wholeMessage) : [wholeMessage(update)];
  const cleared = given.findLastIndex((one) => one.role === "remove" && one.id === REMOVE_ALL_MESSAGES);
  const before = cleared === -1 ? conversation : [];
  const added = given.slice(cleared + 1);
  const messages = new Map<string, Message>();
  for (const [index, message] of before.entries()) {
    const { id, message: identified } = withId(message, index);
    messages.set(id, identified);
  }
  const removed = new Set<string>();
  for (const one of added) {
    if (one.role === "remove") {
      if (!messages.has(one.id)) throw unknownMessage(one.id);
      removed.add(one.id);
    } else {
      const { id, message } = withId(one, messages.size);
      messages.set(id, message);
      removed.delete(id);
    }
  }
  return [...messages].filter(([id]) => !removed.has(id)).map(([, message]) => message);
}

/** LangGraph's other name for `messagesStateReducer`. */
export const addMessages: typeof messagesStateReducer = messagesStateReducer;

/**
 * State that is a conversation. Mirrors LangGraph's `MessagesAnnotation`.
 *
 * @example
 * const graph = new StateGraph(MessagesAnnotation).addNode("model", async ({ messages }) => ({ messages: await ask(messages) }));
 */
export const MessagesAnnotation: AnnotationRoot<{
  readonly messages: Channel<readonly Message[], MessagesUpdate>;
}> = Annotation.Root({
  messages: Annotation<readonly Message[], MessagesUpdate>({
    reducer: messagesStateReducer,
    default: () => [],
  }),
});

function wholeMessage(like: MessageLike): Message | MessageRemoval {
  if (typeof like === "string") return { role: "user", content: like };
  if (isPair(like)) return { role: ROLES[like[0]], content: like[1] };
  // Callers without types, and models, give anything.
  if (hasRole(like)) return like;
  throw new InvalidUpdateError(
    `Expected a message with a role, a string or a pair of role and text, received ${typeof like}.`,
  );
}

/** Whether something can be a message. */
export function hasRole(like: unknown): like is { readonly role: string } {
  return typeof like === "object" && like !== null && "role" in like && typeof like.role === "string";
}

/** The place counts, so that the same words said twice are two messages. */
function withId(message: Message, place: number): { readonly id: string; readonly message: Message } {
  if (message.id !== undefined) return { id: message.id, message };
  const said = canonicalJson(encodeValue([place, message], "A message"));
  const id = hash("sha256", said).slice(0, 32);
  return { id, message: { ...message, id } };
}

function unknownMessage(id: string): InvalidUpdateError {
  return new InvalidUpdateError(
    `Attempting to delete a message with an ID that doesn't exist ('${id}'). Remove only messages of this conversation.`,
  );
}

function isList(update: MessagesUpdate): update is readonly MessageLike[] {
  return Array.isArray(update) && !isPair(update);
}

/** Two strings could be two messages of the user; the name of a role in front makes them one. */
function isPair(like: unknown): like is MessagePair {
  if (!Array.isArray(like) || like.length !== 2) return false;
  const pair: readonly unknown[] = like;
  const [role, text] = pair;
  return typeof role === "string" && Object.hasOwn(ROLES, role) && typeof text === "string";
}
