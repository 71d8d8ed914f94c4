// Plays a scenario to its end under a plan of faults: workers, handlers and the sweeper of the real code, people, and time.
import { queryAll } from "../../src/aws/dynamodb.ts";
import { partitionKey, sortKey } from "../../src/aws/keys.ts";
import { buryJob } from "../../src/runs/dead-letter.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { refreshHomes } from "../../src/runs/homes.ts";
import { later } from "../../src/approvals/later.ts";
import { threadOf } from "../../src/runs/run.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work, type WorkTime } from "../../src/runs/worker.ts";
import { createDice, type Dice } from "./dice.ts";
import { createBackend } from "./dynamo.ts";
import { createQueueModel, type Message } from "./model/queue.ts";
import { createSlackModel } from "./model/slack.ts";
import { createMemoryTable } from "./model/table.ts";
import { createTargetModel } from "./model/target.ts";
import { createPeople, deliveryIn, type People } from "./people.ts";
import { keepKeys } from "./programs.ts";
import { type Ports, portsOf, type Surroundings } from "./ports.ts";
import type { Ran, Scenario } from "./scenario.ts";
import { type Choice, createScheduler } from "./scheduler.ts";
import { createSeam, type FaultPlan, type Process } from "./seam.ts";

export interface Played {
  readonly scenario: Scenario;
  readonly around: Surroundings;
  readonly people: People;
  /** Without faults, for looking at what is there in the end. */
  readonly ports: Ports;
  /** What broke the rules of the harness itself, such as never coming to rest. */
  readonly troubles: readonly string[];
}

export interface PlayOptions {
  readonly plan: FaultPlan;
  /** Chooses among all that may happen next; without it the first one does. */
  readonly order?: Dice;
  /** Of the graph's own chance. */
  readonly seed?: number;
  /** A server process in place of the table in memory. */
  readonly server?: { readonly url: string; readonly table: string };
  /** So that several runs can share a server. */
  readonly team?: string;
  /** As if nobody swept. */
  readonly hasNoSweeper?: boolean;
}

const WORKERS = 2;
const SWEEP_EVERY_MS = 60_000;
/** An invocation of twenty seconds, of which one step may take ten. */
const INVOCATION_MS = 20_000;
const MARGIN_MS = 5_000;
const STEP_MS = 10_000;
/** As far as anything takes time that is not waited for. */
const CALL_MS = 20;

/** Nobody sweeps every minute until somebody comes who is this far away. */
const FAR_MS = 3_600_000;

const MOST_STEPS = 6_000;
const MOST_SWEEPS = 80;

function workTime(now: string): WorkTime {
  return {
    until: later(now, INVOCATION_MS + MARGIN_MS),
    beginUntil: later(now, INVOCATION_MS - STEP_MS),
    nodeLimitMs: STEP_MS,
  };
}

/** One of the workers' places: a process that lives until it dies, and works off one job after the other. */
interface Place {
  process: Process;
  ports: Ports;
  isBusy: boolean;
}

