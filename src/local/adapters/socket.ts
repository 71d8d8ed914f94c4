// Socket Mode in front of the Slack function's handler: what a real workspace sends over a socket goes through the same door as on AWS.
// Each envelope becomes the HTTP request that Slack would have sent, signed with a secret of this process, so that nothing behind the door knows of sockets.
import { setTimeout } from "node:timers/promises";
import { SocketModeClient } from "@slack/socket-mode";
import { reasonOf } from "../../approvals/reason.ts";
import type { HttpHandler } from "../../lambda/app.ts";
import type { Log } from "../../runs/ports.ts";
import { clientOptions } from "../../slack/client.ts";
import { platformError } from "../../slack/directory.ts";
import { slackLogger } from "../../slack/logger.ts";
import { type Acknowledgement, acknowledgementOf, Envelope, requestIn } from "./envelope.ts";
import { recycled } from "./recycled.ts";

export interface SocketOptions {
  /** xapp-…, with the scope connections:write. */
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  /** The one that the handler checks signatures with. */
  readonly signingSecret: string;
  readonly nowMs: () => number;
  /** Before the next connection. */
  readonly pause?: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** Slack does not take the app token; the message is a sentence for whoever gave it. */
export class SocketRefused extends Error {
  override readonly name = "SocketRefused";
}

const TIMEOUT_MS = 10_000;
/** Before each connection after the first; later ones wait the longest. Slack ends connections every few hours, and until there is another one a click goes nowhere. */
const PAUSES_MS = [100, 1_000, 3_000, 10_000] as const;
const LONGEST_MS = 30_000;
/** What lasted this long was a connection; what did not is one more failure. */
const LASTING_MS = 60_000;
/** The library waits half a minute for a peer that does not say goodbye. */
const GOODBYE_MS = 1_000;

/**
 * Resolves when it is connected, and connects again whenever a connection ends, until it is closed.
 * @throws SocketRefused when Slack does not take the token.
 */
export async function connectSocket(
  options: SocketOptions,
  handler: HttpHandler,
): Promise<{ close(): Promise<void> }> {
  const stop = new AbortController();
  const first = await connect(options, handler);
  const staying = stayConnected(first, () => connect(options, handler), { ...options, stop: stop.signal });
  return {
    async close(): Promise<void> {
      stop.abort();
      await staying;
    },
  };
}

async function stayConnected(
  first: Connection,
  connectAgain: () => Promise<Connection>,
  { nowMs, log, stop, pause = shortly }: SocketOptions & { readonly stop: AbortSignal },
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener("abort", () => resolve());
  });
  const isStopping = (): boolean => stop.aborted;
  const open = new Set([first]);
  let connection: Connection | undefined = first;
  for (let failures = 0; ; failures += 1) {
    const since = nowMs();
    await Promise.race([connection?.ending, stopped]);
    if (isStopping()) break;
    if (nowMs() - since > LASTING_MS) failures = 0;
    await Promise.race([pause(PAUSES_MS[failures] ?? LONGEST_MS), stopped]);
    if (isStopping()) break;
    connection = await connectAgain().catch((error: unknown) => {
      const reason = reasonOf(error);
      log.error("Slack could not be connected to; it is tried again.", { reason });
      return undefined;
    });
    if (connection === undefined) continue;
    // Only now: until there is another one, the one that is about to end still carries what Slack sends.
    for (const other of open) void other.close().then(() => open.delete(other));
    open.add(connection);
  }
  await Promise.all([...open].map((one) => one.close()));
}

interface Connection {
  /** It has ended, or Slack has said that it is about to. */
  readonly ending: Promise<void>;
  /** Answers what is in hand first. */
  close(): Promise<void>;
}

async function shortly(ms: number): Promise<void> {
  await setTimeout(ms, undefined, { ref: false });
}

/** A client for each connection: the library's own reconnecting waits five seconds at least, and ends the process when it fails. */
async function connect(options: SocketOptions, handler: HttpHandler): Promise<Connection> {
  const { appToken, apiUrl, log } = options;
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: slackLogger(log),
    clientOptions: clientOptions({ apiUrl, timeoutMs: TIMEOUT_MS, log }),
  });
  const inHand = new Set<Promise<void>>();
  client.on("slack_event", (event: Delivered) => {
    const answering = answer(event, options, handler).finally(() => inHand.delete(answering));
    inHand.add(answering);
  });
  const ended = new Promise<void>((resolve) => {
    client.once("disconnected", () => resolve());
  });
  await client.start().catch((error: unknown) => {
    const refusal = platformError(error);
    if (refusal !== undefined) throw new SocketRefused(refusedToken(refusal), { cause: error });
    if (error instanceof Error) throw error;
    throw new Error("Slack ended the connection before it had begun.", { cause: error });
  });
  return {
    ending: Promise.race([ended, recycled(client)]),
    async close(): Promise<void> {
      while (inHand.size > 0) await Promise.all(inHand);
      await Promise.race([client.disconnect(), shortly(GOODBYE_MS)]);
    },
  };
}

function refusedToken(refusal: string): string {
  return `Slack refuses the app token (${refusal}). Make one at api.slack.com/apps under “Basic Information”, “App-Level Tokens”, with the scope connections:write; it begins with xapp-. Socket Mode must be on.`;
}

interface Delivered {
  readonly type: string;
  readonly ack: (answer?: Acknowledgement) => Promise<void>;
}

/** Never throws: what is not acknowledged is Slack's to deliver again. */
async function answer(
  { ack, ...event }: Delivered,
  { signingSecret: secret, nowMs, log }: SocketOptions,
  handler: HttpHandler,
): Promise<void> {
  const envelope = Envelope.safeParse(event);
  if (!envelope.success) {
    log.warn("An envelope of a kind that nothing listens to was passed over.", { type: event.type });
    return;
  }
  try {
    const result = await handler(requestIn(envelope.data, { secret, nowMs: nowMs() }));
    const acknowledgement = acknowledgementOf(result);
    if (acknowledgement === undefined)
      log.warn("A delivery was refused.", { type: event.type, status: result.statusCode });
    else await ack(envelope.data.accepts_response_payload ? acknowledgement : undefined);
  } catch (error) {
    const reason = reasonOf(error);
    log.error("A delivery was not answered.", { type: event.type, reason });
  }
}
