// Restarts of a service, and how many replicas of it run.
import * as z from "zod";
import { addAct } from "../act.ts";
import type { Area } from "../area.ts";
import { serviceAt, unknownService, word } from "./services.ts";

const At = z.strictObject({ service: word("service"), env: word("env") });
const MOST = 100;
const Scaling = At.extend({
  replicas: z
    .int("replicas must be a whole number")
    .min(1, "replicas must be 1 or more")
    .max(MOST, `replicas must be ${MOST} or less`),
});

export const replicas: Area = {
  routes: (app, store) => {
    addAct(app, store, {
      ...{ name: "restart", path: "/restarts", prefix: "restart" },
      body: At,
      form: "{ service, env }",
      says: ({ service, env }) => `${service} in ${env}`,
      perform: (db, { body: { service, env } }) => {
        const found = serviceAt(db, env, service);
        return found === undefined
          ? { kind: "refused", status: 404, error: unknownService(db, env, service) }
          : { kind: "done", result: { replicas: found.replicas } };
      },
    });
    addAct(app, store, {
      ...{ name: "scaling", path: "/scalings", prefix: "scale" },
      body: Scaling,
      form: "{ service, env, replicas }",
      says: ({ service, env, replicas: count }) => `${service} in ${env} to ${count}`,
      perform: (db, { body: { service, env, replicas: count } }) => {
        const found = serviceAt(db, env, service);
        if (found === undefined)
          return { kind: "refused", status: 404, error: unknownService(db, env, service) };
        db.prepare("UPDATE services SET replicas = ? WHERE env = ? AND name = ?").run(count, env, service);
        return { kind: "done", result: { previous: found.replicas } };
      },
    });
  },
};
