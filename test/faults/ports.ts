// Everything a process of the product reaches, with the seam in between.
import { keepingOf } from "../../src/runs/removed.ts";
import { randomUUID } from "node:crypto";
import { WebClient } from "@slack/web-api";
import { ModelUnavailable } from "../../src/agent/model-errors.ts";
import type { ApiDeps } from "../../src/api/context.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createIdempotency } from "../../src/aws/idempotency.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createStores } from "../../src/aws/stores.ts";
import type { ChatModel } from "../../src/graph/index.ts";
import { DirectoryUnavailable, QueueUnavailable } from "../../src/runs/errors.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Directory, Memberships, Queue } from "../../src/runs/ports.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import type { Retention } from "../../src/runs/retention.ts";
import { logOf, type ThreadKey } from "../../src/runs/run.ts";
import type { HomesDeps } from "../../src/runs/homes.ts";
import { createTarget } from "../../src/runs/target.ts";
import type { WorkDeps } from "../../src/runs/worker.ts";
import { clientOptions } from "../../src/slack/client.ts";
import { createHomeScreen } from "../../src/slack/home/screen.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import type { DynamoBackend } from "./dynamo.ts";
import type { QueueModel } from "./model/queue.ts";
import type { SlackModel } from "./model/slack.ts";
import type { TargetModel } from "./model/target.ts";
import type { Hands, Ran, RunScenario, Scenario, Tools } from "./scenario.ts";
import type { Dice } from "./dice.ts";
import type { Scheduler } from "./scheduler.ts";
import type { FaultKind, Process, Seam } from "./seam.ts";

export interface Surroundings {
  /** Of the one thread there is. */
  readonly key: ThreadKey;
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly seam: Seam;
  readonly backend: DynamoBackend;
  readonly queue: QueueModel;
  readonly slack: SlackModel;
  readonly target: TargetModel;
  readonly ran: Ran[];
  /** Questions that were on a card before they were stored. */
  readonly tooEarly: string[];
  readonly dice: Dice;
}

export type Ports = WorkDeps &
  HomesDeps &
  ApiDeps &
  Pick<Tools, "hands" | "threadId"> & { readonly retention: Retention };

export const CHANNEL = "C0DEPLOYS";
const GROUPS = { approvers: "SAPPROVERS", operators: "SOPERATORS" };
/** Whoever else there is belongs to no group. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  UANA: ["SAPPROVERS"],
  UBO: ["SAPPROVERS"],
  UOTTO: ["SOPERATORS"],
};

const COMMON = ["crash before", "crash after", "fails", "loses the answer"] as const;
const OF_POSTS: readonly FaultKind[] = [...COMMON, "freezes", "is hidden"];
const OF_UPDATES: readonly FaultKind[] = [...COMMON, "freezes"];
const OF_LOOKS: readonly FaultKind[] = ["crash before", "fails", "loses the answer"];
const OF_QUEUE: readonly FaultKind[] = [...COMMON, "comes twice", "comes late"];
const OF_MODELS: readonly FaultKind[] = ["crash before", "crash after", "fails", "freezes"];
const OF_DIRECTORY: readonly FaultKind[] = ["crash before", "fails"];

const HIDDEN_MS = 20_000;
const RETRY_AFTER_SECONDS = 7;
const LATE_MS = 20_000;

/** Everything of a process that was just started: nothing is remembered from before. */
export function portsOf(around: Surroundings, process: Process): Ports {
  const { scenario, backend, seam, scheduler } = around;
  const dynamo = backend.through(seam, process);
  const clock = { now: scheduler.now };
  const hands = handsOf(around, process);
  const slack = slackOf(around, process);
  const workflows = "workflow" in scenario ? [scenario.workflow(hands)] : [];
  return {
    ...{ hands, threadId: logOf(around.key) },
    ...createStores(dynamo, backend.table, UNCOUNTED),
    checkpointer: createCheckpointLog(dynamo, backend.table, snapshotsOf(scenario)),
    queue: queueOf(around, process),
    lists: createLists(dynamo, backend.table),
    apiKeys: createApiKeys(dynamo, backend.table, UNCOUNTED),
    idempotency: createIdempotency(dynamo, backend.table),
    // Nobody here waits for an answer longer than it takes.
    pause: () => Promise.resolve(),
    directory: directoryOf(around, process),
    messenger: createMessenger(slack, { defaultChannel: CHANNEL }),
    screen: createHomeScreen(slack, { command: "/countersign" }),
    workflows: new Map(workflows.map((workflow) => [workflow.listing.name, workflow])),
    catalog: workflows.map(({ listing }) => listing),
    services: {
      ops: createTarget({ baseUrl: "http://target", http: httpOf(around, process) }),
      clock,
      model: modelOf(around, process, hands),
    },
    defaultChannel: CHANNEL,
    memberships: membershipsOf(around, process),
    groups: GROUPS,
    clock,
    keeping: keepingOf(90, 400),
    newId: randomUUID,
    log: SILENT,
    metrics: UNCOUNTED,
  };
}

function snapshotsOf(scenario: Scenario): Parameters<typeof createCheckpointLog>[2] {
  const { snapshotAfter }: Pick<RunScenario, "snapshotAfter"> = "workflow" in scenario ? scenario : {};
  if (snapshotAfter === undefined) return {};
  return { snapshots: { items: snapshotAfter, chunkBytes: 2_000, lastChunkBytes: 500, valueBytes: 4_000 } };
}

