// A model for tests: OpenAI's protocol over real HTTP, asked through the real client, with the lines that the test has written for it.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import type { ChatModel } from "../../src/graph/index.ts";

type Calls = readonly (readonly [name: string, args: object | string])[];

/** An answer as the service writes it, for what no good service says. */
interface Odd {
  readonly delta: object;
  readonly finish?: string;
}

/** What it says: words, calls of tools, that it cannot, or something odd. */
export type Line = string | Calls | { readonly status: number } | Odd;

const Asked = z.object({
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
});
type Told = z.infer<typeof Asked>["messages"];

export interface ModelServer {
  readonly model: ChatModel;
  /** What it was told, request by request. */
  readonly asked: Told[];
}

/** Says one line after the other; the last one again and again. */
export async function startModel(...lines: readonly [Line, ...Line[]]): Promise<ModelServer> {
  const asked: Told[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const line = lines[Math.min(asked.length, lines.length - 1)] ?? "";
      asked.push(Asked.parse(body).messages);
      answer(response, line, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = createOpenAiModel({
    apiKey: "sk-test",
    baseUrl,
    model: "test-model",
    timeoutMs: 5_000,
    maxRetries: 0,
  });
  return { model, asked };
}

function answer(response: ServerResponse, line: Line, number: number): void {
  if (typeof line === "object" && "status" in line) {
    response.writeHead(line.status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ error: { message: "It is not well.", type: "server_error" } }));
    return;
  }
  const { delta, finish = "stop" } = oddFrom(line, number);
  const common = {
    id: `chatcmpl-${number}`,
    object: "chat.completion.chunk",
    created: 0,
    model: "test-model",
  };
  const chunk = { ...common, choices: [{ index: 0, delta, finish_reason: finish }] };
  const usage = {
    ...common,
    choices: [],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  };
  response.writeHead(200, { "content-type": "text/event-stream", connection: "close" });
  response.end(`data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify(usage)}\n\ndata: [DONE]\n\n`);
}

function oddFrom(line: Exclude<Line, { readonly status: number }>, number: number): Odd {
  if (typeof line === "string") return { delta: { role: "assistant", content: line } };
  if ("delta" in line) return line;
  const tool_calls = line.map(([name, args], index) => ({
    ...{ index, id: `call_${number}_${index}`, type: "function" },
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  return { delta: { role: "assistant", content: null, tool_calls }, finish: "tool_calls" };
}
