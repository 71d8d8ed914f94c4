// The body of a request: JSON, and not more of it than anybody needs.
import { problem, type Reply } from "./problem.ts";

/** More than what a run may be started with. */
const MOST_BYTES = 256 * 1_024;

export type ReadBody =
  /** Undefined where there is none. */
  { readonly kind: "body"; readonly body: unknown } | { readonly kind: "problem"; readonly reply: Reply };

export async function jsonBodyOf(request: Request): Promise<ReadBody> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength === 0) return { kind: "body", body: undefined };
  if (bytes.byteLength > MOST_BYTES)
    return refused("too-large", `The body has ${bytes.byteLength} bytes; at most ${MOST_BYTES} are taken.`);
  const type = request.headers.get("content-type") ?? "none";
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type))
    return refused("not-json", `The body's content type is "${type.slice(0, 100)}". Send application/json.`);
  try {
    return { kind: "body", body: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return refused("malformed", "The body cannot be read as JSON in UTF-8. Nothing was done.");
  }
}

function refused(kind: "too-large" | "not-json" | "malformed", detail: string): ReadBody {
  return { kind: "problem", reply: problem(kind, detail) };
}
