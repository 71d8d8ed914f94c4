// Bolt's receiver for any HTTP door: verify the raw bytes, parse, hand over, answer. The same code serves Lambda and the local server.
// Bolt's own Lambda receiver parses before it verifies, and breaks base64 bodies that are not ASCII.
import type { App, Receiver } from "@slack/bolt";
import * as z from "zod";
import type { Log } from "../runs/ports.ts";
import { Payload } from "./payloads.ts";
import { signatureProblem } from "./signature.ts";

export interface HttpRequest {
  /** The bytes as they were signed. */
  readonly body: Buffer;
  /** Names are compared without case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface SlackReceiver extends Receiver {
  handle(request: HttpRequest): Promise<HttpResponse>;
}

export interface ReceiverOptions {
  readonly signingSecret: string;
  /** The one workspace this deployment serves. */
  readonly team: string;
  readonly nowMs: () => number;
  readonly log: Log;
}

export function createReceiver(options: ReceiverOptions): SlackReceiver {
  let app: App | undefined;
  return {
    init(bolt): void {
      app = bolt;
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async handle(request): Promise<HttpResponse> {
      if (app === undefined) throw new Error("The receiver was not given to a Bolt app.");
      const read = readRequest(request, options);
      if (read.kind === "answer") return read.response;
      try {
        return await deliver(app, read, options.log);
      } catch {
        // A listener's own failure never comes here: the payload was not what its type promises.
        options.log.warn("A signed request was of no use to Bolt.");
        return MALFORMED;
      }
    },
  };
}

const LONGEST_TYPE = 100;

type Read =
  | { readonly kind: "answer"; readonly response: HttpResponse }
  | {
      readonly kind: "deliver";
      readonly body: Record<string, unknown>;
      readonly retryNum?: number;
      readonly retryReason?: string;
    };

function readRequest(
  { body, headers }: HttpRequest,
  { signingSecret, team, nowMs, log }: ReceiverOptions,
): Read {
  const header = caseless(headers);
  const signed = {
    body,
    signature: header("x-slack-signature"),
    timestamp: header("x-slack-request-timestamp"),
  };
  const problem = signatureProblem(signed, signingSecret, nowMs());
  if (problem !== undefined) {
    log.warn("A request was refused.", { reason: problem });
    return answer(401, "This request is not signed by Slack.");
  }
  const parsed = parseBody(body, header("content-type") ?? "");
  if (parsed === undefined) {
    // A header may be as long as its sender likes.
    const contentType = header("content-type")?.slice(0, LONGEST_TYPE);
    log.warn("A signed request was malformed.", { contentType });
    return { kind: "answer", response: MALFORMED };
  }
  if (parsed["ssl_check"] === "1") return answer(200, "");
  if (parsed["type"] === "url_verification")
    return answer(200, typeof parsed["challenge"] === "string" ? parsed["challenge"] : "");
  if (teamOf(parsed) !== team) {
    log.warn("A request of another workspace was refused.");
    return answer(403, "This app is set up for another workspace.");
  }
  const retryNum = Number(header("x-slack-retry-num"));
  const retryReason = header("x-slack-retry-reason");
  return {
    kind: "deliver",
    body: parsed,
    ...(retryNum > 0 ? { retryNum } : {}),
    ...(retryReason === undefined ? {} : { retryReason }),
  };
}

function answer(status: number, body: string): Read {
  return { kind: "answer", response: { status, contentType: "text/plain; charset=utf-8", body } };
}

/** API Gateway's HTTP API lower-cases header names, its REST API does not. */
function caseless(headers: HttpRequest["headers"]): (name: string) => string | undefined {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => lower.get(name);
}

const Body = z.record(z.string(), z.unknown());

function parseBody(bytes: Buffer, contentType: string): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (contentType.toLowerCase().startsWith("application/json"))
      return Body.parse(Payload.parse(JSON.parse(text)));
    const form = Object.fromEntries(new URLSearchParams(text));
    return Body.parse(Payload.parse(form["payload"] === undefined ? form : JSON.parse(form["payload"])));
  } catch {
    // Whatever was wrong with it, the answer is the same; the payload itself must not reach a log.
    return undefined;
  }
}

/** Commands and events carry the team at the top, interactions within `team`. In a shared channel it is the clicker's view of ours. */
function teamOf(body: Record<string, unknown>): string | undefined {
  const inner = z.object({ team: z.object({ id: z.string() }) }).safeParse(body);
  if (inner.success) return inner.data.team.id;
  return typeof body["team_id"] === "string" ? body["team_id"] : undefined;
}

const EMPTY: HttpResponse = { status: 200, contentType: "text/plain; charset=utf-8", body: "" };
const MALFORMED: HttpResponse = { ...EMPTY, status: 400, body: "This request is malformed." };

async function deliver(app: App, read: Extract<Read, { kind: "deliver" }>, log: Log): Promise<HttpResponse> {
  let response: HttpResponse | undefined;
  const { body, retryNum, retryReason } = read;
  await app.processEvent({
    body,
    ...(retryNum === undefined ? {} : { retryNum }),
    ...(retryReason === undefined ? {} : { retryReason }),
    // The answer is only sent when every listener is done: Lambda freezes whatever would still run after it.
    ack: (reply?: unknown) => {
      response ??= ackResponse(reply);
      return Promise.resolve();
    },
  });
  if (response === undefined) log.warn("A request found no listener.", { type: body["type"] });
  return response ?? EMPTY;
}

function ackResponse(reply: unknown): HttpResponse {
  if (reply === undefined || reply === "") return EMPTY;
  if (typeof reply === "string") return { ...EMPTY, body: reply };
  return { status: 200, contentType: "application/json; charset=utf-8", body: JSON.stringify(reply) };
}
