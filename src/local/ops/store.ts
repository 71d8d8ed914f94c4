// What the ops target remembers: services, their history, the deployments asked for and the outbox, committed to SQLite before any answer.
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import {
  emailsIn,
  type EmailRequest,
  OUTBOX_TABLES,
  type OutboxEmail,
  send,
  type SendOutcome,
} from "./outbox.ts";

export interface Service {
  readonly name: string;
  readonly env: string;
  readonly version: string;
  readonly replicas: number;
  readonly history: readonly {
    readonly version: string;
    readonly at: string;
    readonly deployment: string | null;
  }[];
}

export interface Deployment {
  readonly id: string;
  readonly service: string;
  readonly env: string;
  readonly version: string;
  readonly previous: string;
  readonly at: string;
  readonly idempotencyKey: string;
}

export interface DeploymentRequest {
  readonly service: string;
  readonly env: string;
  readonly version: string;
}

export type DeployOutcome =
  | { readonly kind: "performed" | "replayed" | "key reused"; readonly deployment: Deployment }
  | { readonly kind: "unknown service" };

export interface OpsStore {
  readonly services: () => readonly Service[];
  readonly deployments: () => readonly (Deployment & {
    readonly performed: number;
    readonly replays: number;
  })[];
  readonly deploy: (request: DeploymentRequest, idempotencyKey: string, at: string) => DeployOutcome;
  readonly emails: () => readonly OutboxEmail[];
  readonly send: (request: EmailRequest, idempotencyKey: string, at: string) => SendOutcome;
  readonly reset: (at: string) => void;
  readonly close: () => void;
}

const SEED = [
  { name: "checkout", version: "v2.4.0", replicas: { prod: 12, staging: 2 } },
  { name: "payments", version: "v1.9.2", replicas: { prod: 8, staging: 2 } },
  { name: "search", version: "v5.1.0", replicas: { prod: 6, staging: 1 } },
] as const;

const TABLES = `
  CREATE TABLE IF NOT EXISTS services (
    env TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, replicas INTEGER NOT NULL, PRIMARY KEY (env, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deployments (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, service TEXT NOT NULL, env TEXT NOT NULL,
    version TEXT NOT NULL, previous TEXT NOT NULL, at TEXT NOT NULL, replays INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY, env TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, at TEXT NOT NULL, deployment INTEGER
  ) STRICT;
`;

const ServiceRow = z.object({ env: z.string(), name: z.string(), version: z.string(), replicas: z.number() });
const HistoryRow = z.object({ version: z.string(), at: z.string(), deployment: z.number().nullable() });
const DeploymentRow = z.object({
  number: z.number(),
  key: z.string(),
  service: z.string(),
  env: z.string(),
  version: z.string(),
  previous: z.string(),
  at: z.string(),
  replays: z.number(),
  performed: z.number(),
});

// `performed` is counted from what was done to the service, not from what was promised, so a double deploy would show.
const DEPLOYMENTS = `SELECT d.*, (SELECT count(*) FROM history h WHERE h.deployment = d.number) AS performed FROM deployments d`;

/** Opens (and seeds, when new) the store at a path, or in memory. */
export function openOpsStore(path: string, at: string): OpsStore {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
  db.exec(TABLES);
  db.exec(OUTBOX_TABLES);
  inTransaction(db, () => {
    if (serviceRows(db).length === 0) seed(db, at);
  });
  return {
    services: () => serviceRows(db).map((row) => ({ ...row, history: historyOf(db, row.env, row.name) })),
    deployments: () =>
      deploymentRows(db).map((row) => ({
        ...rowToDeployment(row),
        performed: row.performed,
        replays: row.replays,
      })),
    deploy: (request, key, time) => inTransaction(db, () => deploy(db, request, { key, at: time })),
    emails: () => emailsIn(db),
    send: (request, key, time) => inTransaction(db, () => send(db, request, { key, at: time })),
    reset: (time) =>
      inTransaction(db, () => {
        for (const table of ["services", "deployments", "history", "outbox", "deliveries"])
          db.exec(`DELETE FROM ${table}`);
        seed(db, time);
      }),
    close: () => db.close(),
  };
}

