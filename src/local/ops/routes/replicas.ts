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
  /** How many run, as far as whoever asks knows. */
  from: z.int("from must be a whole number").exactOptional(),
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
      form: "{ service, env, replicas, from? }",
      says: ({ service, env, replicas: count }) => `${service} in ${env} to ${count}`,
      perform: (db, { body: { service, env, replicas: count, from } }) => {
        const found = serviceAt(db, env, service);
        if (found === undefined)
          return { kind: "refused", status: 404, error: unknownService(db, env, service) };
        if (from !== undefined && from !== found.replicas)
          return {
            ...{ kind: "refused", status: 409 },
            error: `${service} in ${env} runs ${found.replicas} replicas and no longer ${from}. Look at it again.`,
          };
        db.prepare("UPDATE services SET replicas = ? WHERE env = ? AND name = ?").run(count, env, service);
        return { kind: "done", result: { previous: found.replicas } };
      },
    });
  },
};
