// Deliveries in Socket Mode: the app opens connections, each delivery goes to one of them in an envelope, and the app answers with the envelope's id.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Carried, Carrier, Letter } from "./carrier.ts";
import type { Disconnection } from "./protocol.ts";
import { SEED } from "./seed.ts";

export interface Sockets extends Carrier {
  /** Where the app may connect to, once; undefined for whoever has not its token. */
  invite(appToken: unknown, origin: string): string | undefined;
  /** Takes a connection, or ends it where nobody was invited. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends all connections, as Slack does every few hours, or as a network does. */
  disconnect(how: Disconnection): void;
}

/** Slack allows an app as many. */
const MOST = 10;

export function overSocket(appToken: string): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const waiting = createWaiting();
  let lines: readonly WebSocket[] = [];

  function welcome(line: WebSocket): void {
    if (lines.length === MOST) {
      goodbye(line, "too_many_websockets");
      return;
    }
    lines = [...lines, line];
    line.on("message", (data) => waiting.acknowledged(data));
    line.on("close", () => {
      lines = lines.filter((other) => other !== line);
      waiting.lost(line);
    });
    // A broken connection closes after its error; there is nothing more to it.
    line.on("error", () => undefined);
    const info = { app_id: SEED.appId };
    line.send(JSON.stringify({ type: "hello", num_connections: lines.length, connection_info: info }));
  }

  return {
    pack: (letter) => ({ headers: {}, body: JSON.stringify(envelopeOf(letter)) }),
    async send({ body }, giveUpAfterMs): Promise<Carried> {
      const [line] = lines;
      if (line === undefined) return UNANSWERED;
      // The next delivery goes to another one.
      lines = [...lines.slice(1), line];
      const answer = waiting.answerTo(body, line, giveUpAfterMs);
      line.send(body);
      return answer;
    },
    invite(token, origin): string | undefined {
      if (token !== appToken) return undefined;
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${origin.replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${SEED.appId}`;
    },
    take(request, socket, head): void {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      const isInvited = pathname === "/link/" && tickets.delete(searchParams.get("ticket") ?? "");
      if (isInvited) server.handleUpgrade(request, socket, head, welcome);
      else socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    },
    disconnect(how): void {
      for (const line of lines) {
        if (how === "drop") line.terminate();
        else goodbye(line, how);
      }
    },
  };
}

/** A warning leaves it to the app to open another connection first. */
function goodbye(line: WebSocket, reason: string): void {
  line.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "local" } }));
  if (reason !== "warning") line.close();
}

const UNANSWERED: Carried = { status: 0, headers: {}, body: "", gaveUp: false };

interface Waiting {
  readonly line: WebSocket;
  readonly answer: (carried: Carried) => void;
}

const Ack = z.object({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).default({}) });

/** Which envelopes have no answer yet. Sent twice, one is answered by the first answer to it. */
function createWaiting() {
  const waiting = new Map<string, readonly Waiting[]>();
  const answer = (id: string, carried: Carried): void => {
    for (const one of waiting.get(id) ?? []) one.answer(carried);
    waiting.delete(id);
  };
  return {
    answerTo(body: string, line: WebSocket, giveUpAfterMs: number): Promise<Carried> {
      const { envelope_id: id } = Ack.parse(JSON.parse(body));
      return new Promise((resolve) => {
        const givenUp = setTimeout(() => answer(id, { ...UNANSWERED, gaveUp: true }), giveUpAfterMs);
        const done = (carried: Carried): void => {
          clearTimeout(givenUp);
          resolve(carried);
        };
        waiting.set(id, [...(waiting.get(id) ?? []), { line, answer: done }]);
      });
    },
    acknowledged(data: RawData): void {
      const ack = Ack.safeParse(readJson(data));
      if (!ack.success) return;
      const { envelope_id: id, payload } = ack.data;
      const isEmpty = Object.keys(payload).length === 0;
      const headers = { "content-type": "application/json" };
      answer(id, { status: 200, headers, body: isEmpty ? "" : JSON.stringify(payload), gaveUp: false });
    },
    /** Whoever has hung up will not answer. */
    lost(line: WebSocket): void {
      for (const [id, ones] of waiting) if (ones.some((one) => one.line === line)) answer(id, UNANSWERED);
    },
  };
}

function readJson(data: RawData): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(data as Buffer).toString());
    return value;
  } catch {
    // Not an acknowledgement, whatever it is.
    return undefined;
  }
}

/** Slack's three kinds. Only of events it says how often they were sent. */
function envelopeOf({ id, type, contentType, body, retry }: Letter): Readonly<Record<string, unknown>> {
  if (contentType === "application/json")
    return {
      ...{ envelope_id: id, type: "events_api", accepts_response_payload: false },
      payload: JSON.parse(body) as unknown,
      ...{ retry_attempt: retry, retry_reason: retry > 0 ? "timeout" : "" },
    };
  const fields = Object.fromEntries(new URLSearchParams(body));
  const payload: unknown = fields.payload === undefined ? fields : JSON.parse(fields.payload);
  const kind = type === "slash_command" ? "slash_commands" : "interactive";
  return { envelope_id: id, type: kind, accepts_response_payload: true, payload };
}
