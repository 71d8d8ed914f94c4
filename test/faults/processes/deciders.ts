// Ana and Bo decide what is asked, each as chance has it for each question, and click again when there was no answer.
import { setTimeout as pause } from "node:timers/promises";
import type { LocalPerson } from "../../../src/local/slack/person.ts";
import type { Message, Snapshot } from "../../../src/local/slack/protocol.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { type Intent, intentOf } from "./intent.ts";
import {
  approve,
  type CardName,
  cardOf,
  edit,
  needsTwo,
  offers,
  reject,
  showsVoteOf,
  tried,
  valueOfButton,
} from "./screen.ts";

/** A click that Slack had a good answer to, after which nothing was said, and nothing was to be seen for a long time. */
export interface SilentClick extends CardName {
  readonly by: string;
  /** Says which question it is, at which revision. */
  readonly button: string;
}

export interface Deciding {
  readonly seed: string;
  readonly isOver: () => boolean;
  onSilent(click: SilentClick): void;
}

interface Clicked {
  readonly at: number;
  readonly wasTaken: boolean;
  /** How much this person had been told by then. */
  readonly told: number;
}

const LOOK_EVERY_MS = 400;
const AGAIN_AFTER_MS = 800;
/** Of somebody whose click was taken: longer than any lease or claim, at the pace of the campaign. */
const PATIENCE_MS = 12_000;

export async function decideAll(person: LocalPerson, deciding: Deciding): Promise<void> {
  const clicks = new Map<string, Clicked>();
  while (!deciding.isOver()) {
    const seen = await tried(() => person.snapshot());
    for (const message of openIn(seen)) {
      const told = toldIn(seen, person.id);
      const act = isToClick(message, { person, deciding, told, clicks });
      // One after the other: a form is filled in before the next one is opened.
      if (act !== undefined) {
        const at = performance.now();
        clicks.set(valueOfButton(message, "Approve") ?? "", {
          at,
          wasTaken: await act(person, message),
          told,
        });
      }
    }
    await pause(LOOK_EVERY_MS);
  }
}

function openIn(seen: Snapshot | undefined): readonly Message[] {
  return (seen?.messages ?? []).filter((message) => offers(message, "Approve"));
}

function toldIn(seen: Snapshot | undefined, person: string): number {
  return (seen?.messages ?? []).filter(({ visibleTo }) => visibleTo === person).length;
}

type Act = (person: LocalPerson, message: Message) => Promise<boolean>;

interface Standing {
  readonly person: LocalPerson;
  readonly deciding: Deciding;
  readonly told: number;
  readonly clicks: ReadonlyMap<string, Clicked>;
}

/** What this person does about this card now, if anything. */
function isToClick(message: Message, { person, deciding, told, clicks }: Standing): Act | undefined {
  const card = cardOf(message);
  const button = valueOfButton(message, "Approve") ?? "";
  if (card === undefined || showsVoteOf(person.id, message)) return undefined;
  const act = actOf(intentOf(deciding.seed, card, needsTwo(message)), person.id);
  const last = clicks.get(button);
  if (act === undefined || last === undefined) return act;
  const waited = performance.now() - last.at;
  const isAnswered = !last.wasTaken || told > last.told;
  if (waited < (isAnswered ? AGAIN_AFTER_MS : PATIENCE_MS)) return undefined;
  if (!isAnswered) deciding.onSilent({ by: person.id, button, ...card });
  return act;
}

function actOf(intent: Intent, person: string): Act | undefined {
  const isAna = person === SEED.users.ana;
  switch (intent) {
    case "both approve":
      return approve;
    case "one approves":
      return isAna ? approve : undefined;
    case "edit":
      return isAna ? edit : undefined;
    case "reject":
      return isAna ? undefined : reject;
    case "contest":
      return isAna ? approve : reject;
  }
}
