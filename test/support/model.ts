// A model for tests: OpenAI's protocol over real HTTP, asked through the real client, with the lines that the test has written for it.
import { LLMock } from "@copilotkit/aimock";
import { onTestFinished } from "vitest";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import type { ChatModel } from "../../src/graph/index.ts";

type Calls = readonly [name: string, args: object | string][];

/** What it says: words, calls of tools, or that it cannot. */
export type Line =
  string | Calls | { readonly status: number } | ((messages: readonly Told[]) => string | Calls);

export interface Told {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_call_id?: string;
}

export interface ModelServer {
  readonly model: ChatModel;
  readonly url: string;
  /** What it was told, request by request. */
  readonly asked: (readonly Told[])[];
}

/** Says one line after the other; the last one again and again. */
export async function startModel(...lines: readonly [Line, ...Line[]]): Promise<ModelServer> {
  const asked: (readonly Told[])[] = [];
  const mock = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  mock.on({}, ({ messages }) => {
    const line = lines[Math.min(asked.length, lines.length - 1)] ?? "";
    asked.push(messages);
    return answerOf(typeof line === "function" ? line(messages) : line, asked.length);
  });
  const url = `${await mock.start()}/v1`;
  onTestFinished(() => mock.stop());
  const options = { apiKey: "sk-test", baseUrl: url, model: "test-model", timeoutMs: 5_000, maxRetries: 0 };
  return { model: createOpenAiModel(options), url, asked };
}

function answerOf(line: Exclude<Line, (messages: never) => unknown>, number: number) {
  if (typeof line === "string") return { content: line };
  if ("status" in line)
    return { error: { message: "It is not well.", type: "server_error" }, status: line.status };
  const toolCalls = line.map(([name, args], index) => ({
    ...{ id: `call_${number}_${index}`, name },
    arguments: typeof args === "string" ? args : JSON.stringify(args),
  }));
  return { toolCalls };
}
