// The worker on real storage, with a messenger and a queue of ours that only remember, and a clock that only the test moves.
import { keepingOf } from "../../src/runs/removed.ts";
import type { Retention } from "../../src/runs/retention.ts";
import { randomUUID } from "node:crypto";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createStores } from "../../src/aws/stores.ts";
import type { Approval } from "../../src/approvals/approval.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { type DecideDeps, decideRequest } from "../../src/runs/decide.ts";
import { MessengerUnavailable } from "../../src/runs/errors.ts";
import type { Drawing, Job, ThreadJob } from "../../src/runs/ports.ts";
import type { Run, ThreadKey } from "../../src/runs/run.ts";
import type { Workflow } from "../../src/runs/workflow.ts";
import type { Homes } from "../../src/runs/home-ports.ts";
import { createTarget } from "../../src/runs/target.ts";
import { work, type WorkDeps, type WorkTime } from "../../src/runs/worker.ts";
import { later } from "../../src/approvals/later.ts";
import { EARLY, freshKey, runOf } from "../contract/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { type Counted, counted } from "../support/counted.ts";

/** An invocation of twenty seconds, of which one step may take ten. */
export function workTime(now: string): WorkTime {
  return { until: later(now, 20_000), beginUntil: later(now, 10_000), nodeLimitMs: 10_000 };
}

/** As far as updates of one message are apart. */
const PUT_OFF_SECONDS = 2;
/** What is put off for longer is not played here. */
const LONG_SECONDS = 60;

export const ANA: Person = { kind: "member", id: "UANA", groups: ["SAPPROVERS"] };

export interface Bench {
  readonly deps: WorkDeps &
    Pick<DecideDeps, "noted"> & { readonly homes: Homes; readonly retention: Retention };
  readonly metrics: Counted;
  /** Where it is all kept. */
  readonly storage: { readonly dynamoUrl: string; readonly table: string };
  readonly run: Run;
  readonly drawings: Drawing[];
  readonly jobs: ThreadJob[];
  /** Drawings that come too soon after the one before, for two seconds later. */
  readonly putOff: ThreadJob[];
  slackIsAway: boolean;
  advanceClock(seconds: number): void;
  /** From now on workers run this one, in place of the workflow of the same name. */
  deploy(workflow: Workflow): void;
  /** One job, handed to a worker; and what it put off. */
  work(): Promise<void>;
  /** What was put off, when its time has come. */
  settle(): Promise<void>;
  approvals(): Promise<readonly Approval[]>;
  stored(): Promise<Run | undefined>;
  decide(approval: Approval, vote: Vote): Promise<string>;
  /** The statuses the run's card showed, in order, without repeats. */
  shown(): readonly string[];
}

export async function bench(workflow: Workflow, input?: Run["input"]): Promise<Bench> {
  const { dynamo, dynamoUrl, table } = await freshDynamo();
  const drawings: Drawing[] = [];
  const jobs: ThreadJob[] = [];
  const putOff: ThreadJob[] = [];
  let now = EARLY;
  const metrics = counted();
  const stores = createStores(dynamo, table, metrics);
  const { records } = stores;
  const run: Run = { ...runOf(freshKey()), workflow: workflow.listing.name, ...(input && { input }) };
  await records.saveRun(run, later(EARLY, 30_000));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const clock = { now: () => now };
  const queue = {
    send: (job: Job, delaySeconds = 0): Promise<void> => {
      // Nobody has opened a home.
      if (job.kind === "homes") return Promise.resolve();
      // A second look at a card, which is minutes away.
      if (job.kind === "redraw" && delaySeconds > LONG_SECONDS) return Promise.resolve();
      const isPutOff = job.kind === "redraw" && delaySeconds > 0 && delaySeconds <= PUT_OFF_SECONDS;
      (isPutOff ? putOff : jobs).push(job);
      return Promise.resolve();
    },
  };
  const workflows = new Map([[workflow.listing.name, workflow]]);
  const state: Bench = {
    storage: { dynamoUrl, table },
    metrics,
    run,
    drawings,
    jobs,
    putOff,
    slackIsAway: false,
    deps: {
      ...stores,
      checkpointer: createCheckpointLog(dynamo, table, { metrics }),
      queue,
      messenger: {
        draw: (drawing, { channel, ts }) => {
          if (state.slackIsAway)
            return Promise.reject(new MessengerUnavailable("away", { refused: false, cause: undefined }));
          drawings.push(drawing);
          return Promise.resolve({ channel, ts: ts ?? `${drawings.length}.0` });
        },
      },
      workflows,
      services: {
        ops: createTarget({ baseUrl: "http://127.0.0.1:9", http: fetch }),
        clock,
        model: { complete: () => Promise.reject(new Error("There is no model in this test.")) },
      },
      memberships: { membersOf: () => Promise.resolve(["UANA", "UBO"]) },
      groups: { approvers: "SAPPROVERS", operators: "SOPERATORS" },
      clock,
      keeping: keepingOf(90, 400),
      newId: randomUUID,
      log,
      metrics,
    },
    deploy: (changed) => void workflows.set(changed.listing.name, changed),
    advanceClock: (seconds) => {
      now = later(now, seconds * 1_000);
    },
    async work() {
      await work(state.deps, { kind: "resume", team: run.team, thread: run.thread }, workTime(now));
      await state.settle();
    },
    async settle() {
      for (let job = putOff.shift(); job !== undefined; job = putOff.shift()) {
        state.advanceClock(PUT_OFF_SECONDS);
        await work(state.deps, job, workTime(now));
      }
    },
    approvals: async () => (await records.thread(run)).approvals,
    stored: () => records.run(run),
    decide: async (approval, vote) => {
      const directory = { person: () => Promise.resolve(ANA) };
      const apiKeys = { key: () => Promise.resolve(undefined) };
      const { team, thread, interrupt, digest } = approval;
      const decided = await decideRequest(
        { records, noted: state.deps.noted, queue, directory, apiKeys, clock, log, metrics },
        { team, thread, interrupt, digest, by: ANA.id, vote },
      );
      return decided.kind === "refused" ? decided.because : decided.kind;
    },
    shown: () => {
      const statuses = drawings.flatMap((drawing) =>
        drawing.kind === "run" ? [drawing.run.status.kind] : [],
      );
      return statuses.filter((status, index) => status !== statuses[index - 1]);
    },
  };
  return state;
}

/** Nothing, once a run is at rest. A run that has ended is looked at once more after an hour, and when its details have been kept for long enough. */
export function dueSoon({ deps, run }: Pick<Bench, "deps" | "run">): Promise<readonly ThreadKey[]> {
  return deps.records.due(run.team, later(deps.clock.now(), 50 * 60_000));
}
