// What stays in memory of cards that were drawn: nothing should, however many there were.
import { setTimeout as pause } from "node:timers/promises";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { runCard } from "../../src/slack/blocks/run-card.ts";
import { someApproval, someRun } from "../slack/fixtures.ts";

const WARM = 2_000;
const THOUSANDS = 10;

export interface Growth {
  readonly before: number;
  readonly after: number;
  /** Of the heap, for each thousand cards. */
  readonly perThousand: number;
}

export async function growthOfHeap(): Promise<Growth> {
  draw(WARM);
  const before = await settledHeap();
  for (let n = 0; n < THOUSANDS; n++) draw(1_000);
  const after = await settledHeap();
  return { before, after, perThousand: (after - before) / before / THOUSANDS };
}

let drawn = 0;

function draw(cards: number): void {
  for (let n = 0; n < cards; n += 2) {
    drawn++;
    const run = someRun({ thread: String(drawn).padStart(32, "0") });
    const asked = someApproval({ title: `Deploy checkout v${drawn} to prod` }, { thread: run.thread });
    requestCard(asked, run);
    runCard(run, [asked], run.channel);
  }
}

/** Without a way to collect at will, the least that is seen while it is waited. */
async function settledHeap(): Promise<number> {
  const seen: number[] = [];
  for (let look = 0; look < 5; look++) {
    globalThis.gc?.();
    await pause(20);
    seen.push(process.memoryUsage().heapUsed);
  }
  return Math.min(...seen);
}
