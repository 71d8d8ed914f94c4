// A local Slack in which one scene after the other is shown to Ana, with a small app behind it that opens forms and says nothing else.
import type { View } from "@slack/web-api";
import * as z from "zod";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import type { Page } from "../../src/local/page/bundle.ts";
import { createPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import type { Drawing } from "../../src/runs/ports.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { button } from "../../src/slack/blocks/parts.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import type { Scene } from "./scene.ts";

/** A few minutes after the last that happens in a scene. */
export const NOW = "2026-05-04T15:10:00.000Z";
export const VIEWER = SEED.users.ana;
export const CHANNEL = SEED.channels.deploys;

/** Where Ana sees it. */
export type Spot =
  | { readonly kind: "message"; readonly ts: string }
  | { readonly kind: "modal"; readonly id: string }
  | { readonly kind: "home"; readonly id: string };

export interface Stage {
  readonly url: string;
  /** @throws when Slack refuses it. */
  show(scene: Scene): Promise<Spot>;
  clear(spot: Spot): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(page?: Page): Promise<Stage> {
  const store = createStore(":memory:");
  const clock = createClock(() => Date.parse(NOW));
  const options = { ...LOCAL_SECRETS, teamId: SEED.teamId, appUrl: "", store, clock };
  const slack = createLocalSlack({ ...options, ...(page && { page }) });
  const server = await slack.listen(0);
  const web = createSlackClient({
    ...{ token: LOCAL_SECRETS.botToken, apiUrl: `${server.url}/api/` },
    ...{ timeoutMs: 5_000, log: SILENT },
  });
  const app = await startApp((trigger_id, view) => web.views.open({ trigger_id, view }));
  slack.setAppUrl(app.url);
  const scenery: Scenery = { web, app, people: (id) => createPerson(server.url, id) };
  return {
    url: server.url,
    show: (scene) => showScene(scenery, scene),
    clear: (spot) => clearSpot(scenery, spot),
    async close() {
      await Promise.all([server.close(), app.close()]);
      store.close();
    },
  };
}

interface Scenery {
  readonly web: ReturnType<typeof createSlackClient>;
  readonly app: App;
  readonly people: (id: string) => ReturnType<typeof createPerson>;
}

async function showScene(scenery: Scenery, { name, shows }: Scene): Promise<Spot> {
  const { web } = scenery;
  switch (shows.kind) {
    case "card":
      return message(await draw(scenery, shows.drawing));
    case "private": {
      // Beside what somebody else said, a message has its author above it.
      await scenery.people(SEED.users.rita).say(CHANNEL, name);
      const { text, blocks } = shows;
      const said = { channel: CHANNEL, user: VIEWER, text, ...(blocks && { blocks: [...blocks] }) };
      return message((await web.chat.postEphemeral(said)).message_ts);
    }
    case "modal":
      return { kind: "modal", id: await openModal(scenery, shows.view) };
    case "home": {
      const { view } = await web.views.publish({ user_id: VIEWER, view: shows.view });
      return { kind: "home", id: view?.id ?? "" };
    }
  }
}

function message(ts = ""): Spot {
  return { kind: "message", ts };
}

async function draw({ web }: Scenery, drawing: Drawing): Promise<string> {
  const { team, thread } = drawing.run;
  const messenger = createMessenger(web, { defaultChannel: CHANNEL });
  const place = { team, thread, card: "scene", channel: CHANNEL, mayExist: false };
  // It is never posted: it takes the place of what was.
  const isEmptied = drawing.kind === "purged";
  const before = isEmptied
    ? await messenger.draw({ kind: "run", run: drawing.run, approvals: [] }, place)
    : undefined;
  return (await messenger.draw(drawing, { ...place, ...(before && { ts: before.ts }) })).ts;
}

/** Opens it as the app does, when somebody presses a button. */
async function openModal({ web, app, people }: Scenery, view: View): Promise<string> {
  const elements = [button({ text: "Open", action: "open", value: "open" })];
  const blocks = [{ type: "actions" as const, elements }];
  const { ts = "" } = await web.chat.postMessage({ channel: CHANNEL, text: "A form", blocks });
  const ana = people(VIEWER);
  const { messages } = await ana.snapshot();
  const posted = messages.find((one) => one.ts === ts);
  if (posted === undefined) throw new Error("The message with the button was not posted.");
  app.opens = view;
  await ana.click(posted, "Open");
  await web.chat.delete({ channel: CHANNEL, ts });
  if (app.trouble !== undefined) throw new Error("Slack did not open the form.", { cause: app.trouble });
  return (await ana.view())?.id ?? "";
}

async function clearSpot({ web, people }: Scenery, spot: Spot): Promise<void> {
  const ana = people(VIEWER);
  const modal = spot.kind === "modal" ? await ana.view() : undefined;
  if (modal !== undefined) await ana.close(modal, true);
  // What is private nobody can delete.
  if (spot.kind === "message")
    await web.chat.delete({ channel: CHANNEL, ts: spot.ts }).catch(() => undefined);
}

interface App {
  readonly url: string;
  /** What the next click opens. */
  opens: View | undefined;
  trouble: unknown;
  close(): Promise<void>;
}

const Click = z.object({ type: z.literal("block_actions"), trigger_id: z.string() });

async function startApp(open: (trigger: string, view: View) => Promise<unknown>): Promise<App> {
  const held: Pick<App, "opens" | "trouble"> = { opens: undefined, trouble: undefined };
  const served = await serveHandler(async ({ body = "" }) => {
    const form = new URLSearchParams(Buffer.from(body, "base64").toString());
    const click = Click.safeParse(JSON.parse(form.get("payload") ?? "null")).data;
    const { opens } = held;
    held.opens = undefined;
    held.trouble = undefined;
    if (click !== undefined && opens !== undefined)
      await open(click.trigger_id, opens).catch((error: unknown) => (held.trouble = error));
    return { statusCode: 200 };
  }, SILENT);
  return Object.assign(held, served);
}
