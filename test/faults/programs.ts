// Programs in front of REST, and what sends webhooks: they send their request again until it is answered for good.
import { type Api, createApi } from "../../src/api/app.ts";
import { type ApiKey, hashOf, secretOf, tokenOf } from "../../src/runs/api-keys.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import type { Ports, Surroundings } from "./ports.ts";
import type { Told } from "./scenario.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";

export const WEBHOOK_SECRET = "a-secret-of-the-harness-itself";

/** A key that is there from the beginning. */
export interface HeldKey {
  readonly name: string;
  readonly owner: string;
}

const SECRET = secretOf(new Uint8Array(32).fill(7));

export async function keepKeys({ backend, key }: Surroundings, keys: readonly HeldKey[]): Promise<void> {
  const store = createApiKeys(backend.dynamo, backend.table, UNCOUNTED);
  const scopes: ApiKey["scopes"] = ["start", "read", "decide"];
  const made = { createdAt: "2026-01-01T00:00:00.000Z", createdBy: "cli", version: 1 };
  for (const { name, owner } of keys)
    await store.save({ ...{ team: key.team, name, owner, scopes, hash: hashOf(SECRET) }, ...made });
}

function apiOf(ports: Ports, team: string): Api {
  return createApi(ports, { team, webhookSecrets: [WEBHOOK_SECRET] });
}

export interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined where it is to be sent again. */
export async function answered(
  ports: Ports,
  team: string,
  { path, headers, body }: Sent,
): Promise<Answer | undefined> {
  const response = await apiOf(ports, team).fetch(
    new Request(`http://api${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );
  const answer = { status: response.status, body: (await response.json()) as unknown };
  if (answer.status === 500) throw new Error(`REST answered 500: ${JSON.stringify(answer.body)}`);
  return answer.status === 503 ? undefined : answer;
}

export function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${tokenOf({ name: key, secret: SECRET })}` };
}

interface DecidedBody {
  readonly request: {
    readonly decision?: { readonly by: string };
    readonly votes: readonly { by: string }[];
  };
}

/** What an answer says of the vote of `by`. */
export function toldBy({ status, body }: Answer, by: string): Pick<Told, "kind" | "because"> {
  if (status !== 200) return { kind: status === 404 ? "unknown" : "refused", because: String(status) };
  const { request } = body as DecidedBody;
  return { kind: request.decision?.by === by ? "recorded" : "counted" };
}