/** `act` goes through the services of the run, so that a cancelled one does nothing. */
function handsOf({ ran, seam, dice, scheduler }: Surroundings, process: Process): Hands {
  return {
    ran(task) {
      const value = dice.name(task);
      ran.push({ task, value, process: process.name, atCall: seam.calls.length });
      return value;
    },
    newId: () => dice.name("id"),
    takes: (ms) => scheduler.advanceTo(scheduler.nowMs() + ms),
    async act(services, { name, key, value }) {
      await services.ops.post([name], { body: value, key });
    },
  };
}

function httpOf({ seam, target }: Surroundings, process: Process): typeof fetch {
  return async (input, init) => {
    const name = new URL(addressOf(input)).pathname.slice(1);
    const key = new Headers(init?.headers).get("idempotency-key") ?? "";
    const value = String(JSON.parse(textOf(init?.body)));
    const described = { service: "target", name, on: value, faults: OF_UPDATES } as const;
    return seam.call(process, described, (fault, { nth: call }) => {
      if (fault === "fails") return new Response("", { status: 503 });
      target.act({ name, key, value, process: process.name, call });
      if (fault === "loses the answer") throw new TypeError("fetch failed");
      return new Response("{}");
    });
  };
}

/** It costs nothing and is never counted twice: what matters is who asks it, and when. */
function modelOf({ scenario, seam }: Surroundings, process: Process, hands: Hands): ChatModel {
  const { model }: Pick<RunScenario, "model"> = "workflow" in scenario ? scenario : {};
  return {
    complete: async ({ messages }) => {
      if (model === undefined) throw new Error("There is no model here.");
      const on = `${messages.length} messages`;
      const described = { service: "model", name: "complete", on, faults: OF_MODELS } as const;
      return seam.call(process, described, (fault) => {
        if (fault === "fails") throw new ModelUnavailable("The model is away.");
        return { message: model(messages, hands) };
      });
    },
  };
}

function queueOf({ seam, queue }: Surroundings, process: Process): Queue {
  return {
    send: (job, delaySeconds = 0) => {
      const described = { service: "queue", name: "send", on: job.kind, faults: OF_QUEUE } as const;
      return seam.call(process, described, (fault) => {
        if (fault === "fails") throw new QueueUnavailable(new Error("Throttled"));
        const delayMs = delaySeconds * 1_000 + (fault === "comes late" ? LATE_MS : 0);
        queue.put(job, delayMs);
        if (fault === "comes twice") queue.put(job, delayMs);
        if (fault === "loses the answer") throw new QueueUnavailable(new Error("Timed out"));
      });
    },
  };
}

function directoryOf({ seam }: Surroundings, process: Process): Directory {
  return {
    person: (id, groups) => {
      const described = { service: "directory", name: "person", on: id, faults: OF_DIRECTORY } as const;
      return seam.call(process, described, (fault) => {
        if (fault === "fails") throw new DirectoryUnavailable("person", new Error("Slack does not answer"));
        const isIn = (group: string): boolean => MEMBERS[id]?.includes(group) === true;
        return { kind: "member" as const, id, groups: groups.filter(isIn) };
      });
    },
  };
}

function membershipsOf({ seam }: Surroundings, process: Process): Memberships {
  return {
    groupsOf: (user) => Promise.resolve(MEMBERS[user] ?? []),
    channelsOf: () => Promise.resolve([CHANNEL]),
    membersOf: (group) => {
      const described = { service: "directory", name: "members", on: group, faults: OF_DIRECTORY } as const;
      return seam.call(process, described, (fault) => {
        if (fault === "fails") throw new DirectoryUnavailable("members", new Error("Slack does not answer"));
        return Object.keys(MEMBERS).filter((id) => MEMBERS[id]?.includes(group) === true);
      });
    },
  };
}

/** Slack's own client, whose requests are answered by the model. */
function slackOf({ seam, slack, backend, tooEarly }: Surroundings, process: Process): WebClient {
  const options = clientOptions({ apiUrl: "http://slack/api/", timeoutMs: 5_000, log: SILENT });
  return new WebClient("xoxb-local", {
    ...options,
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const method = addressOf(input).split("/").at(-1) ?? "";
      const body = new URLSearchParams(textOf(init?.body));
      const described = {
        service: "slack",
        name: method,
        on: cardIn(body).slice(0, 12),
        faults: faultsOf(method),
      } as const;
      return seam.call(process, described, (fault) => {
        if (fault === "fails")
          return new Response("", { status: 429, headers: { "retry-after": String(RETRY_AFTER_SECONDS) } });
        const card = cardIn(body);
        if (
          method === "chat.postMessage" &&
          card.startsWith("ask:") &&
          !backend.hasStored(`A#${card.slice(4)}`)
        )
          tooEarly.push(card);
        const answer = slack.answer(method, body, fault === "is hidden" ? HIDDEN_MS : 0);
        if (fault === "loses the answer") throw new TypeError("fetch failed");
        return Response.json(answer);
      });
    },
  });
}

function faultsOf(method: string): readonly FaultKind[] {
  if (method === "chat.postMessage") return OF_POSTS;
  return method.startsWith("conversations.") ? OF_LOOKS : OF_UPDATES;
}

function cardIn(body: URLSearchParams): string {
  const metadata = JSON.parse(body.get("metadata") ?? "{}") as { event_payload?: { card?: string } };
  return metadata.event_payload?.card ?? "";
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : input.toString();
}

/** What is sent here is text, or the fields of a form. */
function textOf(body: RequestInit["body"]): string {
  if (typeof body === "string") return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new Error("A request has a body of a kind that the harness does not know.");
}
