// What services say of themselves, metrics and log lines, and the runbooks of those who look after them.
import type { DatabaseSync } from "node:sqlite";
import type { Context } from "hono";
import { refuse } from "../act.ts";
import type { Area } from "../area.ts";
import { actsIn } from "../ledger.ts";
import { RUNBOOKS } from "./runbooks.ts";
import { serviceAt, unknownService } from "./services.ts";

interface Condition {
  readonly errorsPercent: number;
  readonly p99Ms: number;
  readonly memoryPercent: number;
  /** Of all replicas together, in percent of what one can do: more replicas share it. */
  readonly load: number;
  readonly log: readonly string[];
}

const WELL: Condition = {
  ...{ errorsPercent: 0.1, p99Ms: 180, memoryPercent: 41, load: 240 },
  log: ["12:00:01 INFO ready", "12:00:04 INFO health check passed"],
};

/** How production is until somebody does something about it. */
const AILING: Readonly<Record<string, Condition>> = {
  checkout: {
    ...{ errorsPercent: 4.2, p99Ms: 2_900, memoryPercent: 96, load: 620 },
    log: [
      "11:52:10 WARN heap at 91 % after collection",
      "11:56:31 WARN heap at 95 % after collection, 4 requests timed out",
      "11:58:02 ERROR OutOfMemory in SessionCache.put, request 5b1f dropped",
      "11:59:47 ERROR OutOfMemory in SessionCache.put, request 77c0 dropped",
    ],
  },
  payments: {
    ...{ errorsPercent: 0.9, p99Ms: 1_450, memoryPercent: 58, load: 752 },
    log: ["11:57:12 WARN queue of 214 requests", "11:59:30 WARN queue of 391 requests"],
  },
};

const IDLE: Condition = {
  ...{ errorsPercent: 0, p99Ms: 6, memoryPercent: 22, load: 21 },
  log: ["11:58:00 INFO 9 of 300 connections used", "11:59:00 INFO p99 latency normal, replicas in step"],
};

export const telemetry: Area = {
  routes: (app, { db }) => {
    app.get("/services/:env/:name/metrics", (c) =>
      ofService(c, db, ({ service, condition: { errorsPercent, p99Ms, memoryPercent, load } }) => ({
        metrics: {
          ...{ kind: service.kind, replicas: service.replicas, errorsPercent, p99Ms, memoryPercent },
          loadPercent: Math.min(100, Math.round(load / service.replicas)),
        },
      })),
    );
    app.get("/services/:env/:name/logs", (c) =>
      ofService(c, db, ({ condition: { log } }) => ({ lines: log })),
    );
    app.get("/runbooks", (c) => {
      const alert = c.req.query("alert")?.toLowerCase() ?? "";
      const found = RUNBOOKS.filter(({ alerts }) => alerts.some((one) => alert.includes(one)));
      return c.json({ runbooks: found.length > 0 ? found : RUNBOOKS });
    });
  },
};

interface Seen {
  readonly service: NonNullable<ReturnType<typeof serviceAt>>;
  readonly condition: Condition;
}

function ofService(c: Context, db: DatabaseSync, say: (seen: Seen) => object): Response {
  const [env, name] = [c.req.param("env") ?? "", c.req.param("name") ?? ""];
  const service = serviceAt(db, env, name);
  if (service === undefined) return refuse(c, 404, unknownService(db, env, name));
  return c.json(say({ service, condition: conditionOf(db, service) }));
}

/** A restart cures what ails a service; load stays. */
function conditionOf(db: DatabaseSync, { env, name, kind }: Seen["service"]): Condition {
  if (kind === "database") return IDLE;
  const ailing = env === "prod" ? AILING[name] : undefined;
  if (ailing === undefined) return WELL;
  const isRestarted = actsIn(db, "restart").some(
    ({ body }) => body["service"] === name && body["env"] === env,
  );
  return isRestarted ? { ...WELL, load: ailing.load } : ailing;
}
