// The only one who shows App Homes: draws them, and publishes what is not shown already.
import { createHash } from "node:crypto";
import type { HomeView, WebClient } from "@slack/web-api";
import * as z from "zod";
import { HomeUnavailable } from "../../runs/errors.ts";
import type { DrawnHome, HomeScreen, Published } from "../../runs/home-ports.ts";
import type { Home } from "../../runs/home.ts";
import { platformError } from "../directory.ts";
import { apologyView } from "./apology.ts";
import { homeView } from "./view.ts";

/** Somebody has published another view of it, or there is nobody any more who could see it. */
const OVERTAKEN = ["hash_conflict", "user_not_found", "user_not_visible", "not_enabled"];

const Answer = z.object({ view: z.object({ hash: z.string() }) });

export function createHomeScreen(slack: WebClient, { command }: { readonly command: string }): HomeScreen {
  const draw = (home: Home, said?: string): HomeView => homeView(home, { said, command });
  /** Of everything but when it was read, and what was said of a click: that stays until there is something else to show. */
  const hashOf = (home: Home): string =>
    createHash("sha256")
      .update(JSON.stringify(draw({ ...home, at: NEVER })))
      .digest("base64url");
  return {
    async show(user, home, said): Promise<DrawnHome> {
      const view = await publish(slack, { user_id: user, view: draw(home, said) });
      return { hash: hashOf(home), view };
    },
    async refresh(user, home, drawn): Promise<Published> {
      const hash = hashOf(home);
      if (hash === drawn.hash) return { kind: "same" };
      try {
        const view = await publish(slack, { user_id: user, view: draw(home), hash: drawn.view });
        return { kind: "published", drawn: { hash, view } };
      } catch (error) {
        const refusal = error instanceof HomeUnavailable ? platformError(error.cause) : undefined;
        if (refusal === undefined || !OVERTAKEN.includes(refusal)) throw error;
        return { kind: "overtaken" };
      }
    },
    async apologize(user, apology): Promise<void> {
      await publish(slack, { user_id: user, view: apologyView(apology) });
    },
  };
}

const NEVER = new Date(0).toISOString();

/** Slack's name for what is shown now. */
async function publish(
  slack: WebClient,
  what: { readonly user_id: string; readonly view: HomeView; readonly hash?: string },
): Promise<string> {
  try {
    return Answer.parse(await slack.views.publish(what)).view.hash;
  } catch (error) {
    throw new HomeUnavailable(platformError(error) ?? "Slack did not answer", error);
  }
}
