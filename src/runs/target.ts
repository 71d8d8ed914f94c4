// The one way in which workflows reach a service over HTTP: below a configured address, with a key for what acts, and errors by what to do.
import * as z from "zod";
import { clippedText } from "../approvals/clipped.ts";
import { parsedJson } from "../approvals/json.ts";
import { addressBelow, baseAddress } from "./target-address.ts";
import { TargetAnswerUnusable, TargetRefused, TargetUnavailable } from "./target-errors.ts";

/** `path` is taken apart already, so that nothing in a segment can lead elsewhere. */
export interface Target {
  /** @throws TargetRefused, TargetUnavailable, TargetAnswerUnusable, or the signal's reason */
  get(path: readonly string[], options?: TargetQuestion): Promise<unknown>;
  /** Acts: the same key never acts twice. @throws as `get` */
  post(path: readonly string[], act: TargetAct): Promise<unknown>;
}

export interface TargetQuestion {
  readonly query?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Set for each request of a run, over whatever is here. */
  readonly traceparent?: string;
}

export interface TargetAct {
  readonly body: unknown;
  readonly key: string;
  readonly signal?: AbortSignal;
  /** As of a question. */
  readonly traceparent?: string;
}

interface TargetOptions {
  /** http or https, without user, query and fragment; a path in it stays in front of every address. */
  readonly baseUrl: string;
  /** `fetch`, with whatever limit of time it is given. */
  readonly http: typeof fetch;
}

/**
 * A target at its configured address.
 *
 * @example
 * const ops = createTarget({ baseUrl: "https://ops.example.com/v1", http: fetchWithin(8_000) });
 * await ops.get(["services", env, name]);
 * await ops.post(["deployments"], { body: { env, name, version }, key: idempotencyKey() });
 */
export function createTarget({ baseUrl, http }: TargetOptions): Target {
  const base = baseAddress(baseUrl);
  async function asked(address: string, init: RequestInit): Promise<unknown> {
    try {
      // Elsewhere is not the configured address, whoever says so.
      return await answered(await http(address, { ...init, redirect: "manual" }), base.host);
    } catch (error) {
      // Whoever aborted knows why.
      init.signal?.throwIfAborted();
      throw inOurWords(error, base.host);
    }
  }
  return {
    get: async (path, { query, signal, traceparent } = {}) =>
      asked(addressBelow(base, path, query), {
        ...(traceparent !== undefined && { headers: { traceparent } }),
        ...withSignal(signal),
      }),
    post: async (path, { body, key, signal, traceparent }) =>
      asked(addressBelow(base, path), {
        method: "POST",
        headers: {
          ...{ "content-type": "application/json", "idempotency-key": key },
          ...(traceparent !== undefined && { traceparent }),
        },
        body: JSON.stringify(body),
        ...withSignal(signal),
      }),
  };
}

function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal === undefined ? {} : { signal };
}

const Problem = z.object({ error: z.string() });

/** Of what the target says of a problem: some sentences, and no page. */
const LONGEST_PROBLEM = 500;

async function answered(response: Response, host: string): Promise<unknown> {
  const { ok, status } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw new TargetRefused(
      `${host} wants us to ask somewhere else (${status}), and no redirect is followed. Check its configured address.`,
      status,
    );
  }
  const body = parsedJson(await textOf(response, host));
  if (ok && body !== undefined) return body;
  const { error = `${host} answered ${status}, and nothing that can be read.` } =
    Problem.safeParse(body).data ?? {};
  const says = clippedText(error, LONGEST_PROBLEM);
  if (ok) throw new TargetAnswerUnusable(says);
  const mayPass = status >= 500 || status === 408 || status === 429;
  throw mayPass ? new TargetUnavailable(says) : new TargetRefused(says, status);
}

/** Far more than what a workflow may keep in its state. */
const LONGEST_ANSWER_BYTES = 1_000_000;

async function textOf({ body }: Response, host: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    // To leave the loop is to hang up.
    if (size > LONGEST_ANSWER_BYTES)
      throw new TargetAnswerUnusable(`${host} answered with more than 1 MB, and the rest was not read.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function inOurWords(error: unknown, host: string): unknown {
  const isOurs =
    error instanceof TargetRefused ||
    error instanceof TargetUnavailable ||
    error instanceof TargetAnswerUnusable;
  if (isOurs) return error;
  // fetch throws a TypeError when a connection fails or breaks, and the reason of the signal that ended it.
  const isAway =
    error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");
  if (!isAway) return error;
  return new TargetUnavailable(
    `${host} could not be reached or did not answer in time. Try again in a minute; if it stays so, check its configured address.`,
    { cause: error },
  );
}
