// The routes of protocol.ts: what a page, or a test acting as a person, may do.
import { Hono, type Context } from "hono";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import { refusal, type Acting } from "./acting.ts";
import { click } from "./click.ts";
import type { Dispatcher } from "./dispatch.ts";
import { inputValuesSchema } from "./documents.ts";
import { openHome } from "./open-home.ts";
import { openIm } from "./open-im.ts";
import { fileFor } from "./file-methods.ts";
import type { Acted, HomeOpened, ImOpened, Person } from "./protocol.ts";
import { say } from "./say.ts";
import { snapshotFor } from "./snapshot.ts";
import { close, submit } from "./submit.ts";
import type { Traffic } from "./traffic.ts";
import { read } from "./unread.ts";
import type { Workspace } from "./workspace.ts";

export interface PeopleApiDeps {
  readonly workspace: Workspace;
  readonly dispatcher: Dispatcher;
  readonly traffic: Traffic;
}

const as = z.string();
const sayBody = z.object({
  as,
  channel: z.string(),
  text: z.string(),
  thread_ts: z.string().exactOptional(),
});
const clickBody = z.object({
  as,
  container: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("message"), channel: z.string(), ts: z.string() }),
    z.object({ kind: z.literal("view"), view_id: z.string() }),
  ]),
  block_id: z.string(),
  action_id: z.string(),
  option: z.string().exactOptional(),
  options: z.array(z.string()).exactOptional(),
  values: inputValuesSchema.exactOptional(),
  stale: z.boolean().exactOptional(),
  value: z.string().exactOptional(),
});
const submitBody = z.object({ as, view_id: z.string(), values: inputValuesSchema });
const closeBody = z.object({ as, view_id: z.string(), clear: z.boolean().default(false) });

const HEARTBEAT_MS = 15_000;

export function createPeopleApi({ workspace, dispatcher, traffic }: PeopleApiDeps): Hono {
  const app = new Hono();

  /** Parses the body and answers as the person it names; bots do not act. */
  function act<T extends { readonly as: string }>(
    schema: z.ZodType<T>,
    run: (acting: Acting, body: T) => Promise<Acted | HomeOpened | ImOpened>,
  ): (context: Context) => Promise<Response> {
    return async (context) => {
      const body = schema.safeParse(await context.req.json().catch(() => undefined));
      if (!body.success)
        return context.json(refusal(`The request is not right: ${z.prettifyError(body.error)}`), 400);
      const person = findPerson(workspace, body.data.as);
      if (person === undefined) return context.json(refusal(nobody(body.data.as)), 400);
      if (person.deactivated === true) return context.json(refusal(signedOut(person)), 400);
      const { origin } = new URL(context.req.url);
      const acted = await run({ workspace, dispatcher, person, origin }, body.data);
      return context.json(acted, acted.ok ? 200 : 400);
    };
  }

  app.post("/say", act(sayBody, say));
  app.post("/click", act(clickBody, click));
  app.post(
    "/submit",
    act(submitBody, (acting, body) => submit(acting, body.view_id, body.values)),
  );
  app.post(
    "/close",
    act(closeBody, (acting, body) => close(acting, body.view_id, body.clear)),
  );
  app.post("/home", act(z.object({ as }), openHome));
  app.post("/read", act(z.object({ as, channel: z.string(), ts: z.string() }), read));
  app.post("/open", act(z.object({ as, with: z.string() }), openIm));
  app.get("/snapshot", async (context) => {
    const { as: id = "", after } = context.req.query();
    if (after === String(workspace.version())) await changed(workspace);
    const person = findPerson(workspace, id);
    return person === undefined
      ? context.json(refusal(nobody(id)), 400)
      : context.json(snapshotFor(workspace, person));
  });
  app.get("/files/:id", (context) => {
    const file = fileFor(workspace, context.req.query("as") ?? "", context.req.param("id"));
    if (file === undefined) return context.json(refusal("There is no such file in your conversations."), 404);
    // What an app sent is given as a file, whatever it says it is, and never shown as a page.
    const name = encodeURIComponent(file.name);
    return context.body(Buffer.from(file.content, "base64"), 200, {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename*=UTF-8''${name}`,
    });
  });
  app.get("/events", (context) => streamChanges(context, workspace, traffic));
  return app;
}

/** Not for long: with the clock things change too, and whoever asks may wait for something else. */
const HELD_MS = 250;

function changed(workspace: Workspace): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const stop = workspace.onChange(go);
    const timer = setTimeout(go, HELD_MS);
  });
}

function findPerson(workspace: Workspace, id: string): Person | undefined {
  const person = workspace.person(id);
  return person?.kind === "bot" ? undefined : person;
}

function nobody(id: string): string {
  return `Nobody with the id "${id}" uses this workspace; its people are in /local/everything.`;
}

function signedOut({ realName }: Person): string {
  return `${realName}'s account is deactivated; it can do nothing in this workspace.`;
}

/** One event at once, so that a page that reconnects learns what it missed, then one per change; "traffic" when there is more of it. */
function streamChanges(context: Context, workspace: Workspace, traffic: Traffic): Response {
  return streamSSE(context, async (stream) => {
    const tell = (): void => void stream.writeSSE({ data: JSON.stringify({ version: workspace.version() }) });
    const tellTraffic = (): void => void stream.writeSSE({ event: "traffic", data: "{}" });
    const heartbeat = setInterval(() => void stream.write(": still here\n\n"), HEARTBEAT_MS);
    const stops = [workspace.onChange(tell), traffic.onChange(tellTraffic)];
    tell();
    await new Promise<void>((resolve) => {
      stream.onAbort(resolve);
    });
    for (const stop of stops) stop();
    clearInterval(heartbeat);
  });
}
