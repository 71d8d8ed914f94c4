// The body of a request: JSON, and not more of it than anybody needs.
import { problem, type Reply } from "./problem.ts";

/** More than what a run may be started with. */
const MOST_BYTES = 256 * 1_024;

/** More than anybody writes, and than what is stored and shown of it can be read by. */
const MOST_LEVELS = 100;

export type ReadBody =
  /** `body` is undefined where there is none, and `text` is it as it arrived. */
  | { readonly kind: "body"; readonly body: unknown; readonly text: string }
  | { readonly kind: "problem"; readonly reply: Reply };

export async function jsonBodyOf(request: Request): Promise<ReadBody> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength === 0) return { kind: "body", body: undefined, text: "" };
  if (bytes.byteLength > MOST_BYTES)
    return refused("too-large", `The body has ${bytes.byteLength} bytes; at most ${MOST_BYTES} are taken.`);
  const type = request.headers.get("content-type") ?? "none";
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
    return refused("not-json", `The body's content type is "${type.slice(0, 100)}". Send application/json.`);
  const read = parsed(bytes);
  if (read === undefined)
    return refused("malformed", "The body cannot be read as JSON in UTF-8. Nothing was done.");
  if (isDeeperThan(MOST_LEVELS, read.body))
    return refused("malformed", `The body is nested deeper than ${MOST_LEVELS} levels. Nothing was done.`);
  return { kind: "body", ...read };
}

function parsed(bytes: Uint8Array): { readonly body: unknown; readonly text: string } | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { body: JSON.parse(text), text };
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
