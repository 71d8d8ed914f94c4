// What a tool gives back, as data that can be stored, and made of it again: a message, or a Command.
import {
  answerTo,
  type AnyMessage,
  type AskedCall,
  chatFromLike,
  type ChatMessage,
  Command,
  type Message,
  openAiFromMessage,
  Send,
} from "../graph/index.ts";

type Target = string | { readonly node: string; readonly args: unknown };

/** A Command is an instance, and so are its Sends: stored are their parts. */
export type StoredOutput =
  | { readonly kind: "message"; readonly message: AnyMessage }
  | {
      readonly kind: "command";
      readonly update: unknown;
      readonly goto: readonly Target[];
      readonly graph: string | undefined;
    };

export function storedFromOutput(output: unknown, call: AskedCall, isOpenAi: boolean): StoredOutput {
  if (output instanceof Command) {
    const goto = output.goto.map((to) => (to instanceof Send ? { node: to.node, args: to.args } : to));
    return { kind: "command", update: output.update, goto, graph: output.graph };
  }
  const chat = chatFromLike(output);
  if (chat?.type === "tool") return { kind: "message", message: isOpenAi ? openAiFromMessage(chat) : chat };
  const answer = { content: textOf(output), status: "success" } as const;
  return { kind: "message", message: answerTo(call, answer, isOpenAi) };
}

export function outputFromStored(stored: StoredOutput): Message | ChatMessage | Command {
  if (stored.kind === "message") return chatFromLike(stored.message) ?? (stored.message as Message);
  const { update, graph } = stored;
  const goto = stored.goto.map((to) => (typeof to === "string" ? to : new Send(to.node, to.args)));
  return new Command({
    goto,
    ...(isRecord(update) && { update }),
    ...(graph !== undefined && { graph }),
  });
}

function textOf(output: unknown): string {
  if (output === undefined) return "";
  return typeof output === "string" ? output : JSON.stringify(output);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
