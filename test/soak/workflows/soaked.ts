// What the soak asks beyond the project's own workflows: short times, reminders, two people, words, and what is allowed for the rest of a run.
import * as z from "zod";
import { askApproval, askQuestion } from "../../../src/approvals/ask.ts";
import { digestOf } from "../../../src/approvals/json.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../../src/graph/index.ts";
import { defineWorkflow, type GraphConfig, type Services } from "../../../src/runs/workflow.ts";

const KINDS = ["both", "words", "reminded", "rejected late", "on late", "again", "allowed"] as const;

const Input = z.object({
  tag: z.string().regex(/^soak\d+$/),
  kind: z.enum(KINDS),
});

const State = Annotation.Root({
  tag: Annotation<string>(),
  kind: Annotation<(typeof KINDS)[number]>(),
  done: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  isRefused: Annotation<boolean | undefined>(),
});
type State = typeof State.State;
type Step = Partial<State>;

const SOON_MS = 12_000;
const people = { approvers: ["approvers" as const], requesterMayApprove: false };
const goingOn = { ...people, expiresAfterMs: SOON_MS, onExpiry: "resume" as const };

function asked(tag: string, what: string) {
  return { title: `Soak ${tag}: ${what}`, target: tag, action: { name: "note", args: { tag, what } } };
}

function graph({ ops }: Services) {
  const note = async (tag: string, what: string, key: string): Promise<Step> => {
    const body = { to: `${tag}@example.com`, subject: what, body: `${tag} ${what}` };
    await ops.post(["outbox"], { body, key });
    return { done: [what] };
  };

  function ask({ tag, kind }: State): Step {
    return { isRefused: askApproval(asked(tag, kind)).kind === "rejected" };
  }

  async function words({ tag }: State): Promise<Step> {
    const said = askQuestion(`Which words for ${tag}?`, { title: `Soak ${tag}: words`, policy: people });
    return Promise.resolve({ isRefused: said.length === 0 });
  }

  function late({ tag, kind }: State): Step {
    const decision = askApproval(asked(tag, kind), { policy: goingOn });
    return { isRefused: decision.kind === "rejected" };
  }

  async function act({ tag, kind, isRefused }: State, { idempotencyKey }: NodeConfig): Promise<Step> {
    return isRefused === true ? {} : note(tag, kind, idempotencyKey());
  }

  /** One question, and then what it allows. */
  async function restart({ tag, done }: State, config: NodeConfig): Promise<Step> {
    const { allowances, note: record } = config.context as NonNullable<GraphConfig["context"]>;
    const what = `restart ${done.length}`;
    const args = { environment: "staging", tag, what };
    const allowed = await allowances.find("restart_soaked", args);
    if (allowed === undefined) {
      const forRun = ["environment", "tag"];
      const { kind } = askApproval({ ...asked(tag, what), forRun, action: { name: "restart_soaked", args } });
      if (kind === "rejected") return { done: [what], isRefused: true };
    } else {
      const { interrupt } = allowed;
      const id = `restart:${done.length}`;
      await record({ kind: "allowed", id, action: "restart_soaked", args: digestOf(args), interrupt });
    }
    return note(tag, what, config.idempotencyKey());
  }

  return new StateGraph(State)
    .addNode("ask", ask)
    .addNode("ask both", ask)
    .addNode("ask reminded", ask)
    .addNode("ask rejected late", ask)
    .addNode("ask again", ask)
    .addNode("words", words)
    .addNode("on late", late)
    .addNode("restart", restart)
    .addNode("act", act)
    .addConditionalEdges(START, ({ kind }) => FIRST[kind])
    .addEdge("ask", "act")
    .addEdge("ask both", "act")
    .addEdge("ask reminded", "act")
    .addEdge("ask rejected late", "act")
    .addEdge("ask again", "act")
    .addEdge("words", "act")
    .addEdge("on late", "act")
    .addConditionalEdges("restart", ({ done }: State) => (done.length < 3 ? "restart" : END))
    .addEdge("act", END);
}

const FIRST = {
  both: "ask both",
  words: "words",
  reminded: "ask reminded",
  "rejected late": "ask rejected late",
  "on late": "on late",
  again: "ask again",
  allowed: "restart",
} as const satisfies Readonly<Record<State["kind"], string>>;

export const soaked = defineWorkflow({
  name: "soaked",
  description: "Asks in all the ways that the soak needs, and sends notes.",
  example: "tag=soak1 kind=both",
  version: "1",
  input: Input,
  policy: people,
  policies: {
    "ask both": { ...people, approvers: ["approvers"], quorum: 2 },
    "ask reminded": {
      ...people,
      remindAfterMs: [5_000],
      escalation: [{ afterMs: 8_000, to: ["operators"] }],
    },
    "ask rejected late": { ...people, expiresAfterMs: SOON_MS, onExpiry: "reject" },
    "ask again": { ...people, expiresAfterMs: SOON_MS },
  },
  graph,
  outcome: ({ done, isRefused }: State) => ({
    good: isRefused !== true,
    text: isRefused === true ? "It was refused." : `Done: ${done.join(", ")}.`,
  }),
});
