// A model for tests: OpenAI's protocol over real HTTP, asked through the real client, with the lines that the test has written for it.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import type { ChatModel } from "../../src/graph/index.ts";
import { refusedByProviders } from "./refused-by-providers.ts";

type Calls = readonly (readonly [name: string, args: object | string])[];

/** An answer as the service writes it, for what no good service says. */
interface Odd {
  readonly delta: object;
  readonly finish?: string;
}

type Prompt = string | Calls | { readonly status: number } | Odd;

/** Said once this has happened, and never when it does not. */
interface Late {
  readonly after: Promise<unknown>;
  readonly line: Prompt;
}

/** What it says: words, calls of tools, that it cannot, something odd, or one of them late. */
export type Line = Prompt | Late;

const ToolCall = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const Told = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer", "user"]), content: z.string() }),
  z.object({
    role: z.literal("assistant"),
    content: z.string().nullable(),
    tool_calls: z.array(ToolCall).min(1).exactOptional(),
  }),
  z.object({ role: z.literal("tool"), content: z.string(), tool_call_id: z.string() }),
]);

const Asked = z.object({
  messages: z.array(Told).refine((messages) => refusedByProviders(messages).length === 0),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
  response_format: z.looseObject({ type: z.string() }).optional(),
});
type Asked = z.infer<typeof Asked>;

export interface ModelServer {
  readonly model: ChatModel;
  /** What it was told, request by request. */
  readonly asked: Asked["messages"][];
  /** The form that its answer was to have, request by request. */
  readonly forms: Asked["response_format"][];
}

/** Says one line after the other, the last one again and again; what providers refuse it refuses, too. */
export async function startModel(
  lines: readonly [Line, ...Line[]],
  { timeoutMs = 5_000 }: { readonly timeoutMs?: number } = {},
): Promise<ModelServer> {
  const asked: ModelServer["asked"] = [];
  const forms: ModelServer["forms"] = [];
  const server = createServer((request, response) => {
    void json(request).then(async (body) => {
      const { data } = Asked.safeParse(body);
      if (data === undefined) {
        answer(response, { status: 400 }, 0);
        return;
      }
      const line = lines[Math.min(asked.length, lines.length - 1)] ?? "";
      const number = asked.push(data.messages);
      forms.push(data.response_format);
      const isLate = typeof line === "object" && "after" in line;
      if (isLate) await line.after;
      answer(response, isLate ? line.line : line, number);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const model = createOpenAiModel({
    apiKey: "sk-test",
    baseUrl,
    model: "test-model",
    timeoutMs,
    maxRetries: 0,
  });
  return { model, asked, forms };
}

function answer(response: ServerResponse, line: Prompt, number: number): void {
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

function oddFrom(line: Exclude<Prompt, { readonly status: number }>, number: number): Odd {
  if (typeof line === "string") return { delta: { role: "assistant", content: line } };
  if ("delta" in line) return line;
  const tool_calls = line.map(([name, args], index) => ({
    ...{ index, id: `call_${number}_${index}`, type: "function" },
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  return { delta: { role: "assistant", content: null, tool_calls }, finish: "tool_calls" };
}
