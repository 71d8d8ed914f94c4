// One soak: the product under load and trouble for some minutes, then rest, then the verdict.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { later } from "../../src/approvals/later.ts";
import { localConfig } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { surroundingsOf } from "../../src/lambda/surroundings.ts";
import { DEFAULT_LOGGING } from "../../src/lambda/config.ts";
import type { ThreadRecords } from "../../src/runs/ports.ts";
import type { ThreadKey } from "../../src/runs/run.ts";
import { chanceOf } from "../faults/processes/chance.ts";
import { areBehind } from "../faults/processes/promises.ts";
import { programOf } from "../support/api.ts";
import { createActor } from "./actor.ts";
import { collect, type Collected, judge } from "./collected.ts";
import { createDeciders, type Crew } from "./deciders.ts";
import { fill, type Filled } from "./fill.ts";
import { readLogs } from "./logs.ts";
import { createLooks } from "./looks.ts";
import { createMemoryBook } from "./memory-use.ts";
import { packageHandlers } from "./package.ts";
import { type Click, createMemory, type Memory } from "./remembered.ts";
import { progressOf, type Result, resultOf, type Running } from "./result.ts";
import { startAll } from "./starter.ts";
import { makeTrouble, type Trouble } from "./trouble.ts";
import { watch } from "./watched.ts";
import { PRODUCT, startWorld, TABLE, type World } from "./world.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: string;
  /** Runs in a minute. */
  readonly rate: number;
  /** Of 12,500 items, how many times as many are in the table before the load; 0 for an empty one. */
  readonly stored: number;
  /** Nothing goes wrong on purpose. */
  readonly isCalm?: boolean;
  /** Handlers that are packaged already, without the soak's own workflows. */
  readonly bundles?: string;
  readonly most?: number;
  readonly sweepEveryMs?: number;
  readonly log: (line: string) => void;
}

const REST_WITHIN_MS = 8 * 60_000;
const REPORT_EVERY_MS = 10_000;
/** Each collects the garbage of each process first, which costs more than the product. */
const MEASURE_EVERY = 3;
const KILL_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** As the schedule has it. */
const SWEEP_EVERY_MS = 60_000;

export interface Soaked {
  readonly result: Result;
  /** What the verdict was made of. */
  readonly collected: Collected;
  readonly memory: Memory;
  /** What the person was told in private since a click. */
  readonly told: (click: Click) => readonly string[];
}

export async function soak(options: SoakOptions): Promise<Soaked> {
  const { seed, stored, isCalm = false, log, most } = options;
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-soak-"));
  const chance = (what: string): ReturnType<typeof chanceOf> => chanceOf(`${seed}/${what}`);
  const memory = createMemory();
  const book = createMemoryBook();
  const sweeps: number[] = [];
  const watched = watch((message) => deciders.see(message));
  await mkdir(join(dataDir, "logs"));
  if (options.bundles === undefined) log("Packaging the handlers.");
  const world = await startWorld({
    dataDir: join(dataDir, "logs"),
    bundles: options.bundles ?? (await packageHandlers(join(dataDir, "project"))),
    chance: chance("ports"),
    hasFaults: !isCalm,
    isSmall: most !== undefined,
    visibilitySeconds: 75,
    sweepEveryMs: options.sweepEveryMs ?? SWEEP_EVERY_MS,
    onMessage(name, message) {
      watched.hear(message);
      book.hear(name, message);
      if (isSwept(message)) sweeps.push(message.ms);
    },
  });
  const { users } = SEED;
  const actor = (id: string): Crew["rita"] => createActor(world.slackUrl, id, watched);
  const crew = {
    rita: actor(users.rita),
    ana: actor(users.ana),
    bo: actor(users.bo),
    otto: actor(users.otto),
  };
  const deciders = createDeciders(crew, memory, chance("deciders"));
  const trouble: Trouble = { kills: {}, faults: {} };
  const logs = readLogs(
    join(dataDir, "logs"),
    PRODUCT.map(([name]) => name),
  );
  try {
    let filled: Filled | undefined;
    if (stored > 0) filled = await fill({ world, crew, watched, chance: chance("fill"), times: stored, log });
    const since = new Date().toISOString();
    const looks = createLooks(crew);
    const running: Running = {
      ...{ world, memory, book, sweeps, watched, deciders, trouble, logs, looks, options },
      began: performance.now(),
      filled,
    };
    const program = await programOf(placeOf(world));
    const [loading, acting] = [new AbortController(), new AbortController()];
    const isLoadOver = (): boolean => loading.signal.aborted;
    const began = performance.now();
    const reporting = report(running, acting.signal, log);
    const deciding = deciders.run(() => acting.signal.aborted);
    const looking = looks.run(loading.signal);
    const starting = startAll(
      {
        ...{ rita: crew.rita, program, memory, most },
        ...{ chance: chance("starter"), rate: options.rate, hasOwn: options.bundles === undefined },
      },
      isLoadOver,
    );
    const killEveryMs = KILL_EVERY_MS;
    const troubling = isCalm
      ? Promise.resolve()
      : makeTrouble(world, { chance: chance("trouble"), killEveryMs, trouble }, loading.signal);
    const loadMs = options.minutes * 60_000;
    await Promise.race([pause(loadMs), ...(most === undefined ? [] : [starting])]);
    loading.abort();
    await Promise.all([starting, troubling, looking]);
    world.settle();
    log(`No more work is begun after ${minutesSince(began)} minutes; it is to come to rest.`);
    const isAtRest = await restOf(running, since);
    acting.abort();
    await Promise.all([deciding, reporting]);
    await logs.read();
    const collected = await collect(world, watched, since);
    const told = (click: Click): readonly string[] => watched.toldTo(click.person).slice(click.told);
    const judged = judge(collected, memory, told);
    const result = resultOf(running, { judged, isAtRest, minutes: options.minutes });
    if (result.verdict === "passed") await rm(dataDir, { recursive: true, force: true });
    else log(`What the processes have written: ${dataDir}`);
    return { result, collected, memory, told };
  } finally {
    await world.stop();
  }
}

