// The local ops target: the small HTTP service that workflows really act on, honest about keys, names and repeats.
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { refuse } from "./act.ts";
import type { Area, OpsStore } from "./area.ts";
import { empty, inTransaction, openDatabase } from "./database.ts";
import { type Act, actsIn, LEDGER_TABLES } from "./ledger.ts";
import { contracts } from "./routes/contracts.ts";
import { courses } from "./routes/courses.ts";
import { outbox } from "./routes/outbox.ts";
import { payments } from "./routes/payments.ts";
import { publications } from "./routes/publications.ts";
import { pulls } from "./routes/pulls.ts";
import { replicas } from "./routes/replicas.ts";
import { services } from "./routes/services.ts";
import { signOffs } from "./routes/sign-offs.ts";
import { telemetry } from "./routes/telemetry.ts";

export interface OpsListening {
  readonly port: number;
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface Ops {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Listens on loopback; port 0 takes any free one. Closing also closes the store. */
  readonly listen: (port: number) => Promise<OpsListening>;
  readonly close: () => void;
}

/** Each with its routes, in the order in which an unknown path is told of them. */
const AREAS: readonly Area[] = [
  ...[services, replicas, telemetry],
  ...[outbox, payments, publications, signOffs],
  ...[pulls, contracts, courses],
];

/**
 * The ops target on a store path or ":memory:".
 *
 *     const ops = createOps({ store: ":memory:", now: Date.now });
 *     const { url, close } = await ops.listen(0);
 */
export function createOps(options: { readonly store: string; readonly now: () => number }): Ops {
  const at = (): string => new Date(options.now()).toISOString();
  const db = openDatabase(options.store, [LEDGER_TABLES, ...AREAS.flatMap(({ tables = [] }) => tables)]);
  const store: OpsStore = { db, at };
  inTransaction(db, () => seed(store));
  const app = routes(store);
  return {
    fetch: (request) => app.fetch(request),
    listen: (port) => listen(app, store, port),
    close: () => db.close(),
  };
}

function seed({ db, at }: OpsStore): void {
  for (const area of AREAS) area.seed?.(db, at());
}

function routes(store: OpsStore): Hono {
  const app = new Hono();
  app.get("/health", (c) => c.json({ ok: true }));
  app.get("/acts", (c) => c.json({ acts: actsIn(store.db).map(withoutKey) }));
  for (const area of AREAS) area.routes(app, store);
  app.post("/reset", (c) => {
    inTransaction(store.db, () => {
      empty(store.db);
      seed(store);
    });
    return c.json({ ok: true });
  });
  app.notFound((c) => {
    const known = app.routes.map(({ method, path }) => `${method} ${path}`).join(", ");
    return refuse(c, 404, `There is nothing at ${c.req.method} ${c.req.path}. There is ${known}.`);
  });
  app.onError((error, c) => refuse(c, 500, `The ops target failed: ${error.message}`));
  return app;
}

/** What was done, whatever it was, for people to look at: a key is for whoever acts. */
function withoutKey({ key: _, ...act }: Act): Omit<Act, "key"> {
  return act;
}

function listen(app: Hono, { db }: OpsStore, port: number): Promise<OpsListening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (info) => {
      resolve({ port: info.port, url: `http://127.0.0.1:${info.port}`, close });
    });
    server.once("error", reject);
    async function close(): Promise<void> {
      await new Promise((done) => server.close(done));
      db.close();
    }
  });
}
