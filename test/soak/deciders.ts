// People who do with each question of a run what its story says, click again when nothing came of it, and remember each click.
import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../src/local/slack/protocol.ts";
import type { Chance } from "../faults/processes/chance.ts";
import { cardOf, offers } from "../faults/processes/screen.ts";
import type { Actor, Answer } from "./actor.ts";
import { decide, decidersOf } from "./deciding.ts";
import type { Memory, Remembered } from "./remembered.ts";
import { numberIn } from "./stories.ts";

export interface Crew {
  readonly rita: Actor;
  readonly ana: Actor;
  readonly bo: Actor;
  readonly otto: Actor;
}

export interface Deciders {
  /** A card is new, or shows something else. */
  see(message: Message): void;
  /** Acts until it is stopped. */
  run(isOver: () => boolean): Promise<void>;
  /** Cards that wait for something to be done. */
  open(): number;
  /** Nobody is about to click, or in the middle of it. */
  areIdle(): boolean;
  readonly counts: { readonly decisions: number; readonly races: number; readonly stale: number };
}

interface Seen {
  message: Message;
  /** When it is next to be looked at. */
  at: number;
  isBusy: boolean;
  askedAgain: boolean;
}

const LOOK_EVERY_MS = 150;
const THINK_MS = { low: 200, high: 4_000 };
/** Whose click counted need not wait longer than for a worker that was killed. */
const PATIENCE_MS = 100_000;
const AGAIN_MS = 2_000;
const BUTTONS = ["Approve", "Answer…", "Ask again", "Retry"];

export function createDeciders(crew: Crew, memory: Memory, chance: Chance): Deciders {
  const seen = new Map<string, Seen>();
  const runCards = new Map<string, Message>();
  const counts = { decisions: 0, races: 0, stale: 0 };
  let underWay = 0;

  function see(message: Message): void {
    const card = cardOf(message);
    if (card === undefined) return;
    const remembered = rememberedOf(message, card.thread);
    if (card.card === "run") runCards.set(card.thread, message);
    else if (remembered !== undefined) remembered.cardAt ??= Date.now();
    const key = `${card.thread} ${card.card}`;
    // Nobody's, as far as the load goes.
    if (remembered === undefined) return;
    if (!BUTTONS.some((button) => offers(message, button))) return void seen.delete(key);
    const before = seen.get(key);
    const at = Date.now() + chance.between(THINK_MS.low, THINK_MS.high);
    // Somebody may be doing something about it just now, and says so in there.
    if (before !== undefined && buttonsOf(before.message) === buttonsOf(message)) before.message = message;
    else seen.set(key, { at, isBusy: false, askedAgain: before?.askedAgain ?? false, message });
  }

  const byThread = new Map<string, Remembered>();
  function rememberedOf(message: Message, thread: string): Remembered | undefined {
    const known = byThread.get(thread);
    if (known !== undefined) return known;
    const found = memory.runs.get(numberIn(message.text + JSON.stringify(message.blocks)) ?? -1);
    if (found === undefined) return undefined;
    found.thread = thread;
    byThread.set(thread, found);
    return found;
  }

  async function act(one: Seen): Promise<void> {
    const { message } = one;
    const card = cardOf(message);
    const remembered = card && byThread.get(card.thread);
    if (card === undefined || remembered === undefined) return;
    one.isBusy = true;
    const answer = await tryOne(one, remembered).catch(() => undefined);
    const click = remembered.clicks.at(-1);
    await pause(AGAIN_MS);
    const who = [crew.ana, crew.bo, crew.rita, crew.otto].find(({ id }) => id === click?.person);
    const isTold = click !== undefined && (who?.told().length ?? 0) > click.told;
    one.isBusy = false;
    one.at = Date.now() + (answer === "ok" && !isTold ? PATIENCE_MS : AGAIN_MS);
  }

  async function tryOne(one: Seen, remembered: Remembered): Promise<Answer> {
    const { message } = one;
    if (offers(message, "Retry")) return crew.rita.click(message, "Retry");
    if (offers(message, "Ask again")) {
      one.askedAgain = true;
      return crew.ana.click(message, "Ask again");
    }
    const { intent } = remembered.story;
    if (intent === "leave" && !one.askedAgain) return "ok";
    if (intent === "cancel" && !offers(message, "Answer…")) return cancel(remembered, message);
    counts.decisions += 1;
    if (intent === "race" || intent === "contest") counts.races += 1;
    if (intent === "stale") void counted(() => clickLate(message, crew.ana));
    const isSwapped = chance.part() < 0.5;
    const [first, second] = decidersOf(message, crew, isSwapped);
    return decide({ message, remembered, first, second, stranger: crew.otto, chance });
  }

  /** A click on what was on the card before; the product has words for it. */
  async function clickLate(message: Message, actor: Actor): Promise<void> {
    await pause(chance.between(3_000, 8_000));
    counts.stale += 1;
    await actor.click(message, "Approve", { stale: true });
  }

  async function cancel(remembered: Remembered, message: Message): Promise<Answer> {
    const card = runCards.get(cardOf(message)?.thread ?? "");
    if (card === undefined) return undefined;
    const answer = await crew.rita.click(card, "Cancel run");
    if (answer === "ok") remembered.isCancelled = true;
    // Words in private may say that it did not work.
    return answer === "ok" ? undefined : answer;
  }

  async function counted(acting: () => Promise<void>): Promise<void> {
    underWay += 1;
    await acting().finally(() => {
      underWay -= 1;
    });
  }

  return {
    see,
    open: () => seen.size,
    areIdle: () => underWay === 0,
    counts,
    async run(isOver): Promise<void> {
      while (!isOver()) {
        for (const one of seen.values())
          if (!one.isBusy && one.at <= Date.now()) void counted(() => act(one));
        await pause(LOOK_EVERY_MS);
      }
    },
  };
}

function buttonsOf({ blocks }: Message): string {
  return JSON.stringify(blocks.filter(({ type }) => type === "actions"));
}
