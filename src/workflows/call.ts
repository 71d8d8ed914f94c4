// How workflows call a target over HTTP: a good answer's JSON, or an error with what the target says of it.
import * as z from "zod";

const Problem = z.object({ error: z.string() });

/** @throws with the target's own sentence when it refuses. */
export async function get(http: typeof fetch, url: string): Promise<unknown> {
  return answered(await http(url));
}

/** Acts: the same key never acts twice. @throws as `get`. */
export async function post(
  http: typeof fetch,
  url: string,
  { body, key }: { readonly body: unknown; readonly key: string },
): Promise<unknown> {
  const headers = { "content-type": "application/json", "idempotency-key": key };
  return answered(await http(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answered(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  const why = Problem.safeParse(body).data?.error;
  throw new Error(
    why ?? `${new URL(response.url).host} answered ${response.status}, and nothing that can be read.`,
  );
}
