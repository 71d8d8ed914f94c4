// One id for all that is done for a run, in whatever function: it follows from the thread, so nobody has to hand it on.
import { createHash, randomBytes } from "node:crypto";
import type { ThreadKey } from "./run.ts";

/**
 * A trace id as W3C has it, 32 hex digits.
 *
 * @example
 * traceOf({ team: "T0TEAM", thread }); // printf '%s' "T0TEAM $thread" | sha256sum | cut -c 1-32
 */
export function traceOf({ team, thread }: ThreadKey): string {
  return createHash("sha256").update(`${team} ${thread}`).digest("hex").slice(0, 32);
}

/** For one request that is made for a run: its header `traceparent`, with a span of its own. */
export function traceparentOf(key: ThreadKey): string {
  return `00-${traceOf(key)}-${randomBytes(8).toString("hex")}-01`;
}
