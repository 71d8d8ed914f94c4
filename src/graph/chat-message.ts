// A message in LangChain's shape as plain data, with what LangChain's own code asks of one; LangChain itself is never loaded.
import { isObject } from "./record.ts";

/** Under this LangChain looks for its messages: `AIMessage.isInstance`, and `instanceof` since its version 1. */
const BRAND = Symbol.for("langchain.message");

/** A tool that the model wants to be called, as LangChain writes it: the arguments are parsed. */
export interface ChatToolCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly id?: string | undefined;
  readonly type?: "tool_call" | undefined;
}

/** A call whose arguments are no JSON. */
export interface InvalidToolCall {
  readonly name?: string | undefined;
  readonly args?: string | undefined;
  readonly id?: string | undefined;
  readonly error?: string | undefined;
  readonly type?: "invalid_tool_call" | undefined;
}

type Content = string | readonly unknown[];
type Extras = Readonly<Record<string, unknown>>;

/** What a message of LangChain's says, as a plain object. */
export interface ChatMessageFields {
  readonly type: "human" | "ai" | "system" | "tool" | "function" | "generic" | "remove";
  readonly content: Content;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly tool_calls?: readonly ChatToolCall[] | undefined;
  readonly invalid_tool_calls?: readonly InvalidToolCall[] | undefined;
  readonly tool_call_id?: string | undefined;
  readonly status?: "success" | "error" | undefined;
  readonly artifact?: unknown;
  readonly additional_kwargs?: Extras | undefined;
  readonly response_metadata?: Extras | undefined;
  readonly usage_metadata?: Extras | undefined;
  /** Of "generic" alone: whoever speaks. */
  readonly role?: string | undefined;
}

const OPTIONAL = ["id", "name", "tool_call_id", "status", "artifact", "usage_metadata"] as const;

const MAY_BE_EMPTY = new Set(["tool_calls", "invalid_tool_calls", "additional_kwargs", "response_metadata"]);

type Role = "user" | "assistant" | "system" | "tool" | "remove";
const ROLES = new Map<string, Role>([
  ["human", "user"],
  ["ai", "assistant"],
  ["system", "system"],
  ["tool", "tool"],
  ["remove", "remove"],
]);

/**
 * A message that a graph was given in LangChain's shape, or as an instance of LangChain's. It is stored and read back as what it
 * is, so that a node sees the same before a pause and after it, and LangChain's models, guards and helpers take it for one of
 * theirs. With `role`, and `function` on its tool calls, it can also be read like one of OpenAI's; `openAiFromMessage` makes one.
 *
 * Its JSON is its fields, which LangChain reads too, and not LangChain's own form with "lc" and "kwargs".
 *
 * @example
 * const message = new ChatMessage({ type: "ai", content: "", tool_calls: [{ name: "search", args: { q: "x" }, id: "c1" }] });
 * isAIMessage(message); // true: LangChain's guard
 */
export class ChatMessage implements ChatMessageFields {
  declare readonly type: ChatMessageFields["type"];
  declare readonly content: Content;
  declare readonly id?: string;
  declare readonly name?: string;
  declare readonly tool_calls?: readonly ChatToolCall[];
  declare readonly invalid_tool_calls?: readonly InvalidToolCall[];
  declare readonly tool_call_id?: string;
  declare readonly status?: "success" | "error";
  declare readonly artifact?: unknown;
  declare readonly additional_kwargs: Extras;
  declare readonly response_metadata: Extras;
  declare readonly usage_metadata?: Extras;

  constructor(fields: ChatMessageFields) {
    const { type, content, additional_kwargs = {}, response_metadata = {} } = fields;
    Object.assign(this, { type, content, additional_kwargs, response_metadata });
    for (const name of OPTIONAL) {
      const value = fields[name] ?? undefined;
      if (value !== undefined) Object.assign(this, { [name]: value });
    }
    // As in LangChain, where code asks a model's answer for its calls without asking first whether there are any.
    if (type === "ai") {
      const { tool_calls = [], invalid_tool_calls = [] } = fields;
      Object.assign(this, { tool_calls: tool_calls.map(toolCall), invalid_tool_calls });
    }
    if (type === "generic") Object.defineProperty(this, "role", { value: fields.role, enumerable: true });
  }

  /** OpenAI's name for whoever speaks. */
  get role(): Role {
    return ROLES.get(this.type) ?? "user";
  }

  get text(): string {
    return textIn(this.content);
  }

  get contentBlocks(): readonly unknown[] {
    return typeof this.content === "string" ? [{ type: "text", text: this.content }] : this.content;
  }

  getType(): ChatMessageFields["type"] {
    return this.type;
  }

  /** LangChain's older name for `getType`, which its guards still call. */
  _getType(): ChatMessageFields["type"] {
    return this.type;
  }

  /** As LangChain's chat histories store messages. */
  toDict(): { readonly type: string; readonly data: ChatMessageFields } {
    return { type: this.type, data: ownFields(this) };
  }

  /** As `JSON.stringify` wants it: for logs, cards and prompts, without what is empty. */
  toJSON(): object {
    return Object.fromEntries(storedFields(this));
  }

  /** LangChain's tools may return one, and would otherwise make text of it. */
  get lc_direct_tool_output(): boolean {
    return this.type === "tool";
  }

  get [BRAND](): true {
    return true;
  }
}

/** The words of a message whose content may be in blocks. */
export function textIn(content: Content): string {
  if (typeof content === "string") return content;
  return content.map(textOfBlock).join("");
}

/** Says whether a value is an instance of LangChain's messages, of any of its versions, or a copy of one by spread. */
export function isLangChainMessage(value: object): value is ChatMessageFields {
  if (!("content" in value)) return false;
  return Reflect.get(value, BRAND) === true || typeof Reflect.get(value, "_getType") === "function";
}

/** The plain data of one of LangChain's messages, or of ours; a stranger's further fields are left out. */
export function chatFromLangChain(message: ChatMessageFields): ChatMessage {
  if (message instanceof ChatMessage) return message;
  // Before version 1, LangChain's messages had no `type`.
  const { _getType } = message as { readonly _getType?: () => ChatMessageFields["type"] };
  return new ChatMessage(_getType === undefined ? message : { ...message, type: _getType.call(message) });
}

/** The same message under an id. */
export function identifiedChat(message: ChatMessage, id: string): ChatMessage {
  return new ChatMessage({ ...ownFields(message), id });
}

/** What is stored of a message: nothing that the constructor adds by itself. */
export function storedFields(message: ChatMessage): readonly (readonly [string, unknown])[] {
  return Object.entries(message).filter(([name, value]) => !(MAY_BE_EMPTY.has(name) && isEmpty(value)));
}

function ownFields(message: ChatMessage): ChatMessageFields {
  // All fields are its own; what the prototype has is worked out of them.
  return Object.fromEntries(Object.entries(message)) as unknown as ChatMessageFields;
}

/** Also readable as OpenAI's; the getter stays out of copies, comparisons and what is stored. */
function toolCall({ name, args, id }: ChatToolCall): ChatToolCall {
  const call = { name, args, ...(id !== undefined && { id }), type: "tool_call" as const };
  return Object.defineProperty(call, "function", {
    get: () => ({ name: call.name, arguments: JSON.stringify(call.args) }),
  });
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function textOfBlock(block: unknown): string {
  if (typeof block === "string") return block;
  return isObject(block) && typeof block["text"] === "string" ? block["text"] : "";
}
