// Workflows whose runs the corpus keeps, and every later build ends: their graphs and versions stay as they are, since another one would be asked about anew.
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import type { AgentState } from "../../src/agent/agent-state.ts";
import { onlyTools } from "../../src/agent/rules.ts";
import { tool } from "../../src/agent/tool.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import type { ApprovalDecision } from "../../src/approvals/decision.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import {
  Annotation,
  ChatMessage,
  AnswerRefused,
  Command,
  interrupt,
  MessagesAnnotation,
  nextIdempotencyKey,
  type NodeConfig,
  NodeInterrupt,
  Send,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { defineWorkflow, type Services, type Workflow } from "../../src/runs/workflow.ts";

const Input = z.object({ what: z.string() });
type Input = typeof Input;

const MINUTE = 60_000;

export const ONE: DeclaredPolicy = { approvers: ["approvers"], requesterMayApprove: false };

const State = Annotation.Root({
  what: Annotation<string>(),
  said: Annotation<unknown[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  large: Annotation<string>(),
  values: Annotation<unknown>(),
});
type State = typeof State.State;

type Graph = Parameters<typeof defineWorkflow<Input, State>>[0]["graph"];

function workflow(name: string, graph: Graph, policy: DeclaredPolicy = ONE): Workflow {
  return versioned(name, "1", graph, policy);
}

function versioned(name: string, version: string, graph: Graph, policy: DeclaredPolicy = ONE): Workflow {
  return defineWorkflow<Input, State>({
    ...{
      name,
      description: `Tries ${name}`,
      example: "what=this",
      version,
      input: Input,
      policy,
      graph,
    },
    outcome: ({ what }) => ({ good: true, text: `Did ${what}.` }),
  });
}

const said = (...values: readonly unknown[]): Partial<State> => ({ said: [...values] });

/** As an action with a secret among its arguments, which can be changed and allowed for the rest of the run. */
function releaseOf(what: string): Parameters<typeof askApproval>[0] {
  const schema = {
    type: "object",
    properties: { what: { type: "string" }, token: { type: "string", writeOnly: true } },
    required: ["what", "token"],
  };
  return {
    ...{ title: `Release ${what}`, summary: "To everybody.", target: what, risk: "high" },
    ...{ facts: [{ label: "Now", value: "v1" }], details: [{ label: "Plan", value: "All at once." }] },
    ...{ action: { name: "release", args: { what, token: "hunter2-secret" } }, schema },
    ...{ allowed: ["approve", "edit", "reject"], forRun: ["what"], again: true },
  };
}

function askToRelease({ what }: State): Partial<State> {
  const decision = askApproval(releaseOf(what));
  if (decision.kind === "edited" && decision.args["what"] === "nonsense")
    throw new AnswerRefused([{ path: "what", message: "is nonsense" }]);
  return said(decision.kind);
}

const acting =
  ({ ops }: Services) =>
  async ({ what }: State, { idempotencyKey, signal }: NodeConfig): Promise<Partial<State>> => {
    await ops.post(["acts"], { body: { what }, key: idempotencyKey(), signal });
    return said("acted");
  };

function release(name: string, policy: DeclaredPolicy = ONE): Workflow {
  const graph: Graph = (services) =>
    new StateGraph(State)
      .addNode("ask", askToRelease)
      .addNode("act", acting(services))
      .addNode("ask-once-more", askToRelease)
      .addEdge(START, "ask")
      .addEdge("ask", "act")
      .addEdge("act", "ask-once-more");
  return workflow(name, graph, policy);
}

const GOES_ON = { ...ONE, expiresAfterMs: 10 * MINUTE, onExpiry: "resume" } as const;

const goesOn = workflow("goes-on", () =>
  new StateGraph(State)
    .addNode("ask", ({ what }: State) => said(askApproval(releaseOf(what), { policy: GOES_ON }).kind))
    .addNode("ask-once-more", askToRelease)
    .addEdge(START, "ask")
    .addEdge("ask", "ask-once-more"),
);

/** Its second version asks the same in another step's company: people are asked again. */
export function changes(version: string): Workflow {
  return versioned("changes", version, () => {
    const graph = new StateGraph(State).addNode("ask", askToRelease).addEdge(START, "ask");
    return version === "1" ? graph : graph.addNode("more", () => said("more")).addEdge("ask", "more");
  });
}

/** Whoever has agreed is asked again: something else runs by then. */
const rechecks = workflow("rechecks", () =>
  new StateGraph(State)
    .addNode("ask", async ({ what }: State) => {
      const revalidate = () => Promise.resolve({ facts: [{ label: "Now", value: "v2" }] });
      return said((await askApproval(releaseOf(what), { revalidate })).kind);
    })
    .addEdge(START, "ask"),
);

/** Its second version is another one behind where its runs have failed. */
export function grows(version: string): Workflow {
  return versioned("grows", version, (services) => {
    const graph = new StateGraph(State)
      .addNode("ask", askToRelease)
      .addNode("act", acting(services))
      .addEdge(START, "ask")
      .addEdge("ask", "act");
    return version === "1" ? graph : graph.addNode("more", () => said("more")).addEdge("act", "more");
  });
}

/** Its second version takes its runs over, and goes on at a step that asks something else. */
export function moves(version: string): Workflow {
  const step = version === "1" ? "old" : "new";
  return {
    ...versioned("moves", version, () =>
      new StateGraph(State)
        .addNode(step, () => said(interrupt({ question: `The ${step} one?`, options: ["Yes"] })))
        .addEdge(START, step),
    ),
    ...(version === "2" && { migrate: () => ({ next: ["new"] }) }),
  };
}

/** One node for each form in which a node may ask, all at the same time. */
const SHAPES: Readonly<Record<string, unknown>> = {
  options: { question: "Which one?", options: ["This", "That"] },
  words: { question: "How many?" },
  draft: { draft: "Dear all", question: "Send it?" },
  action: { action: "scale", replicas: 3 },
  other: { anything: { at: "all" } },
  inbox: {
    action_request: { action: "mail", args: { to: "lee@example.com" } },
    config: { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true },
  },
  javascript: {
    actionRequests: [{ name: "mail", args: { to: "lee" } }],
    reviewConfigs: [{ actionName: "mail", allowedDecisions: ["approve"] }],
  },
  several: {
    action_requests: ["mail", "call", "visit", "wait"].map((name) => ({ name, args: { to: "lee" } })),
    review_configs: ["mail", "call", "visit", "wait"].map((action_name) => ({
      ...{ action_name, allowed_decisions: ["approve", "edit", "reject", "respond"] },
    })),
  },
};

const shapes = (name: string, policy: DeclaredPolicy): Workflow =>
  workflow(name, () => shapesGraph(), policy);

function shapesGraph() {
  const graph = new StateGraph(State)
    .addNode("join", () => said("joined"))
    .addNode("number", () => said(interrupt({ question: "How many?" }, { responseSchema: z.number() })))
    .addNode("form", () =>
      said(interrupt({ question: "Who?" }, { responseSchema: z.object({ who: z.string() }) })),
    )
    .addNode("stated", () => said(interrupt("Well?", { answers: { approve: 1, reject: 0, edit: "text" } })))
    .addEdge(START, "number")
    .addEdge(START, "form")
    .addEdge(START, "stated");
  for (const [name, value] of Object.entries(SHAPES)) {
    Reflect.apply(graph.addNode, graph, [name, () => said(interrupt(value))]);
    Reflect.apply(graph.addEdge, graph, [START, name]);
  }
  Reflect.apply(graph.addEdge, graph, [Object.keys(SHAPES), "join"]);
  return graph;
}

const stops = workflow("stops", () => {
  const graph = new StateGraph(State)
    .addNode("before", () => said("before"))
    .addNode("middle", () => said("middle"))
    .addEdge(START, "before")
    .addEdge("before", "middle");
  return {
    compile: (options) =>
      graph.compile({ ...options, interruptBefore: ["middle"], interruptAfter: ["before"] }),
  };
});

/** Stops before the calls of its tools, and before what it says. */
const Talk = Annotation.Root({ ...MessagesAnnotation.spec, what: Annotation<string>() });
const talks = defineWorkflow<Input, typeof Talk.State>({
  ...{
    name: "talks",
    description: "Tries messages",
    example: "what=this",
    version: "1",
    input: Input,
    policy: ONE,
  },
  graph: () => {
    const call = { name: "mail", arguments: JSON.stringify({ to: "lee" }) };
    const graph = new StateGraph(Talk)
      .addNode("call", () => ({
        messages: [
          { role: "assistant", content: null, tool_calls: [{ id: "c1", type: "function", function: call }] },
        ],
      }))
      .addNode("tools", () => ({ messages: [{ role: "tool", tool_call_id: "c1", content: "Sent." }] }))
      .addNode("say", () => ({ messages: [{ role: "assistant", content: "I have sent it." }] }))
      .addNode("end", () => ({}))
      .addEdge(START, "call")
      .addEdge("call", "tools")
      .addEdge("tools", "say")
      .addEdge("say", "end");
    return { compile: (options) => graph.compile({ ...options, interruptBefore: ["tools", "end"] }) };
  },
  outcome: () => ({ good: true, text: "Talked." }),
});

const raises = workflow("raises", () =>
  new StateGraph(State)
    .addNode(
      "look",
      ({ said: told }: State) => {
        if (told.length === 0) throw new NodeInterrupt("Please look at it");
        return said("looked");
      },
      { onAnswer: (_: State, decision: ApprovalDecision) => said(decision.kind) },
    )
    .addEdge(START, "look"),
);

/** Its target fails after it was reached, the first time. */
const invoice = workflow("invoice", ({ ops }) => {
  const send = task({ name: "send invoice", atMostOnce: true }, (to: string) =>
    ops.post(["invoices"], { body: { to }, key: nextIdempotencyKey() }),
  );
  return new StateGraph(State)
    .addNode("send", async ({ what }: State) =>
      said((await send(what)) === undefined ? "by hand" : "by the run"),
    )
    .addEdge(START, "send");
});

/** Items of their own that are asked about at the same time, below a graph within a node that leaves for the one around it. */
const nested = workflow("nested", () => {
  const within = new StateGraph(State)
    .addNode("ask-within", ({ what }: State) =>
      said(interrupt({ question: `Really ${what}?`, options: ["Yes"] })),
    )
    .addNode("leave", () => new Command({ graph: Command.PARENT, update: said("left"), goto: "one" }))
    .addEdge(START, "ask-within")
    .addEdge("ask-within", "leave")
    .compile();
  const looking = task("look", (at: string) => Promise.resolve(`saw ${at}`));
  return new StateGraph(State)
    .addNode("sub", within, { ends: ["one"] })
    .addNode("one", () => new Command({ goto: ["a", "b"].map((what) => new Send("each", { what })) }), {
      ends: ["each"],
    })
    .addNode("each", async ({ what }: State) =>
      said(await looking(what), interrupt({ question: `Which ${what}?`, options: ["Left", "Right"] })),
    )
    .addEdge(START, "sub");
});

/** Beside a question: what leads on to others, what has failed and is handled, and a graph within a node that stops; of what waits for all of them, something has been seen. */
const beside = workflow("beside", () => {
  const within = new StateGraph(State)
    .addNode("look-within", ({ what }: State) => said(what))
    .addEdge(START, "look-within")
    .compile({ interruptBefore: ["look-within"] });
  const goto = [new Send("side", { what: "left" }), "other"];
  return new StateGraph(State)
    .addNode("ask", ({ what }: State) => said(interrupt({ question: `All ${what}?`, options: ["All"] })))
    .addNode("lead", () => new Command({ goto }), { ends: ["side", "other"] })
    .addNode("fail", failing, { errorHandler: () => said(new ChatMessage({ type: "ai", content: "No." })) })
    .addNode("sub", within)
    .addNode("side", ({ what }: State) => said(what))
    .addNode("other", () => said("other"))
    .addNode("all", () => said("all"))
    .addEdge(START, "ask")
    .addEdge(START, "lead")
    .addEdge(START, "fail")
    .addEdge(START, "sub")
    .addEdge(["ask", "other"], "all");
});

const failing = (): Partial<State> => {
  throw new Error("It does not work.");
};

/** More than fits an item, and more steps than one reads at once. */
const long = workflow("long", () =>
  new StateGraph(State)
    .addNode("begin", () => ({ large: noise(LARGE_BYTES), values: everyValue() }))
    .addNode("step", ({ said: told }: State) => said(`step ${told.length} ${noise(300)}`))
    .addNode("ask", () => said(interrupt({ question: "Enough?", options: ["Enough"] })))
    .addEdge(START, "begin")
    .addEdge("begin", "step")
    .addConditionalEdges("step", ({ said: told }) => (told.length < 18 ? "step" : "ask"), ["step", "ask"]),
);

const LARGE_BYTES = 450_000;

/** As little to be compressed as chance, and always the same. */
function noise(bytes: number): string {
  let seed = 7;
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648);
  return Array.from({ length: bytes }, () => String.fromCharCode(33 + ((next() >> 8) % 90))).join("");
}

/** One of each that the codec has a tag for. */
export function everyValue(): Readonly<Record<string, unknown>> {
  return {
    ...{ date: new Date(0), map: new Map([["a", 1]]), set: new Set([1]), bigint: 9n },
    ...{ bytes: Uint8Array.of(1, 2), error: new Error("once"), nothing: undefined, zero: -0 },
    ...{ object: { $cs1: "not a tag" }, list: [null, true, 1.5] },
  };
}

/** Calls of tools, of which one is allowed for the rest of the run, and gates that look at each. */
const On = z.object({ env: z.string() });
const agent = defineWorkflow<Input, AgentState>({
  ...{
    name: "agent",
    description: "Tries an agent",
    example: "what=this",
    version: "1",
    input: Input,
    policy: ONE,
  },
  graph: (services) =>
    createAgent<Input, Services>(services, {
      ...{ input: Input, task: ({ what }) => `Restart ${what}.`, prompt: "You restart." },
      tools: [
        tool<typeof On, Services>({
          ...{ name: "restart", description: "Restarts.", input: On, approval: { forRun: ["env"] } },
          run: async ({ env }, { services: { ops }, idempotencyKey }) => {
            await ops.post(["restarts"], { body: { env }, key: idempotencyKey() });
            return "restarted";
          },
        }),
      ],
      guardrails: [onlyTools({ name: "known tools", tools: ["restart"] })],
    }),
  outcome: () => ({ good: true, text: "Did it." }),
});

export const corpusWorkflows: readonly Workflow[] = [
  release("release"),
  release("quorum", { ...ONE, quorum: 2 }),
  release("expires", { ...ONE, expiresAfterMs: 10 * MINUTE }),
  release("rejects", { ...ONE, expiresAfterMs: 10 * MINUTE, onExpiry: "reject" }),
  release("groups", {
    approvers: ["approvers", { group: "S0OPS" }, { schedule: "primary" }],
    requesterMayApprove: false,
    everyGroup: true,
    rejections: 2,
  }),
  goesOn,
  release("escalates", {
    ...{ ...ONE, remindAfterMs: [MINUTE] },
    escalation: [
      { afterMs: 5 * MINUTE, to: [{ user: "U0OTTO" }] },
      { afterMs: MINUTE, channel: "C0GENERAL" },
      { afterMs: 60 * 24 * 60 * MINUTE, to: [{ user: "U0RITA" }] },
    ],
  }),
  ...[shapes("shapes", ONE), shapes("shapes-quorum", { ...ONE, quorum: 2, rejections: 2 })],
  ...[changes("2"), grows("2"), moves("2"), rechecks, talks, stops, raises],
  ...[invoice, nested, beside, long, agent],
];
