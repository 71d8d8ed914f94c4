// The body of a request: JSON, and not more of it than anybody needs.
import { problem, type Reply } from "./problem.ts";

/** Of what is kept: a request that is edited holds it three times over, within what one item may have. */
export const MOST_KEPT_BYTES = 96 * 1_024;
/** Of what is read, and kept in parts. */
export const MOST_READ_BYTES = 256 * 1_024;

/** More than anybody writes, and than what is stored and shown of it can be read by. */
const MOST_LEVELS = 100;

export type ReadBody =
  /** Undefined where there is none. */
  { readonly kind: "body"; readonly body: unknown } | { readonly kind: "problem"; readonly reply: Reply };

export async function jsonBodyOf(request: Request, mostBytes: number): Promise<ReadBody> {
  return jsonIn(new Uint8Array(await request.arrayBuffer()), { headers: request.headers, mostBytes });
}

/** Of bytes that were read already. */
export function jsonIn(
  bytes: Uint8Array,
  { headers, mostBytes }: { readonly headers: Headers; readonly mostBytes: number },
): ReadBody {
  if (bytes.byteLength === 0) return { kind: "body", body: undefined };
  if (bytes.byteLength > mostBytes)
    return refused("too-large", `The body has ${bytes.byteLength} bytes; at most ${mostBytes} are taken.`);
  const type = headers.get("content-type") ?? "none";
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
    return refused("not-json", `The body's content type is "${type.slice(0, 100)}". Send application/json.`);
  const read = parsed(bytes);
  if (read === undefined)
    return refused("malformed", "The body cannot be read as JSON in UTF-8. Nothing was done.");
  if (isDeeperThan(MOST_LEVELS, read.body))
    return refused("malformed", `The body is nested deeper than ${MOST_LEVELS} levels. Nothing was done.`);
  return { kind: "body", ...read };
}

function parsed(bytes: Uint8Array): { readonly body: unknown } | undefined {
  try {
    return { body: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

/** Level by level: whoever looks into it by calling themselves may run out of stack. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let left = levels; left >= 0 && level.length > 0; left--) level = level.flatMap(partsOf);
  return level.length > 0;
}

function partsOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function refused(kind: "too-large" | "not-json" | "malformed", detail: string): ReadBody {
  return { kind: "problem", reply: problem(kind, detail) };
}
