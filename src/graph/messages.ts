// The shape of a conversation with a model: plain OpenAI messages, and the one method that a model has.

/** A tool that the model wants to be called; `arguments` is JSON text that the model wrote and nobody has checked. */
export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface AssistantMessage {
  readonly role: "assistant";
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  /** Within a conversation that is state; models are not told. */
  readonly id?: string;
}

/** One message, as OpenAI's chat completions take and give it. */
export type Message =
  | {
      readonly role: "system" | "developer" | "user";
      readonly content: string;
      readonly name?: string;
      readonly id?: string;
    }
  | AssistantMessage
  | { readonly role: "tool"; readonly content: string; readonly tool_call_id: string; readonly id?: string };

/** What the model is told of a tool; `parameters` is a JSON Schema. */
export interface ToolDeclaration {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The form that the model's answer is to have: JSON that fits the schema. */
export interface OutputForm {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** What an answer has cost, as the service counts it. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** An answer of a model, and what it has cost where the service says so. */
export interface Completion {
  readonly message: AssistantMessage;
  readonly usage?: Usage;
}

/**
 * A chat model. What it answers is text from outside: nobody has checked it, not even against the form that was asked for.
 *
 * @example
 * const echo: ChatModel = {
 *   complete: async ({ messages }) => ({ message: { role: "assistant", content: `${messages.length} messages` } }),
 * };
 */
export interface ChatModel {
  complete(request: {
    readonly messages: readonly Message[];
    readonly tools?: readonly ToolDeclaration[];
    readonly output?: OutputForm;
    readonly signal?: AbortSignal;
    /** W3C's header of this name, for a service that can be followed. */
    readonly traceparent?: string;
  }): Promise<Completion>;
}
