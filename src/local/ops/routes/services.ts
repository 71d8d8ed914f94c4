// The services the ops target runs in each environment, and the deployments that change their version.
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { addAct, refuse } from "../act.ts";
import type { Area } from "../area.ts";
import type { Performed } from "../ledger.ts";
import { nearest } from "../nearest.ts";

const SEED = [
  { name: "checkout", kind: "app", version: "v2.4.0", replicas: { prod: 12, staging: 2 } },
  { name: "orders-db", kind: "database", version: "v16.3.0", replicas: { prod: 3, staging: 1 } },
  { name: "payments", kind: "app", version: "v1.9.2", replicas: { prod: 8, staging: 2 } },
  { name: "search", kind: "app", version: "v5.1.0", replicas: { prod: 6, staging: 1 } },
] as const;

const TABLES = `
  CREATE TABLE IF NOT EXISTS services (
    env TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, replicas INTEGER NOT NULL, PRIMARY KEY (env, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY, env TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, at TEXT NOT NULL, deployment INTEGER
  ) STRICT;
`;

export const word = (what: string): z.ZodString =>
  z
    .string(`${what} must be a string`)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/,
      `${what} must be 1 to 100 letters, digits, ".", "_", "+" or "-"`,
    );

const Deployment = z.strictObject({
  service: word("service"),
  env: word("env"),
  version: word("version"),
  /** What runs there, as far as whoever asks knows. */
  running: word("running").exactOptional(),
});

export const services: Area = {
  tables: TABLES,
  seed,
  routes: (app, store) => {
    const { db } = store;
    app.get("/services", (c) => c.json({ services: servicesIn(db) }));
    app.get("/services/:env/:name", (c) => {
      const { env, name } = c.req.param();
      const service = serviceAt(db, env, name);
      return service === undefined ? refuse(c, 404, unknownService(db, env, name)) : c.json({ service });
    });
    addAct(app, store, {
      ...{ name: "deployment", path: "/deployments", prefix: DEPLOYMENT },
      body: Deployment,
      form: "{ service, env, version, running? }",
      says: ({ service, env, version }) => `${service} ${version} in ${env}`,
      perform: deploy,
    });
  },
};

const DEPLOYMENT = "dep";

type Asked = { readonly body: z.infer<typeof Deployment>; readonly number: number; readonly at: string };

function deploy(
  db: DatabaseSync,
  { body: { service, env, version, running }, number, at }: Asked,
): Performed {
  const now = serviceAt(db, env, service);
  if (now === undefined) return { kind: "refused", status: 404, error: unknownService(db, env, service) };
  if (running !== undefined && running !== now.version)
    return {
      ...{ kind: "refused", status: 409 },
      error: `${service} in ${env} runs ${now.version} and no longer ${running}. Look at it again.`,
    };
  db.prepare("UPDATE services SET version = ? WHERE env = ? AND name = ?").run(version, env, service);
  db.prepare("INSERT INTO history (env, name, version, at, deployment) VALUES (?, ?, ?, ?, ?)").run(
    ...[env, service, version, at, number],
  );
  return { kind: "done", result: { previous: now.version } };
}

/** What to say of a service that is not there: its environment may be mistyped, or its name. */
export function unknownService(db: DatabaseSync, env: string, name: string): string {
  const all = serviceRows(db);
  const here = all.filter((service) => service.env === env).map((service) => service.name);
  if (here.length > 0)
    return `There is no service "${name}" in ${env}. Nearest: ${nearest(name, here).join(", ")}.`;
  const environments = nearest(
    env,
    all.map((service) => service.env),
  );
  return `There is no environment "${env}". Nearest: ${environments.join(", ")}.`;
}

function seed(db: DatabaseSync, at: string): void {
  const service = db.prepare(
    "INSERT OR IGNORE INTO services (env, name, version, replicas) VALUES (?, ?, ?, ?)",
  );
  const history = db.prepare("INSERT INTO history (env, name, version, at) VALUES (?, ?, ?, ?)");
  for (const env of ["prod", "staging"] as const) {
    for (const { name, version, replicas } of SEED) {
      const { changes } = service.run(env, name, version, replicas[env]);
      if (changes > 0) history.run(env, name, version, at);
    }
  }
}

const ServiceRow = z.object({ env: z.string(), name: z.string(), version: z.string(), replicas: z.number() });
const HistoryRow = z.object({ version: z.string(), at: z.string(), deployment: z.number().nullable() });

function servicesIn(db: DatabaseSync) {
  return serviceRows(db).map((row) => ({
    ...row,
    kind: SEED.find(({ name }) => name === row.name)?.kind ?? "app",
    history: historyOf(db, row.env, row.name),
  }));
}

export function serviceAt(
  db: DatabaseSync,
  env: string,
  name: string,
): ReturnType<typeof servicesIn>[number] | undefined {
  return servicesIn(db).find((one) => one.env === env && one.name === name);
}

function serviceRows(db: DatabaseSync): z.infer<typeof ServiceRow>[] {
  const rows = db.prepare("SELECT env, name, version, replicas FROM services ORDER BY env, name").all();
  return z.array(ServiceRow).parse(rows);
}

function historyOf(db: DatabaseSync, env: string, name: string) {
  const rows = db
    .prepare("SELECT version, at, deployment FROM history WHERE env = ? AND name = ? ORDER BY number")
    .all(env, name);
  return z
    .array(HistoryRow)
    .parse(rows)
    .map((row) => ({
      ...row,
      deployment: row.deployment === null ? null : `${DEPLOYMENT}-${row.deployment}`,
    }));
}
