// The body of a request: JSON, and not more of it than anybody needs.
import { problem, type Reply } from "./problem.ts";

/** More than what a run may be started with. */
const MOST_BYTES = 256 * 1_024;

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
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "body", body: JSON.parse(text), text };
  } catch {
    return refused("malformed", "The body cannot be read as JSON in UTF-8. Nothing was done.");
  }
}

function refused(kind: "too-large" | "not-json" | "malformed", detail: string): ReadBody {
  return { kind: "problem", reply: problem(kind, detail) };
}
