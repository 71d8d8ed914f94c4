// The conversation in a graph's state: which calls of tools wait in it, and how it reads once they are answered or changed.
import * as z from "zod";
import { JsonObject } from "../approvals/json.ts";
import { jsonOf } from "../approvals/readable.ts";
import { argsOfCalls, type WaitingCall } from "../approvals/rows/stop.ts";
import {
  type AnyMessage,
  answerTo,
  type AskedCall,
  askedIn,
  callsIn,
  chatFromLike,
  ChatMessage,
  type Message,
  Overwrite,
  roleOf,
} from "../graph/index.ts";

/** The channel that a conversation is expected in; others are looked at after it. */
const MESSAGES = "messages";

interface Conversation {
  readonly channel: string;
  readonly messages: readonly AnyMessage[];
  /** Those that nobody has answered. */
  readonly calls: readonly (AskedCall & WaitingCall)[];
  readonly isOpenAi: boolean;
}

/** What can be read of a message that is said to be one. */
const OpenAiCalls = z.array(
  z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }),
);

/** The calls that wait in the state, if any do. */
export function waitingCalls(values: unknown): Conversation | undefined {
  return conversations(values).find(({ calls }) => calls.length > 0);
}

/** What a model has said at the end of the conversation, with no call to it. */
export function lastWords(values: unknown): string | undefined {
  const last = conversations(values)[0]?.messages.at(-1);
  if (last === undefined || roleOf(last) !== "assistant" || callsIn(last).length > 0) return undefined;
  const { content } = last as { readonly content?: unknown };
  return typeof content === "string" && content !== "" ? content : undefined;
}

function conversations(values: unknown): readonly Conversation[] {
  if (typeof values !== "object" || values === null) return [];
  const channels = Object.entries(values) as readonly (readonly [string, unknown])[];
  const inOrder = channels.toSorted(
    ([one], [other]) => Number(other === MESSAGES) - Number(one === MESSAGES),
  );
  return inOrder.flatMap(([channel, value]) => conversationIn(channel, value));
}

function conversationIn(channel: string, value: unknown): readonly Conversation[] {
  if (!isConversation(value)) return [];
  const asked = askedIn(value);
  const waiting = (asked?.calls ?? []).filter(
    ({ id }) => id === undefined || asked?.answered.has(id) !== true,
  );
  // What is no JSON object is shown as no arguments: the tool will say what is wrong.
  const calls = waiting.map((call) => ({ ...call, args: JsonObject.parse(jsonOf(call.args) ?? {}) }));
  return [{ channel, messages: value, calls, isOpenAi: asked?.isOpenAi ?? true }];
}

function isConversation(value: unknown): value is readonly AnyMessage[] {
  return Array.isArray(value) && value.length > 0 && value.every(isReadable);
}

function isReadable(message: unknown): boolean {
  if (roleOf(message) === undefined) return false;
  if (chatFromLike(message) !== undefined) return true;
  const { tool_calls } = message as { readonly tool_calls?: unknown };
  return tool_calls === undefined || tool_calls === null || OpenAiCalls.safeParse(tool_calls).success;
}

type StateUpdate = Readonly<Record<string, unknown>>;

/** One message for each call that waits: it was rejected, and why. */
export function rejectingUpdate(values: unknown, reason: string): StateUpdate {
  const found = waitingCalls(values);
  if (found === undefined) return {};
  const { channel, calls, isOpenAi } = found;
  const content = `This call was rejected by a human and was not carried out: ${reason}`;
  return { [channel]: calls.map((call) => answerTo(call, { content, status: "error" }, isOpenAi)) };
}

/** The message whose calls wait, under its own id, with other arguments. */
export function changedCallsUpdate(values: unknown, args: JsonObject): StateUpdate {
  const found = waitingCalls(values);
  if (found === undefined) return {};
  const { calls } = found;
  const changed = argsOfCalls(calls, args);
  const argsById = new Map(calls.map(({ id }, index) => [id, changed[index] ?? {}]));
  return replacedUpdate(found, (message) => withArgs(message, argsById));
}

/** The last message, under its own id, with other words. */
export function changedWordsUpdate(values: unknown, content: string): StateUpdate {
  const [found] = conversations(values);
  return found === undefined ? {} : replacedUpdate(found, (message) => withWords(message, content));
}

/** Written past the channel's reducer, which might take it for one more message. */
function replacedUpdate(
  { channel, messages }: Conversation,
  change: (message: AnyMessage) => AnyMessage,
): StateUpdate {
  const at = messages.findLastIndex((message) => roleOf(message) === "assistant");
  return { [channel]: new Overwrite(messages.map((one, index) => (index === at ? change(one) : one))) };
}

type ArgsById = ReadonlyMap<string | undefined, JsonObject>;

function withArgs(message: AnyMessage, argsById: ArgsById): AnyMessage {
  const chat = chatFromLike(message);
  if (chat !== undefined) {
    const tool_calls = (chat.tool_calls ?? []).map((call) => ({
      ...call,
      args: argsById.get(call.id) ?? call.args,
    }));
    return new ChatMessage({ ...chat.toDict().data, tool_calls });
  }
  const { tool_calls = [], ...rest } = message as Extract<Message, { readonly role: "assistant" }>;
  return {
    ...rest,
    tool_calls: tool_calls.map((call) => {
      const args = argsById.get(call.id);
      if (args === undefined) return call;
      return { ...call, function: { ...call.function, arguments: JSON.stringify(args) } };
    }),
  };
}

function withWords(message: AnyMessage, content: string): AnyMessage {
  const chat = chatFromLike(message);
  return chat === undefined
    ? { ...(message as Message), content }
    : new ChatMessage({ ...chat.toDict().data, content });
}
