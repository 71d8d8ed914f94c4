// What goes over the wire between Slack and the app, kept for people to read: readable, bounded, and without a secret in it.
import { randomUUID } from "node:crypto";
import type { Exchange, Fault, Wire } from "./protocol.ts";

export interface Traffic {
  /** Notes a request; what it gives back notes the answer. */
  begin(request: Begun): (answer: Ended) => void;
  /** Entries that have changed since this revision, oldest first. */
  after(revision: number): readonly Exchange[];
  /** Another one after a start or a clearing: what was numbered before means nothing any more. */
  epoch(): string;
  onChange(listener: () => void): () => void;
  clear(): void;
}

interface Begun {
  readonly direction: Exchange["direction"];
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly fault?: Fault["kind"] | undefined;
}

interface Ended {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const KEPT = 500;
const BODY_KEPT = 30_000;

export interface TrafficOptions {
  readonly now: () => number;
  readonly elapsed: () => number;
}

export function createTraffic({ now, elapsed }: TrafficOptions): Traffic {
  let entries: readonly Exchange[] = [];
  let epoch = newEpoch();
  let lastNumber = 0;
  let lastRevision = 0;
  const listeners = new Set<() => void>();

  function put(entry: Omit<Exchange, "revision">): void {
    lastRevision += 1;
    const others = entries.filter(({ number }) => number !== entry.number);
    entries = [...others, { ...entry, revision: lastRevision }].slice(-KEPT);
    for (const listener of listeners) listener();
  }

  return {
    begin({ direction, name, headers, body, fault }) {
      const startedAt = elapsed();
      lastNumber += 1;
      const entry = {
        number: lastNumber,
        at: new Date(now()).toISOString(),
        direction,
        name,
        request: wire(headers, body),
        ...(fault && { fault }),
      };
      put(entry);
      return ({ status, headers: answered = {}, body: said }) =>
        put({ ...entry, answer: { status, ms: Math.round(elapsed() - startedAt), ...wire(answered, said) } });
    },
    after: (revision) =>
      entries.filter((entry) => entry.revision > revision).toSorted((a, b) => a.number - b.number),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    epoch: () => epoch,
    clear: () => {
      entries = [];
      epoch = newEpoch();
      for (const listener of listeners) listener();
    },
  };
}

function newEpoch(): string {
  return randomUUID();
}

/** The headers that say something about Slack; the rest is what every HTTP client sends. */
const TOLD = /^(content-type|user-agent|authorization|retry-after|x-slack-.+)$/i;

function wire(headers: Readonly<Record<string, string>>, body: string): Wire {
  const told = Object.entries(headers).filter(([name]) => TOLD.test(name));
  return {
    headers: Object.fromEntries(told.map(([name, value]) => [name, maskHeader(name, value)])),
    body: readable(body).slice(0, BODY_KEPT),
  };
}

const HIDDEN = "•••";

function maskHeader(name: string, value: string): string {
  if (/^authorization$/i.test(name)) return value.replace(/\S+$/, HIDDEN);
  return /^x-slack-signature$/i.test(name) ? `v0=${HIDDEN}` : value;
}

/** Whoever holds one of these may act as the app, or in a person's name. */
const SECRET = new Set(["token", "trigger_id", "response_url", "upload_url"]);

/** Forms and JSON as indented JSON, JSON within a form's field included. */
function readable(body: string): string {
  const value = structureIn(body) ?? formIn(body);
  return value === undefined ? body : JSON.stringify(value, maskValue, 2);
}

function maskValue(key: string, value: unknown): unknown {
  return SECRET.has(key) && typeof value === "string" ? HIDDEN : value;
}

function formIn(body: string): unknown {
  if (!/^[\w.~%+-]+=/.test(body)) return undefined;
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [name, structureIn(value) ?? value]),
  );
}

function structureIn(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // It only looked like JSON; it is shown as it is.
    return undefined;
  }
}
