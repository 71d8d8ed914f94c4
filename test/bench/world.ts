// The use cases on a real DynamoDB-compatible server, with a queue and a Slack that only remember: what is measured is ours and the store's.
import { keepingOf } from "../../src/runs/removed.ts";
import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Approval } from "../../src/approvals/approval.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createStores } from "../../src/aws/stores.ts";
import { Annotation, type ChatModel, END, START, StateGraph } from "../../src/graph/index.ts";
import { type Decided, decideRequest } from "../../src/runs/decide.ts";
import type { Job, ThreadJob } from "../../src/runs/ports.ts";
import { later } from "../../src/approvals/later.ts";
import type { Run, ThreadKey } from "../../src/runs/run.ts";
import { startRun } from "../../src/runs/start.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { createTarget } from "../../src/runs/target.ts";
import { work } from "../../src/runs/worker.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";

const TEAM = "T1";
const APPROVER = { kind: "member", id: "UANA", groups: ["SAPPROVERS"] } as const;
const INVOCATION_MS = 60_000;

const State = Annotation.Root({ version: Annotation<string>(), steps: Annotation<string>() });

/** Five nodes, the third of which asks. */
const workflowFor = (approvers: DeclaredPolicy["approvers"]) =>
  defineWorkflow({
    name: "release",
    description: "Five steps, one of which asks",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers, requesterMayApprove: false },
    graph: () =>
      new StateGraph(State)
        .addNode("plan", () => ({ steps: "planned" }))
        .addNode("build", () => ({ steps: "built" }))
        .addNode("approve", ({ version }) => {
          const action = { name: "release", args: { version } };
          return { steps: askApproval({ kind: "approve", title: "Release?", action }).kind };
        })
        .addNode("release", () => ({ steps: "released" }))
        .addNode("announce", () => ({ steps: "announced" }))
        .addEdge(START, "plan")
        .addEdge("plan", "build")
        .addEdge("build", "approve")
        .addEdge("approve", "release")
        .addEdge("release", "announce")
        .addEdge("announce", END),
    outcome: ({ steps }: typeof State.State) => ({ good: true, text: steps }),
  });

/** In place of the release that asks no model. */
interface Played {
  /** Starts with `version`. */
  readonly workflow?: Workflow;
  readonly model?: ChatModel;
}

const noModel: ChatModel = { complete: () => Promise.reject(new Error("Nothing here asks a model.")) };

export interface World {
  start(): Promise<ThreadKey>;
  /** Works off every job whose time has come, with so many workers; one, when it is not said. */
  work(workers?: number): Promise<void>;
  /** Lets time pass. */
  pass(seconds: number): void;
  approval(key: ThreadKey): Promise<Approval>;
  approve(approval: Approval): Promise<Decided>;
  run(key: ThreadKey): Promise<Run | undefined>;
}

export function createWorld(
  dynamo: DynamoDBClient,
  table: string,
  approvers: DeclaredPolicy["approvers"] = ["approvers"],
  { workflow = workflowFor(approvers), model = noModel }: Played = {},
): World {
  let jobs: readonly { readonly job: ThreadJob; readonly at: string }[] = [];
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead).toISOString() };
  const nextJob = (): ThreadJob | undefined => {
    const now = clock.now();
    const next = jobs.find(({ at }) => at <= now);
    jobs = jobs.filter((one) => one !== next);
    return next?.job;
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const stores = createStores(dynamo, table, UNCOUNTED);
  let posts = 0;
  const deps = {
    ...stores,
    keeping: keepingOf(90, 400),
    ...{ clock, log, metrics: UNCOUNTED, newId: randomUUID },
    checkpointer: createCheckpointLog(dynamo, table),
    directory: { person: () => Promise.resolve(APPROVER) },
    apiKeys: createApiKeys(dynamo, table, UNCOUNTED),
    catalog: [workflow.listing],
    queue: {
      send: (job: Job, delaySeconds = 0) => {
        // Nobody has opened a home.
        if (job.kind === "homes") return Promise.resolve();
        jobs = [...jobs, { job, at: later(clock.now(), delaySeconds * 1_000) }];
        return Promise.resolve();
      },
    },
    messenger: {
      draw: (_: unknown, { channel, ts }: { readonly channel: string; readonly ts?: string }) =>
        Promise.resolve({ channel, ts: ts ?? `${++posts}.0` }),
    },
    workflows: new Map([[workflow.listing.name, workflow]]),
    defaultChannel: "C0DEPLOYS",
    memberships: { membersOf: () => Promise.resolve([APPROVER.id]) },
    groups: { approvers: "SAPPROVERS", operators: "SOPERATORS" },
    services: {
      ops: createTarget({ baseUrl: "http://127.0.0.1:9", http: fetch }),
      clock,
      model,
    },
  };
  const worker = async (): Promise<void> => {
    for (let job = nextJob(); job !== undefined; job = nextJob()) {
      const now = clock.now();
      const time = { until: later(now, INVOCATION_MS), beginUntil: later(now, INVOCATION_MS / 4) };
      await work(deps, job, { ...time, nodeLimitMs: INVOCATION_MS / 2 });
    }
  };
  return {
    async start() {
      const started = await startRun(deps, {
        ...{ team: TEAM, delivery: randomUUID(), workflow: workflow.listing.name, words: { version: "v1" } },
        ...{ requester: "URITA", channel: "C1" },
      });
      if (started.kind !== "started") throw new Error(`The run was not started: ${started.kind}.`);
      return { team: TEAM, thread: started.run.thread };
    },
    async work(workers = 1) {
      await Promise.all(Array.from({ length: workers }, worker));
    },
    pass(seconds) {
      ahead += seconds * 1_000;
    },
    async approval(key) {
      const [approval] = (await stores.records.thread(key)).approvals;
      if (approval === undefined) throw new Error("Nothing was asked.");
      return approval;
    },
    approve: ({ team, thread, interrupt, digest }) =>
      decideRequest(deps, { team, thread, interrupt, digest, by: APPROVER.id, vote: { kind: "approve" } }),
    run: (key) => stores.records.run(key),
  };
}