function isSwept(message: unknown): message is { readonly ms: number } {
  return typeof message === "object" && message !== null && "ms" in message && typeof message.ms === "number";
}

function minutesSince(began: number): string {
  return ((performance.now() - began) / 60_000).toFixed(1);
}

function placeOf({ fronts, indexes, slackUrl, opsUrl }: World): Parameters<typeof programOf>[0] {
  const addresses = { slackUrl, opsUrl, dynamoUrl: indexes.url, table: TABLE };
  return {
    apiUrl: fronts.api.url,
    config: localConfig({ ...addresses, sqsUrl: "http://127.0.0.1:9", queueUrl: "http://127.0.0.1:9/jobs" }),
    around: surroundingsOf(DEFAULT_LOGGING, () => undefined),
  };
}

async function report(running: Running, over: AbortSignal, log: (line: string) => void): Promise<void> {
  for (let turn = 0; !over.aborted; turn++) {
    if (turn % MEASURE_EVERY === 0) running.world.fleet.tell("memory");
    await pause(REPORT_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    await running.logs.read();
    log(await progressOf(running).catch((error: unknown) => String(error)));
  }
}

/** Nothing of its own is to be done any more; clicks that were noted are looked at now, and not an hour after the end. */
async function restOf(running: Running, since: string): Promise<boolean> {
  const { world, options, deciders } = running;
  const look = options.isCalm === true ? isShown : isQuiet;
  const rest = async (): Promise<boolean> => deciders.areIdle() && (await look(running, since));
  if (!(await within(REST_WITHIN_MS, rest))) return false;
  for (const { team, thread, noted } of await ownRecords(running, since))
    if (noted.length > 0) await world.wake({ kind: "sweep", team, thread });
  // In this order: to take a note into the history draws a card once more.
  return within(
    REST_WITHIN_MS,
    async () => (await ownRecords(running, since)).every(({ noted }) => noted.length === 0) && (await rest()),
  );
}

async function ownRecords(
  { world }: Running,
  since: string,
): Promise<readonly (ThreadRecords & ThreadKey)[]> {
  const records: (ThreadRecords & ThreadKey)[] = [];
  for (const { team, thread } of await world.runs(since))
    records.push({ team, thread, ...(await world.stores.records.thread({ team, thread })) });
  return records;
}

/** Every run has ended, and its cards say so. Second looks at cards, minutes later, are not waited for. */
async function isShown(running: Running, since: string): Promise<boolean> {
  return (await ownRecords(running, since)).every(
    (records) =>
      records.run !== undefined &&
      ENDED.includes(records.run.status.kind) &&
      !areBehind({ run: records.run, records }),
  );
}

const SOON_MS = 20 * 60_000;
const ENDED = ["done", "cancelled"];

async function isQuiet(running: Running, since: string): Promise<boolean> {
  const { world } = running;
  const runs = await world.runs(since);
  if (!runs.every(({ status }) => ENDED.includes(status.kind))) return false;
  const own = new Set(runs.map(({ thread }) => thread));
  const due = await world.stores.records.due(SEED.teamId, later(new Date().toISOString(), SOON_MS));
  const { waiting, dead } = await world.jobs();
  return !due.some(({ thread }) => own.has(thread)) && waiting + dead === 0;
}

async function within(ms: number, look: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (await look()) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}