function deploy(
  db: DatabaseSync,
  request: DeploymentRequest,
  call: { key: string; at: string },
): DeployOutcome {
  const earlier = deploymentByKey(db, call.key);
  if (earlier !== undefined) return replay(db, request, earlier);
  const service = serviceRows(db).find((row) => row.env === request.env && row.name === request.service);
  if (service === undefined) return { kind: "unknown service" };
  const { lastInsertRowid } = db
    .prepare("INSERT INTO deployments (key, service, env, version, previous, at) VALUES (?, ?, ?, ?, ?, ?)")
    .run(call.key, request.service, request.env, request.version, service.version, call.at);
  db.prepare("UPDATE services SET version = ? WHERE env = ? AND name = ?").run(
    request.version,
    request.env,
    request.service,
  );
  db.prepare("INSERT INTO history (env, name, version, at, deployment) VALUES (?, ?, ?, ?, ?)").run(
    request.env,
    request.service,
    request.version,
    call.at,
    lastInsertRowid,
  );
  const number = Number(lastInsertRowid);
  const row = { number, ...request, key: call.key, previous: service.version, at: call.at };
  return { kind: "performed", deployment: rowToDeployment(row) };
}

function replay(
  db: DatabaseSync,
  request: DeploymentRequest,
  earlier: z.infer<typeof DeploymentRow>,
): DeployOutcome {
  const sameService = earlier.service === request.service && earlier.env === request.env;
  const sameBody = sameService && earlier.version === request.version;
  if (!sameBody) return { kind: "key reused", deployment: rowToDeployment(earlier) };
  db.prepare("UPDATE deployments SET replays = replays + 1 WHERE number = ?").run(earlier.number);
  return { kind: "replayed", deployment: rowToDeployment(earlier) };
}

function seed(db: DatabaseSync, at: string): void {
  const service = db.prepare("INSERT INTO services (env, name, version, replicas) VALUES (?, ?, ?, ?)");
  const history = db.prepare("INSERT INTO history (env, name, version, at) VALUES (?, ?, ?, ?)");
  for (const env of ["prod", "staging"] as const) {
    for (const { name, version, replicas } of SEED) {
      service.run(env, name, version, replicas[env]);
      history.run(env, name, version, at);
    }
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function serviceRows(db: DatabaseSync): z.infer<typeof ServiceRow>[] {
  return z
    .array(ServiceRow)
    .parse(db.prepare("SELECT env, name, version, replicas FROM services ORDER BY env, name").all());
}

function historyOf(db: DatabaseSync, env: string, name: string): Service["history"] {
  const rows = db
    .prepare("SELECT version, at, deployment FROM history WHERE env = ? AND name = ? ORDER BY number")
    .all(env, name);
  return z
    .array(HistoryRow)
    .parse(rows)
    .map((row) => ({ ...row, deployment: row.deployment === null ? null : deploymentId(row.deployment) }));
}

function deploymentRows(db: DatabaseSync): z.infer<typeof DeploymentRow>[] {
  return z.array(DeploymentRow).parse(db.prepare(`${DEPLOYMENTS} ORDER BY d.number`).all());
}

function deploymentByKey(db: DatabaseSync, key: string): z.infer<typeof DeploymentRow> | undefined {
  return DeploymentRow.optional().parse(db.prepare(`${DEPLOYMENTS} WHERE d.key = ?`).get(key));
}

function rowToDeployment(row: Omit<z.infer<typeof DeploymentRow>, "replays" | "performed">): Deployment {
  const { number, key, service, env, version, previous, at } = row;
  return { id: deploymentId(number), service, env, version, previous, at, idempotencyKey: key };
}

function deploymentId(number: number): string {
  return `dep-${String(number)}`;
}
