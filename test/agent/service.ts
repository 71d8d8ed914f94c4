// A service that answers as it is told, over real HTTP, and a model that asks it.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { createOpenAiModel, type OpenAiModelOptions } from "../../src/agent/openai.ts";
import type { ChatModel, Message } from "../../src/graph/index.ts";

export const KEY = "sk-secret-0123456789";
export const SECRET_QUESTION = "What is the launch code 4711?";
export const messages: readonly Message[] = [{ role: "user", content: SECRET_QUESTION }];

export function modelAt(url: string, options: Partial<OpenAiModelOptions> = {}): ChatModel {
  return createOpenAiModel({
    ...{ apiKey: KEY, baseUrl: `${url}/v1`, model: "small", timeoutMs: 5_000, maxRetries: 0 },
    ...options,
  });
}

const Asked = z.looseObject({ stream: z.boolean().default(false) });
type Asked = z.infer<typeof Asked>;

export type Respond = (response: ServerResponse, asked: Asked) => void;

export interface Service {
  readonly url: string;
  /** What it was asked, oldest first. */
  readonly asked: readonly Asked[];
}

/** Answers in turn; the last one is the answer to all that follow. */
export async function service(...answers: readonly [Respond, ...Respond[]]): Promise<Service> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += String(part)));
    request.on("end", () => {
      const one = Asked.parse(JSON.parse(text));
      const answer = answers[asked.length] ?? answers.at(-1);
      asked.push(one);
      answer?.(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export function json(status: number, body: unknown): Respond {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}

export function completion(choice: object): object {
  return {
    id: "c",
    object: "chat.completion",
    created: 1,
    model: "small",
    choices: [{ index: 0, ...choice }],
  };
}

/** One piece of an answer; `finish` in the last one. */
export function piece(delta: object, finish: string | null = null): object {
  return chunk({ choices: [{ index: 0, delta, finish_reason: finish }] });
}

export function chunk(fields: object): object {
  return { id: "c", object: "chat.completion.chunk", created: 1, model: "small", ...fields };
}

/** What comes behind the pieces of an answer. */
type Then = "done" | "silence" | "cut" | "end";

export function pieces(given: readonly object[], then: Then = "done"): Respond {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const text = given.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");
    response.write(then === "done" ? `${text}data: [DONE]\n\n` : text, () => {
      if (then === "cut") response.destroy();
      else if (then !== "silence") response.end();
    });
  };
}

export async function failureOf(pending: Promise<unknown>): Promise<Error> {
  const error: unknown = await pending.then(
    () => new Error("It did not fail."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) return error;
  throw new Error("Something that is no Error was thrown.");
}
