// Opening the App Home: the app is told, and the person sees what it has published.
import { answerOf, type Acting } from "./acting.ts";
import { homeOpenedEvent } from "./payloads.ts";
import type { HomeOpened } from "./protocol.ts";
import { homeViewOf } from "./views.ts";

export async function openHome({ workspace, person, dispatcher }: Acting): Promise<HomeOpened> {
  const event = homeOpenedEvent(workspace, person, workspace.homes.get(person.id));
  const delivery = await dispatcher.sendJson("app_home_opened", event);
  const home = workspace.homes.get(person.id);
  return { ok: true, answer: answerOf(delivery), ...(home && { view: homeViewOf(home) }) };
}
