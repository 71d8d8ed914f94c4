// Conversations as a channel: new messages are added, those with a known id replace what was there, and some are taken out.
import { hash } from "node:crypto";
import { Annotation, type AnnotationRoot, type Channel } from "./annotation.ts";
import { ChatMessage, identifiedChat } from "./chat-message.ts";
import { canonicalJson, encodeValue } from "./codec.ts";
import { InvalidUpdateError } from "./errors.ts";
import { chatFromLike, chatFromMessage, type LangChainLike } from "./message-shapes.ts";
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

/** A message, LangChain's included, or one in a form that is not whole yet: words of the user, or a role and its words. */
export type MessageLike = Message | MessageRemoval | LangChainLike | string | MessagePair;
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
 * the same conversation, so that a step that is played again changes nothing. OpenAI's messages stay what they are, LangChain's
 * become `ChatMessage`s, which can be read as either. Mirrors LangGraph's `messagesStateReducer`.
 *
 * @throws InvalidUpdateError when a message is to be removed that is not there, or something is no message.
 * @example
 * messagesStateReducer([{ role: "user", content: "Hi", id: "1" }], "How are you?");
 */
export function messagesStateReducer(
  conversation: readonly Message[],
  update: MessagesUpdate,
): readonly Message[] {
  // As far as one is read by its role, its text and its calls, a ChatMessage is one of OpenAI's.
  return merged(conversation, update, wholeMessage) as readonly Message[];
}

/**
 * The same for graphs that read LangChain's messages: whatever comes in, also in OpenAI's shape or as a string, becomes a
 * `ChatMessage`, as it becomes a message of LangChain's in LangGraph.
 *
 * @throws InvalidUpdateError as `messagesStateReducer`.
 * @example
 * chatMessagesReducer([], [{ role: "user", content: "Hi" }])[0]?.getType(); // "human"
 */
export function chatMessagesReducer(
  conversation: readonly ChatMessage[],
  update: MessagesUpdate,
): readonly ChatMessage[] {
  return merged(conversation, update, wholeChatMessage);
}

type Identified = (Message | ChatMessage) & { readonly role: string };

function merged<One extends Identified>(
  conversation: readonly One[],
  update: MessagesUpdate,
  whole: (like: MessageLike) => One | MessageRemoval,
): readonly One[] {
  const given = isList(update) ? update.map(whole) : [whole(update)];
  const cleared = given.findLastIndex((one) => one.role === "remove" && one.id === REMOVE_ALL_MESSAGES);
  const before = cleared === -1 ? conversation : [];
  const messages = new Map<string, One>();
  for (const [index, message] of before.entries()) {
    const { id, message: identified } = withId(message, index);
    messages.set(id, identified);
  }
  const removed = new Set<string>();
  for (const one of given.slice(cleared + 1)) {
    if (isRemoval(one)) {
      if (!messages.has(one.id)) throw unknownMessage(one.id);
      removed.add(one.id);
    } else {
      const { id, message } = withId(one, messages.size);
      messages.set(id, message === messages.get(id) ? copied(message) : message);
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

/** The same for graphs that read LangChain's messages; see `chatMessagesReducer`. */
export const ChatMessagesAnnotation: AnnotationRoot<{
  readonly messages: Channel<readonly ChatMessage[], MessagesUpdate>;
}> = Annotation.Root({
  messages: Annotation<readonly ChatMessage[], MessagesUpdate>({
    reducer: chatMessagesReducer,
    default: () => [],
  }),
});

function wholeMessage(like: MessageLike): Message | ChatMessage | MessageRemoval {
  if (typeof like === "string") return { role: "user", content: like };
  if (isPair(like)) return messageFromPair(like);
  const chat = chatFromLike(like);
  if (chat !== undefined) return chat.type === "remove" ? removal(chat) : chat;
  // Callers without types, and models, give anything.
  if (hasRole(like)) return like;
  throw new InvalidUpdateError(
    `Expected a message with a role, a string or a pair of role and text, received ${typeof like}.`,
  );
}

function messageFromPair([role, content]: MessagePair): Message {
  return { role: ROLES[role], content };
}

function wholeChatMessage(like: MessageLike): ChatMessage | MessageRemoval {
  const whole = wholeMessage(like);
  return isRemoval(whole) ? whole : chatFromMessage(whole);
}

function removal({ id = "" }: ChatMessage): MessageRemoval {
  return { role: "remove", id };
}

function isRemoval(one: { readonly role: string }): one is MessageRemoval {
  return one.role === "remove";
}

function hasRole(like: unknown): like is Message | MessageRemoval {
  return typeof like === "object" && like !== null && "role" in like && typeof like.role === "string";
}

/** The place counts, so that the same words said twice are two messages. */
function withId<One extends Identified>(
  given: One,
  place: number,
): { readonly id: string; readonly message: One } {
  if (given.id !== undefined) return { id: given.id, message: given };
  const said = canonicalJson(encodeValue([place, given], "A message"));
  const id = hash("sha256", said).slice(0, 32);
  return { id, message: identified(given, id) };
}

function identified<One extends Identified>(message: One, id: string): One {
  const chat = chatFromLike(message);
  // Another one of the same kind, whichever that is.
  return (chat === undefined ? Object.assign({}, message, { id }) : identifiedChat(chat, id)) as One;
}

/** Code written for LangChain changes a message in place and returns it: what is stored by identity would not see that. */
function copied<One extends Identified>(message: One): One {
  return message instanceof ChatMessage ? identified(message, message.id ?? "") : message;
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
