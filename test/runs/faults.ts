// Workers that die, fail or freeze at a chosen call to the world, a workflow whose effects are counted, and a Slack that remembers what was posted.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { MessengerUnavailable, StorageUnavailable } from "../../src/runs/errors.ts";
import type { Messenger } from "../../src/runs/ports.ts";
import type { WorkDeps } from "../../src/runs/worker.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";

/** What happens at the call: the process dies, or only the call fails, before it was carried out or after; or the process sleeps until it is thawed. */
export type Fault = "dies before" | "dies after" | "fails" | "loses the answer" | "freezes";

/** One call to a store or to Slack, by the name of its method. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Counted from 1, over all of them. */
  readonly nth: number;
}

export interface Effect {
  readonly key: string;
  readonly plan: string;
}

/** Draws up another plan each time, asks whether to carry it out, and does. `meanwhile` is what happens while it draws up a plan. */
export function planned(effects: Effect[], meanwhile: () => void = () => undefined): Workflow {
  const State = Annotation.Root({
    version: Annotation<string>(),
    plan: Annotation<string>(),
    outcome: Annotation<string>(),
  });
  // As a model would: another plan each time it is asked.
  const plan = () => {
    meanwhile();
    return { plan: randomUUID() };
  };
  const ask = ({ plan: args }: typeof State.State) => {
    const action = { name: "go", args: { plan: args } };
    const decision = askApproval({ kind: "approve", title: "Go?", action, allowed: ["approve", "reject"] });
    return { outcome: decision.kind };
  };
  const act = (state: typeof State.State, { idempotencyKey }: NodeConfig) => {
    effects.push({ key: idempotencyKey(), plan: state.plan });
    return { outcome: `did ${state.plan}` };
  };
  return defineWorkflow({
    name: "planned",
    description: "Plans, asks, acts",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
    graph: () =>
      new StateGraph(State)
        .addNode("draw up", plan)
        .addNode("ask", ask)
        .addNode("act", act)
        .addEdge(START, "draw up")
        .addEdge("draw up", "ask")
        .addEdge("ask", "act")
        .addEdge("act", END),
    outcome: (state: typeof State.State) => ({ good: true, text: state.outcome }),
  });
}

interface RememberingMessenger {
  readonly messenger: Messenger;
  /** By card, each time one was posted. */
  readonly posts: readonly string[];
  /** The version of the record that each card shows. */
  readonly shown: ReadonlyMap<string, number>;
}

/** Remembers its messages as Slack does, so that a second post of one card is seen. */
export function rememberingMessenger(): RememberingMessenger {
  const posts: string[] = [];
  const shown = new Map<string, number>();
  const messenger: Messenger = {
    draw: (drawing, { card, channel, ts, mayExist }) => {
      const isThere = ts !== undefined || (mayExist && shown.has(card));
      if (!isThere) posts.push(card);
      shown.set(card, drawing.kind === "ask" ? drawing.approval.version : drawing.run.version);
      return Promise.resolve({ channel, ts: `${card}.ts` });
    },
  };
  return { messenger, posts, shown };
}

export interface Faulty {
  readonly deps: WorkDeps;
  /** Resolves when the process has died, or sleeps. */
  readonly died: Promise<"died">;
  hasStruck(): boolean;
  /** Wakes the process that sleeps. */
  thaw(): void;
}

/** The same dependencies; at the first call that is meant, the fault strikes, once. */
export function faulty(deps: WorkDeps, isMeant: (call: Call) => boolean, fault: Fault): Faulty {
  let calls = 0;
  let isDead = false;
  let isStruck = false;
  let thaw = (): void => undefined;
  const thawed = new Promise<void>((resolve) => (thaw = resolve));
  let die = (): void => undefined;
  const died = new Promise<"died">((resolve) => {
    die = () => {
      isDead = fault !== "freezes";
      resolve("died");
    };
  });
  const forever = new Promise<never>(() => undefined);
  const hasDied = (): boolean => isDead;

  async function strike(what: string, call: () => Promise<unknown>): Promise<unknown> {
    if (fault === "dies after" || fault === "loses the answer") await call();
    if (fault === "fails" || fault === "loses the answer") {
      const options = { uncertain: fault !== "fails", cause: undefined };
      throw what === "draw"
        ? new MessengerUnavailable(what, { refused: false, cause: undefined })
        : new StorageUnavailable(what, options);
    }
    die();
    return fault === "freezes" ? thawed.then(call) : forever;
  }

  function mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get(object, name) {
        const method: unknown = Reflect.get(object, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]): Promise<unknown> => {
          if (hasDied()) return forever;
          const call = (): Promise<unknown> => Reflect.apply(method, object, args) as Promise<unknown>;
          calls += 1;
          const isNow = !isStruck && isMeant({ name: String(name), args, nth: calls });
          isStruck ||= isNow;
          const result = await (isNow ? strike(String(name), call) : call());
          return hasDied() ? forever : result;
        };
      },
    });
  }

  const { records, rows, threads, checkpointer, messenger, trail, noted, retention } = deps;
  return {
    died,
    hasStruck: () => isStruck,
    thaw: () => thaw(),
    deps: {
      ...deps,
      records: mortal(records),
      rows: mortal(rows),
      threads: mortal(threads),
      trail: mortal(trail),
      noted: mortal(noted),
      retention: mortal(retention),
      checkpointer: mortal(checkpointer),
      messenger: mortal(messenger),
    },
  };
}
