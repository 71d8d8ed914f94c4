// Forks and replays of one thread, by somebody who begins again whenever it breaks: each branch ends as its own, and never sees its sibling.
import {
  Annotation,
  Command,
  END,
  interrupt,
  type NodeConfig,
  START,
  StateGraph,
} from "../../../src/graph/index.ts";
import type { Services } from "../../../src/runs/workflow.ts";
import type { Act } from "../model/target.ts";
import type { Hands, ScriptScenario, Tools } from "../scenario.ts";

const State = Annotation.Root({
  plan: Annotation<string>(),
  said: Annotation<string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  outcome: Annotation<string>(),
});
type Values = typeof State.State;

const BY_HAND = "by-hand";
/** The thread as it was run, its fork, and its replay. */
const BRANCHES = 3;

function graphOf(hands: Hands, services: Services, checkpointer: Tools["checkpointer"]) {
  return new StateGraph(State)
    .addNode("draw up", () => ({ plan: hands.ran("plan"), said: ["drawn up"] }))
    .addNode("ask", ({ plan }: Values) => ({ said: [`${plan}: ${String(interrupt(`${plan}?`))}`] }))
    .addNode("act", async ({ plan }: Values, { idempotencyKey }: NodeConfig) => {
      await hands.act(services, { name: plan, key: idempotencyKey(), value: plan });
      return { outcome: `did ${plan}` };
    })
    .addEdge(START, "draw up")
    .addEdge("draw up", "ask")
    .addEdge("ask", "act")
    .addEdge("act", END)
    .compile({ checkpointer, newId: hands.newId });
}

interface Thread {
  readonly configurable: { readonly thread_id: string };
}

async function seen(graph: ReturnType<typeof graphOf>, thread: Thread) {
  const history = await Array.fromAsync(graph.getStateHistory(thread));
  return {
    history,
    /** Newest first. */
    ends: history.filter(({ values }) => (values as Partial<Values>).outcome !== undefined),
    original: history.findLast(({ next }) => next.includes("ask")),
    isForked: history.some(({ values }) => (values as Partial<Values>).plan === BY_HAND),
  };
}

/** Looks where the thread stands and takes the next step, until all branches have ended. */
async function script({ hands, services, checkpointer, threadId }: Tools): Promise<void> {
  const thread = { configurable: { thread_id: threadId } };
  const graph = graphOf(hands, services, checkpointer);
  for (;;) {
    const state = await graph.getState(thread);
    const [question] = state.interrupts;
    if (state.status === "empty") await graph.invoke({}, thread);
    else if (question !== undefined)
      await graph.invoke(new Command({ resume: { [question.id]: "yes" } }), thread);
    else if (state.next.length > 0) await graph.invoke(null, thread);
    else {
      const { ends, original, isForked } = await seen(graph, thread);
      if (original === undefined) throw new Error("The thread has no past.");
      if (!isForked)
        await graph.updateState(original.config, { plan: BY_HAND, said: ["changed"] }, "draw up");
      else if (ends.length < BRANCHES) await graph.invoke(null, original.config);
      else return;
    }
  }
}

async function wrong(
  { hands, services, checkpointer, threadId }: Tools,
  acts: readonly Act[],
): Promise<readonly string[]> {
  const { ends } = await seen(graphOf(hands, services, checkpointer), {
    configurable: { thread_id: threadId },
  });
  const values = ends.map((end) => end.values);
  const [first] = values.slice(-1);
  const plan = String(first?.plan);
  const told = values.map(({ said, outcome }) => `${said.join(", ")} → ${outcome}`).sort();
  const original = `drawn up, ${plan}: yes → did ${plan}`;
  const expected = [original, original, `drawn up, changed, ${BY_HAND}: yes → did ${BY_HAND}`].sort();
  return [
    ...(told.join("\n") === expected.join("\n") ? [] : [`The branches ended as ${JSON.stringify(told)}.`]),
    ...keys(acts, plan, 2),
    ...keys(acts, BY_HAND, 1),
    ...acts.filter(({ name }) => name !== plan && name !== BY_HAND).map(({ name }) => `"${name}" was done.`),
  ];
}

/** Each branch acts for itself, with a key of its own. */
function keys(acts: readonly Act[], name: string, count: number): readonly string[] {
  const found = new Set(acts.filter((act) => act.name === name).map(({ key }) => key)).size;
  return found === count ? [] : [`"${name}" was done with ${found} keys, and not with ${count}.`];
}

export const forked: ScriptScenario = { name: "forked", script, wrong };
