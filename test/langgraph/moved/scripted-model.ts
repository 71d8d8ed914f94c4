// A chat model of LangChain's that says what is written, one message after the other, whatever it is asked.
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import type { Runnable } from "@langchain/core/runnables";

/** Counts the model's own messages to find its line, so that a node that runs again hears the same. */
export class ScriptedModel extends BaseChatModel {
  readonly script: readonly BaseMessage[];
  /** What it was told, by type and text, each time. */
  readonly heard: string[][] = [];

  constructor(script: readonly BaseMessage[]) {
    super({});
    this.script = script;
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: readonly unknown[]): Runnable {
    return this.withConfig({ tools } as never);
  }

  override _generate(messages: BaseMessage[]): Promise<ChatResult> {
    this.heard.push(messages.map((one) => `${one.type}: ${one.text}`));
    const line = messages.filter((one) => AIMessage.isInstance(one)).length;
    const said = this.script[line] ?? new AIMessage("I have nothing to say.");
    // A copy, as a model makes a new message each time.
    const { content } = said;
    const tool_calls = AIMessage.isInstance(said) ? (said.tool_calls ?? []) : [];
    const message = new AIMessage({ content, tool_calls });
    return Promise.resolve({ generations: [{ text: message.text, message }] });
  }
}