export async function play(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const scheduler = createScheduler();
  const seam = createSeam(scheduler, options.plan);
  const memory = options.server === undefined ? createMemoryTable() : undefined;
  const ran: Ran[] = [];
  const { team = "T1" } = options;
  const around: Surroundings = {
    key: { team, thread: threadOf(team, deliveryIn(scenario)) },
    ...{ scenario, scheduler, seam, ran, tooEarly: [] },
    backend: createBackend(memory, options.server),
    queue: createQueueModel(scheduler.nowMs),
    slack: createSlackModel(scheduler.nowMs),
    target: createTargetModel(),
    dice: createDice(options.seed ?? 1),
  };
  if ("keys" in scenario) await keepKeys(around, scenario.keys ?? []);
  const troubles: string[] = [];
  let processes = 0;
  let sweeps = 0;
  let nextSweepMs = scheduler.nowMs() + SWEEP_EVERY_MS;

  const started = (kind: string): Process => ({ name: `${kind}-${++processes}`, isDead: false });

  /** What is thrown here is a crash of the invocation, as Lambda sees it. */
  function within(process: Process, body: () => Promise<void>): void {
    scheduler.run(process, () => body().catch((error: unknown) => judge(process, error)));
  }

  function judge(process: Process, error: unknown): void {
    scheduler.note(process, `failed: ${error instanceof Error ? error.message : String(error)}`);
    const isExpected =
      error instanceof StorageUnavailable ||
      (error instanceof Error &&
        ["DirectoryUnavailable", "QueueUnavailable", "CheckpointConflict", "TargetUnavailable"].includes(
          error.name,
        )) ||
      // Raced by others more often than between people; the queue or the person tries again.
      (error instanceof Error && /\d+ times/.test(error.message));
    if (!isExpected && !process.isDead)
      troubles.push(
        `${process.name} failed: ${error instanceof Error ? (error.stack ?? "") : String(error)}`,
      );
  }

  /** Slack may deliver what somebody did a second time, beside the first. */
  const people = createPeople(around, (name, body) => {
    const handle = (process: Process): Promise<void> => body(portsOf(around, process));
    const process = started("handler");
    within(process, async () => {
      const faults = ["crash before", "comes twice"] as const;
      const delivery = { service: "slack", name: "delivers", on: name, faults } as const;
      const isTwice = await seam.call(process, delivery, (fault) => fault === "comes twice");
      const second = started("handler");
      if (isTwice) within(second, () => handle(second));
      await handle(process);
    });
  });

  const fresh = (): Place => {
    const process = started("worker");
    return { process, ports: portsOf(around, process), isBusy: false };
  };
  const places: Place[] = Array.from({ length: WORKERS }, fresh);

  function deliver(place: Place, message: Message): void {
    const job = around.queue.receive(message);
    if (job === undefined) return;
    place.isBusy = true;
    const { process, ports } = place;
    scheduler.note(process, `takes ${job.kind}`);
    within(process, async () => {
      try {
        const time = workTime(scheduler.now());
        if (job.kind === "homes") await refreshHomes(ports, job.team, time.beginUntil);
        else await work(ports, job, time);
        around.queue.remove(message);
      } finally {
        place.isBusy = false;
      }
    });
  }

  function deliveries(): readonly Choice[] {
    // Whoever died or is asleep has a successor beside it.
    for (const [index, { process }] of places.entries())
      if (process.isDead || scheduler.isAsleep(process)) places[index] = fresh();
    const free = places.find(({ isBusy }) => !isBusy);
    if (free === undefined) return [];
    return around.queue.deliverable().map((message) => () => deliver(free, message));
  }

  function burial(): readonly Choice[] {
    const job = around.queue.takeDead();
    if (job === undefined) return [];
    const process = started("burier");
    within(process, async () => {
      try {
        await buryJob(portsOf(around, process), job);
      } catch (error) {
        around.queue.put(job, SWEEP_EVERY_MS);
        throw error;
      }
    });
    return [];
  }

  function sweeping(): readonly Choice[] {
    if (options.hasNoSweeper === true || scheduler.nowMs() < nextSweepMs) return [];
    return [
      () => {
        sweeps += 1;
        nextSweepMs = scheduler.nowMs() + SWEEP_EVERY_MS;
        const process = started("sweeper");
        within(process, async () => {
          await sweep(portsOf(around, process), team);
        });
      },
    ];
  }

  /** False when there is nothing left that could ever happen. */
  async function passTime(): Promise<boolean> {
    const times = [scheduler.nextMs(), around.queue.nextMs(), people.nextMs()].filter(
      (ms) => ms !== undefined && ms > scheduler.nowMs(),
    ) as number[];
    const isFar = times.every((ms) => ms > scheduler.nowMs() + FAR_MS);
    const isQuiet = !scheduler.isBusy() && around.queue.isEmpty() && isFar;
    if (isQuiet && people.hasStarted()) {
      const due = await nextDue(around);
      if (times.length === 0 && (due === undefined || options.hasNoSweeper === true)) return false;
      // Nobody does anything before it is due.
      nextSweepMs = Math.max(nextSweepMs, due === undefined ? Math.min(...times) : Date.parse(due) + 1);
    }
    if (options.hasNoSweeper !== true) times.push(nextSweepMs);
    if (times.length === 0) return false;
    scheduler.advanceTo(Math.min(...times));
    return true;
  }

  const { order } = options;
  for (let steps = 0; ; steps++) {
    await scheduler.quiet();
    burial();
    const choices = [...scheduler.ready(), ...deliveries(), ...people.ready(), ...sweeping()];
    const choice = order === undefined ? choices[0] : choices[order.below(choices.length)];
    if (choice !== undefined) {
      scheduler.advanceTo(scheduler.nowMs() + CALL_MS);
      choice();
    } else if (!(await passTime())) break;
    if (steps > MOST_STEPS || sweeps > MOST_SWEEPS) {
      troubles.push(`It never came to rest: ${steps} steps, ${sweeps} sweeps.`);
      break;
    }
  }
  const observer = started("observer");
  const bare: Surroundings = {
    ...around,
    seam: {
      ...seam,
      call: (_process, described, enact) =>
        Promise.resolve(enact(undefined, { ...described, process: "observer", nth: 0 })),
    },
  };
  return { scenario, around, people, ports: portsOf(bare, observer), troubles };
}

/** When the sweeper would next find something of the run. */
async function nextDue({ backend: { dynamo, table }, key }: Surroundings): Promise<string | undefined> {
  const items = await queryAll("looking for what is due", dynamo, {
    TableName: table,
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
    ExpressionAttributeValues: {
      ":pk": { S: partitionKey.ofThread(key) },
      ":first": { S: sortKey.approval("") },
      ":last": { S: sortKey.run },
    },
  });
  return items
    .flatMap((item) => item["g1s"]?.S ?? [])
    .sort()
    .at(0);
}
