// One person who does one thing after the other, as people do: clicks, fills in forms, types.
import { setTimeout as pause } from "node:timers/promises";
import { type ClickMore, createPerson } from "../../src/local/slack/person.ts";
import type { Acted, Message, View } from "../../src/local/slack/protocol.ts";
import { viewOf } from "../../src/local/slack/views.ts";
import { offers, tried } from "../faults/processes/screen.ts";
import type { Watched } from "./watched.ts";

export type Answer = "ok" | "late" | "failed" | undefined;

export interface Actor {
  readonly id: string;
  /** What this person was told in private, so far. */
  told(): readonly string[];
  say(channel: string, text: string): Promise<Answer>;
  click(message: Message, button: string, more?: ClickMore): Promise<Answer>;
  /** Opens a form by a button, and sends it filled in. `before` is waited for when it is about to be sent. */
  fill(message: Message, button: string, filled: Fills, before?: Promise<unknown>): Promise<Answer>;
  home(): Promise<unknown>;
}

/** By the inputs that the form may have; what it does not have is left out. */
export type Fills = Readonly<Record<string, string>>;

const FORM_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 40;

export function createActor(slackUrl: string, id: string, watched: Watched): Actor {
  const person = createPerson(slackUrl, id);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  };

  async function opened(message: Message, button: string): Promise<View | undefined> {
    const left = watched.formOf(id);
    if (left !== undefined) await tried(() => person.close(viewOf(left), true));
    if (answerOf(await tried(() => person.click(message, button))) !== "ok") return undefined;
    const until = Date.now() + FORM_WITHIN_MS;
    while (Date.now() < until) {
      const form = watched.formOf(id);
      if (form?.submit !== undefined) return viewOf(form);
      await pause(LOOK_EVERY_MS);
    }
    return undefined;
  }

  return {
    id,
    told: () => watched.toldTo(id),
    say: (channel, text) => inTurn(async () => answerOf(await tried(() => person.say(channel, text)))),
    click: (message, button, more) =>
      inTurn(async () => {
        if (more?.stale !== true && !offers(message, button)) return undefined;
        return answerOf(await tried(() => person.click(message, button, more)));
      }),
    fill: (message, button, filled, before) =>
      inTurn(async () => {
        const form = await opened(message, button);
        await before;
        if (form === undefined) return undefined;
        const has = JSON.stringify(form.blocks);
        const fits = Object.entries(filled).filter(([name]) => has.includes(`"${name}"`));
        const sent = answerOf(await tried(() => person.submit(form, Object.fromEntries(fits))));
        const left = watched.formOf(id);
        const isWrong = left !== undefined && Object.keys(left.errors).length > 0;
        return sent === "ok" && isWrong ? "failed" : sent;
      }),
    home: () => inTurn(() => tried(() => person.home())),
  };
}

function answerOf(acted: Acted | undefined): Answer {
  return acted?.ok === true ? acted.answer.kind : undefined;
}
