// A program that uses REST: with a key of somebody's, over HTTP.
import { randomBytes } from "node:crypto";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import type { Problem } from "../../src/api/problem.ts";
import type { RequestView, RunView } from "../../src/api/schemas.ts";
import type { ApiKey, Scope } from "../../src/runs/api-keys.ts";
import { CLI, createKey } from "../../src/runs/manage-keys.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { System } from "./system.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Program {
  readonly token: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>;
}

export interface KeyOf {
  readonly name?: string;
  readonly owner?: string;
  readonly scopes?: readonly [Scope, ...Scope[]];
}

const ALL: readonly [Scope, ...Scope[]] = ["start", "read", "decide", "cancel", "audit"];

export function allScopesBut(scope: Scope): readonly [Scope, ...Scope[]] {
  const [first, ...others] = ALL.filter((each) => each !== scope);
  return first === undefined ? ALL : [first, ...others];
}

/** Where a program's key is kept, and what it is sent to. */
type Place = Pick<System, "apiUrl" | "config" | "around">;

/** With a key that an operator has made at the command line; Rita's "ci" with every scope, unless it is said otherwise. */
export async function programOf(
  system: Place,
  { name = "ci", owner = SEED.users.rita, scopes = ALL }: KeyOf = {},
): Promise<Program> {
  const created = await withKeys(system, (deps) =>
    createKey(deps, {
      ...{ team: system.config.slack.team, by: CLI, name, owner },
      scopes: [...scopes] as ApiKey["scopes"],
    }),
  );
  if (created.kind !== "created") throw new Error(`The key was not created: ${created.kind}.`);
  return programWith(system, created.token);
}

/** For what operators do with keys. */
export async function withKeys<T>(
  { config, around }: Omit<Place, "apiUrl">,
  use: (deps: Parameters<typeof createKey>[0]) => Promise<T>,
): Promise<T> {
  const dynamo = createDynamo({ endpoint: config.endpoints.dynamodb, timeoutMs: 1_000, maxAttempts: 2 });
  try {
    return await use({
      apiKeys: createApiKeys(dynamo, config.table, UNCOUNTED),
      directory: { person: (id) => Promise.resolve({ kind: "member", id, groups: [] }) },
      groups: config.groups,
      clock: around.clock,
      newSecret: () => randomBytes(32),
      log: around.log,
    });
  } finally {
    dynamo.destroy();
  }
}

export function programWith({ apiUrl }: Pick<System, "apiUrl">, token: string): Program {
  const authorization = { authorization: `Bearer ${token}` };
  return {
    token,
    get: (path, headers) => sent(apiUrl + path, { headers: { ...authorization, ...headers } }),
    post: (path, body, headers) =>
      sent(apiUrl + path, {
        method: "POST",
        headers: { ...authorization, ...(body !== undefined && JSON_TYPE), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

const JSON_TYPE = { "content-type": "application/json" };

export async function sent(url: string, init?: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true && text !== "";
  const isLines = response.headers.get("content-type") === "application/jsonl";
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && !isLines ? JSON.parse(text) : text,
  };
}

export const runIn = ({ body }: Answered): RunView => body as RunView;
export const problemIn = ({ body }: Answered): Problem => body as Problem;

/** The only one that waits. */
export function pendingIn(answered: Answered): RequestView {
  const [request] = runIn(answered).requests.filter(({ state }) => state === "pending");
  if (request === undefined) throw new Error(`Nothing waits: ${JSON.stringify(answered.body)}`);
  return request;
}

export function pathOf({ run, id }: RequestView, way?: string): string {
  return `/v1/runs/${run}/requests/${id}${way === undefined ? "" : `/${way}`}`;
}

export const seen = ({ digest }: RequestView): Record<string, string> => ({ "if-match": `"${digest}"` });
