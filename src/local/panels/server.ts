// Answers the page's side panels: the ops target, the runs, and which model this machine runs with.
import { Hono } from "hono";
import * as z from "zod";
import type { About, ModelNote, OpsPicture } from "./protocol.ts";
import type { RunLog } from "./run-log.ts";

export interface PanelsOptions {
  readonly opsUrl: string;
  readonly model: ModelNote;
  readonly runs: RunLog;
}

/** Everything under /panels; the local Slack's doors stand in front of it. */
export function createPanels({
  opsUrl,
  model,
  runs,
}: PanelsOptions): (request: Request) => Promise<Response> {
  const app = new Hono().basePath("/panels");
  app.get("/about", (context) => context.json({ model } satisfies About));
  app.get("/ops", async (context) => context.json(await opsPicture(opsUrl)));
  app.get("/runs", async (context) => context.json(await runs.list()));
  app.get("/runs/:thread", async (context) => {
    const thread = context.req.param("thread");
    const picture = await runs.picture(thread);
    return picture === undefined
      ? context.json({ ok: false, error: `There is no run ${thread.slice(0, 40)} here.` }, 404)
      : context.json(picture);
  });
  app.notFound((context) => context.json({ ok: false, error: "There is no such panel." }, 404));
  app.onError((error, context) => context.json({ ok: false, error: error.message }, 502));
  return async (request) => app.fetch(request);
}

const Services = z.object({
  services: z.array(
    z.object({ name: z.string(), env: z.string(), version: z.string(), replicas: z.number() }),
  ),
});
const counted = { at: z.string(), performed: z.number(), replays: z.number() };
const Deployments = z.object({
  deployments: z.array(
    z.object({
      ...{ id: z.string(), service: z.string(), env: z.string(), version: z.string(), previous: z.string() },
      ...counted,
    }),
  ),
});
const Outbox = z.object({
  emails: z.array(
    z.object({ id: z.string(), to: z.string(), subject: z.string(), body: z.string(), ...counted }),
  ),
});

const Acts = z.object({
  acts: z.array(z.object({ kind: z.string(), number: z.number(), said: z.string(), ...counted })),
});

/** These have a list of their own. */
const LISTED = ["deployment", "email"];

async function opsPicture(opsUrl: string): Promise<OpsPicture> {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${opsUrl}/${path}`).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The ops target does not answer: ${reason}.`, { cause });
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok || body === undefined) throw new Error(`The ops target answered ${response.status}.`);
    return body;
  };
  const [services, deployments, outbox, acts] = await Promise.all([
    get("services"),
    get("deployments"),
    get("outbox"),
    get("acts"),
  ]);
  const others = Acts.parse(acts).acts.filter(({ kind }) => !LISTED.includes(kind));
  return {
    ...Services.parse(services),
    deployments: Deployments.parse(deployments).deployments.toReversed(),
    outbox: Outbox.parse(outbox).emails.toReversed(),
    others: others.toReversed(),
  };
}
