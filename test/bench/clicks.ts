// `npm run bench`: how soon a click is answered, from signed request to HTTP answer, and whether every one of a crowd counts as it should.
import { setTimeout as pause } from "node:timers/promises";
import type { Approval } from "../../src/approvals/approval.ts";
import { growthOfHeap } from "./cards.ts";
import { PEOPLE, startClickDoor } from "./click-door.ts";
import { secondsWithoutCore } from "./cores.ts";

const PER_SECOND = 30;
const SECONDS = 30;
const BURST = 200;
const AIM_P99_MS = 250;
/** A process that waits for a core for more than this share of its time is measured on a machine that is busy. */
const BUSY_SHARE = 0.1;
/** Slack shows a warning sign after this. */
const AIM_MAX_MS = 3_000;
/** A hundredth for each thousand cards would be a heap that doubles within a hundred thousand. */
const AIM_GROWTH = 0.01;

interface Clicked {
  readonly status: number;
  readonly ms: number;
}

const door = await startClickDoor();

/** Measured from `due`, so that what a busy process sends late counts as late. */
async function click(approval: Approval, by: string, due = performance.now()): Promise<Clicked> {
  const status = await door.approve(approval, by);
  return { status, ms: performance.now() - due };
}

const personAt = (index: number): string => PEOPLE[index % PEOPLE.length] ?? "";

async function atPace(approvals: readonly Approval[]): Promise<readonly Clicked[]> {
  const from = performance.now();
  const clicks: Promise<Clicked>[] = [];
  for (const [index, approval] of approvals.entries()) {
    const due = from + (index * 1_000) / PER_SECOND;
    await pause(Math.max(0, due - performance.now()));
    clicks.push(click(approval, personAt(index), due));
  }
  return Promise.all(clicks);
}

interface Times {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

function timesOf(clicks: readonly Clicked[]): Times {
  const sorted = clicks.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
  return { median: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

interface Counted {
  readonly answered: number;
  readonly decided: number;
  readonly jobs: number;
  readonly told: number;
}

/** What became of a crowd's clicks: in the answers, in the store, in the queue, and in private. */
async function counted(
  approvals: readonly Approval[],
  crowd: () => Promise<readonly Clicked[]>,
): Promise<readonly [readonly Clicked[], Counted]> {
  const before = await door.jobs();
  door.told();
  const clicks = await crowd();
  const records = await door.stored(approvals);
  const sums: Counted = {
    answered: clicks.filter(({ status }) => status === 200).length,
    decided: records.filter((record) => record?.state.kind === "decided").length,
    jobs: (await door.jobs()) - before,
    told: door.told().length,
  };
  return [clicks, sums];
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const verdict = (isMet: boolean): string => (isMet ? "met" : "MISSED");

/** From here on; what is measured beside other work says something of that work, too. */
function watchCores(): () => void {
  const [from, before] = [performance.now(), secondsWithoutCore()];
  return () => {
    const seconds = (performance.now() - from) / 1_000;
    const after = secondsWithoutCore();
    if (before === undefined || after === undefined) return;
    const waited = after - before;
    console.log(
      `  ${waited.toFixed(1)} of the ${seconds.toFixed(1)} s this process was ready to run and had no core`,
    );
    if (waited > seconds * BUSY_SHARE)
      console.log("  This machine has other work to do: judge the times on a quiet one.");
  };
}

function tellTrouble(): void {
  const lines = door.trouble();
  for (const line of lines.slice(0, 3)) console.log(`  said in the log: ${line}`);
  if (lines.length > 3) console.log(`  and ${lines.length - 3} more`);
}

async function steady(): Promise<void> {
  const approvals = await door.ask(PER_SECOND * SECONDS);
  door.slackCalls();
  const tellWaited = watchCores();
  const [clicks, sums] = await counted(approvals, () => atPace(approvals));
  const { median, p95, p99, max } = timesOf(clicks);
  console.log(`\n${PER_SECOND} clicks a second for ${SECONDS} s, each on a question of its own`);
  console.log(`  median ${ms(median)}, 95 in 100 within ${ms(p95)}, 99 within ${ms(p99)}, max ${ms(max)}`);
  console.log(
    `  ${sums.decided} of ${approvals.length} decided, ${sums.jobs} jobs sent, ${door.slackCalls().length} calls of Slack's Web API by ${PEOPLE.length} people`,
  );
  const areRight = sums.decided === approvals.length && sums.jobs === approvals.length;
  console.log(
    `  aim: all of them, 99 in 100 under ${AIM_P99_MS} ms: ${verdict(areRight && p99 < AIM_P99_MS)}`,
  );
  tellWaited();
  tellTrouble();
}

async function burst(): Promise<void> {
  const approvals = await door.ask(BURST);
  const tellWaited = watchCores();
  const [clicks, sums] = await counted(approvals, () =>
    Promise.all(approvals.map((approval, index) => click(approval, personAt(index)))),
  );
  const { median, max } = timesOf(clicks);
  console.log(`\n${BURST} clicks at once, each on a question of its own`);
  console.log(`  median ${ms(median)}, max ${ms(max)}`);
  console.log(
    `  ${sums.answered} answered, ${sums.decided} decided, ${sums.jobs} jobs sent, ${sums.told} told otherwise`,
  );
  const areRight = [sums.answered, sums.decided, sums.jobs].every((sum) => sum === BURST) && sums.told === 0;
  console.log(`  aim: all right, none over 3 s: ${verdict(areRight && max < AIM_MAX_MS)}`);
  tellWaited();
  tellTrouble();
}

async function crowdOnOne(): Promise<void> {
  const approvals = await door.ask(1);
  const tellWaited = watchCores();
  const [clicks, sums] = await counted(approvals, () =>
    Promise.all(approvals.flatMap((approval) => PEOPLE.map((person) => click(approval, person)))),
  );
  const { median, max } = timesOf(clicks);
  console.log(`\n${PEOPLE.length} people at once on one card`);
  console.log(`  median ${ms(median)}, max ${ms(max)}`);
  console.log(`  ${sums.decided} decision, ${sums.told} told that they were not the first`);
  const isRight = sums.decided === 1 && sums.told === PEOPLE.length - 1;
  console.log(
    `  aim: one decision, ${PEOPLE.length - 1} told, none over 3 s: ${verdict(isRight && max < AIM_MAX_MS)}`,
  );
  tellWaited();
  tellTrouble();
}

async function heap(): Promise<void> {
  const { before, after, perThousand } = await growthOfHeap();
  const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(2)} MB`;
  console.log("\n10,000 cards drawn");
  console.log(
    `  heap ${megabytes(before)} before, ${megabytes(after)} after: ${(perThousand * 100).toFixed(3)} % for each 1,000 cards`,
  );
  console.log(`  aim: flat, within 1 % for each 1,000: ${verdict(perThousand < AIM_GROWTH)}`);
}

async function firstClick(): Promise<void> {
  const [first] = await door.ask(1);
  if (first === undefined) throw new Error("Nothing was asked.");
  console.log(`\nThe first click after the start  ${ms((await click(first, personAt(0))).ms)}`);
  tellTrouble();
}

try {
  await firstClick();
  await steady();
  await burst();
  await crowdOnOne();
  await heap();
} finally {
  await door.stop();
}
