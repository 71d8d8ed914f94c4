// The routes of protocol.ts for whoever runs the workspace: what goes wrong, who belongs, what time it is, and what went over the wire.
import { Hono } from "hono";
import { z } from "zod";
import type { LocalClock } from "../clock.ts";
import { refusal } from "./acting.ts";
import { changeKey, changeSchema, whyNoChange } from "./change.ts";
import type { Dispatcher } from "./dispatch.ts";
import { type FaultBook, faultsBody } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { membersChangedEvent } from "./payloads.ts";
import type { ClockReading, Disconnection, Faults, Traffic as TrafficAnswer } from "./protocol.ts";
import type { Sockets } from "./over-socket.ts";
import { everything } from "./snapshot.ts";
import type { Traffic } from "./traffic.ts";
import type { Workspace } from "./workspace.ts";

export interface AdministratorApiDeps {
  readonly workspace: Workspace;
  readonly dispatcher: Dispatcher;
  readonly journal: Journal;
  readonly traffic: Traffic;
  readonly faults: FaultBook;
  readonly clock: LocalClock;
  readonly sockets: Sockets | undefined;
}

const disconnectBody = z.object({
  how: z.enum(["warning", "refresh_requested", "link_disabled", "drop"]),
}) satisfies z.ZodType<{ how: Disconnection }>;
const YEAR_SECONDS = 366 * 24 * 60 * 60;
const advanceBody = z.object({ advanceSeconds: z.number().positive().max(YEAR_SECONDS) });

export function createAdministratorApi(deps: AdministratorApiDeps): Hono {
  const { workspace, dispatcher, journal, traffic, faults, clock, sockets } = deps;
  const app = new Hono();
  const reading = (): ClockReading => ({ now: clock.now(), aheadSeconds: clock.aheadSeconds() });
  const pending = (): Faults => ({ faults: faults.all() });

  app.get("/faults", (context) => context.json(pending()));
  app.post("/faults", async (context) => {
    const body = faultsBody.safeParse(await jsonOf(context.req.raw));
    if (!body.success) return context.json(notRight(body.error), 400);
    faults.replace(body.data.faults);
    workspace.changed();
    return context.json(pending());
  });
  app.post("/change", async (context) => {
    const change = changeSchema.safeParse(await jsonOf(context.req.raw));
    if (!change.success) return context.json(notRight(change.error), 400);
    const [people, groups, channels] = [workspace.people(), workspace.groups(), workspace.channels()];
    const why = whyNoChange(change.data, { people, groups, channels });
    if (why !== undefined) return context.json(refusal(why), 400);
    workspace.changes.put(change.data);
    if (change.data.kind === "group")
      await dispatcher.sendJson("subteam_members_changed", membersChangedEvent(workspace, change.data));
    return context.json({ ok: true, change: changeKey(change.data) });
  });
  app.post("/disconnect", async (context) => {
    const body = disconnectBody.safeParse(await jsonOf(context.req.raw));
    if (!body.success) return context.json(notRight(body.error), 400);
    if (sockets === undefined) return context.json(refusal("The app is not in Socket Mode."), 400);
    sockets.disconnect(body.data.how);
    return context.json({ ok: true });
  });
  app.get("/clock", (context) => context.json(reading()));
  app.post("/clock", async (context) => {
    const body = advanceBody.safeParse(await jsonOf(context.req.raw));
    if (!body.success) return context.json(notRight(body.error), 400);
    clock.advance(body.data.advanceSeconds);
    workspace.changed();
    return context.json(reading());
  });
  app.get("/traffic", (context) => {
    const after = Number(context.req.query("after") ?? "0");
    return context.json({
      epoch: traffic.epoch(),
      entries: traffic.after(Number.isFinite(after) ? after : 0),
    } satisfies TrafficAnswer);
  });
  app.get("/everything", (context) => context.json(everything(workspace, journal)));
  app.post("/reset", (context) => {
    workspace.reset();
    journal.clear();
    traffic.clear();
    faults.replace([]);
    return context.json({ ok: true });
  });
  return app;
}

async function jsonOf(request: Request): Promise<unknown> {
  // What is not JSON is refused by the schema, with the field's name.
  return request.json().catch(() => undefined);
}

function notRight(error: z.ZodError): ReturnType<typeof refusal> {
  return refusal(`The request is not right: ${z.prettifyError(error)}`);
}
