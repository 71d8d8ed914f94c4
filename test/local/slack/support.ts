// A local Slack on a free port with a small app behind it that records what it is sent and answers as told.
import { createHmac } from "node:crypto";
import { serve } from "@hono/node-server";
import { LogLevel, WebAPIPlatformError, WebClient } from "@slack/web-api";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { createClock } from "../../../src/local/clock.ts";
import { createPerson, type LocalPerson } from "../../../src/local/slack/person.ts";
import type { Everything } from "../../../src/local/slack/protocol.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { createLocalSlack, type LocalSlackOptions } from "../../../src/local/slack/server.ts";
import { createStore } from "../../../src/local/slack/store.ts";

export const SIGNING_SECRET = "local-signing-secret";
export const BOT_TOKEN = "xoxb-local";
export const { deploys, general, random } = SEED.channels;

export interface Received {
  readonly headers: Headers;
  readonly body: string;
}

export type Answering = (received: Received) => Response | Promise<Response>;

export interface FakeApp {
  readonly url: string;
  readonly received: Received[];
  answer: Answering;
  readonly close: () => Promise<void>;
}

export async function startFakeApp(): Promise<FakeApp> {
  const received: Received[] = [];
  const holder: { answer: Answering } = { answer: () => new Response("") };
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve) => {
      const server = serve(
        {
          port: 0,
          hostname: "127.0.0.1",
          fetch: async (request) => {
            const one = { headers: request.headers, body: await request.text() };
            if (new URL(request.url).pathname !== "/slack/events") return new Response("", { status: 404 });
            received.push(one);
            return holder.answer(one);
          },
        },
        (info) => resolve({ server, port: info.port }),
      );
    },
  );
  return Object.assign(holder, {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  });
}

export interface Clock {
  ms: number;
}

export interface World {
  readonly url: string;
  readonly app: FakeApp;
  readonly web: WebClient;
  readonly clock: Clock;
  readonly rita: LocalPerson;
  readonly ana: LocalPerson;
  readonly bo: LocalPerson;
  readonly everything: () => Promise<Everything>;
}

export async function startWorld(options: Partial<LocalSlackOptions> = {}): Promise<World> {
  const app = await startFakeApp();
  const clock = { ms: 1_800_000_000_000 };
  const slack = createLocalSlack({
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    teamId: SEED.teamId,
    appUrl: app.url,
    store: createStore(":memory:"),
    clock: createClock(() => clock.ms),
    elapsed: () => clock.ms,
    ...options,
  });
  const listening = await slack.listen(0);
  onTestFinished(async () => {
    await listening.close();
    await app.close();
  });
  const { url } = listening;
  const person = (id: string): LocalPerson => createPerson(url, id);
  return {
    ...{ url, app, clock, web: webClient(url) },
    ...{ rita: person(SEED.users.rita), ana: person(SEED.users.ana), bo: person(SEED.users.bo) },
    everything: async () => (await (await fetch(`${url}/local/everything`)).json()) as Everything,
  };
}

export function webClient(url: string, token = BOT_TOKEN): WebClient {
  return new WebClient(token, {
    slackApiUrl: `${url}/api/`,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
    logger: {
      debug() {},
      info() {},
      warn() {},
      error() {},
      setLevel() {},
      getLevel: () => LogLevel.ERROR,
      setName() {},
    },
  });
}

const refusalSchema = z.object({
  error: z.string(),
  errors: z.array(z.string()).optional(),
  response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
});

/** What Slack answered to a call it refused. */
export async function refusalOf(call: Promise<unknown>): Promise<z.infer<typeof refusalSchema>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return refusalSchema.parse(error.data);
    throw error;
  }
  throw new Error("The call was accepted.");
}

export function formOf(received: Received | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(received?.body));
}

/** The interaction's payload; a test says with `toMatchObject` what of it matters. */
export function payloadOf(received: Received | undefined): Readonly<Record<string, unknown>> {
  return JSON.parse(formOf(received).payload ?? "null") as Readonly<Record<string, unknown>>;
}

export function expectedSignature({ headers, body }: Received): string {
  const timestamp = headers.get("x-slack-request-timestamp") ?? "";
  return `v0=${createHmac("sha256", SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
}

export const plain = (text: string) => ({ type: "plain_text", text }) as const;

export function buttons(...names: string[]) {
  const elements = names.map((name) => ({
    type: "button" as const,
    action_id: name.toLowerCase(),
    text: plain(name),
    value: `value of ${name}`,
  }));
  return { type: "actions" as const, block_id: "row", elements };
}

export function modal(extra: object = {}) {
  return { type: "modal" as const, title: plain("Reject request"), blocks: [], ...extra };
}

export function reasonInput(extra: object = {}) {
  return {
    type: "input" as const,
    block_id: "reason",
    label: plain("Reason"),
    element: { type: "plain_text_input" as const, action_id: "text", ...extra },
  };
}

/** Some text, typed as what it stands for and not as vitest's `any`. */
export const someText: unknown = expect.any(String);

export function textWith(part: string): unknown {
  return expect.stringContaining(part);
}
