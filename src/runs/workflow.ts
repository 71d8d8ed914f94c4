// What an author writes: a named graph with its input, who may approve, and what to say when it is done.
import * as z from "zod";
import type {
  BreakpointNodes,
  ChatModel,
  Checkpointer,
  CompileOptions,
  GraphDrawing,
  Takeover,
} from "../graph/index.ts";
import type { RunContext } from "./allowances.ts";
import type { Clock } from "./ports.ts";
import { Webhook } from "../approvals/actor.ts";
import type { ApprovalDecision } from "../approvals/decision.ts";
import { JsonObject } from "../approvals/json.ts";
import { DeclaredPolicy, Principal } from "../approvals/declared-policy.ts";
import type { Answers } from "../approvals/reply.ts";
import { statedAnswers } from "../approvals/rows/table.ts";
import type { Outcome } from "./run.ts";
import { inputSchemaOf, problemsIn, problemsOfCalling } from "./problems.ts";
import type { Target } from "./target.ts";

/** What a workflow acts with. Everything outside is reached through these, so that tests can stand in for it. */
export interface Services {
  /** The operations target that deployments and mails go to. */
  readonly ops: Target;
  readonly clock: Clock;
  /** Refuses with a sentence when no model is configured. */
  readonly model: ChatModel;
}

/**
 * How much a workflow does by itself. "full": all but what its steps ask explicitly; "on-action": also its tools ask as their rules
 * say; "step-by-step": it also stops after every step.
 */
const Autonomy = z.enum(["full", "on-action", "step-by-step"]);
export type Autonomy = z.infer<typeof Autonomy>;

/** The part of a compiled graph that running it needs. */
export interface RunnableGraph {
  invoke(input: unknown, config: GraphConfig): Promise<unknown>;
  getState(config: GraphConfig, options?: { readonly subgraphs?: boolean }): Promise<GraphState>;
  updateState(config: GraphConfig, values: unknown, asNode?: string): Promise<unknown>;
  /** Newest first. */
  getStateHistory(config: GraphConfig): AsyncIterable<Pick<GraphState, "next" | "tasks" | "values">>;
  getGraph(): GraphDrawing;
  readonly version: string;
  takeOver(config: GraphConfig, takeover: Takeover): Promise<unknown>;
}

export interface GraphConfig {
  readonly configurable: { readonly thread_id: string; readonly checkpoint_ns?: string };
  readonly context?: RunContext & { readonly autonomy: Autonomy };
  readonly onPaused?: "refuse";
  readonly mayGoOn?: () => boolean;
  readonly stepsBefore?: number;
  readonly nodeTimeout?: number;
}

export interface GraphState {
  /** "empty" before the first input was saved. */
  readonly status: string;
  /** Of the graph that wrote it last. */
  readonly version?: string;
  readonly values: unknown;
  readonly next: readonly string[];
  /** What the superstep behind this checkpoint runs. */
  readonly tasks: readonly GraphTask[];
  readonly interrupts: readonly PendingInterrupt[];
  /** What wrote the state as it is now; "update" what was no step of the graph. */
  readonly metadata?: { readonly source: string };
  /** Which graph it is of: this one, or one within its nodes. */
  readonly config?: { readonly configurable: { readonly checkpoint_ns: string } };
}

interface GraphTask {
  readonly name: string;
  /** Of a graph that is this node, or where that is. */
  readonly state?: GraphState | { readonly configurable: object };
}

export interface PendingInterrupt {
  readonly id: string;
  /** A question, what a node raised, or where the graph stops before or after a node. */
  readonly kind: "question" | "raised" | "before" | "after";
  readonly value: unknown;
  /** Of what a node raised: the graph takes the answer to it. */
  readonly takesAnswer?: boolean;
  /** JSON Schema of the answer. */
  readonly response_schema?: Readonly<Record<string, unknown>>;
  /** What the call of `interrupt` states that each decision answers. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly node: string;
  readonly slot: number;
  readonly at: string;
}

/** What Slack and REST need to know of a workflow without loading its graph. The manifest holds one for each. */
export const Listing = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "must be small letters, digits and dashes, a letter first"),
  description: z.string(),
  /** A complete example of the fields, as a person would type them. */
  example: z.string(),
  version: z.string(),
  inputSchema: JsonObject,
  /** Every full member, when it is not said. */
  starters: z.array(Principal).nonempty().readonly().exactOptional(),
  /** Webhooks that start it, besides people; none, when it is not said. */
  webhooks: z.array(Webhook).nonempty().readonly().exactOptional(),
  /** Those of the configuration, when it is not said. */
  operators: z.array(Principal).nonempty().readonly().exactOptional(),
  /** The default channel, when it is not said. */
  channel: z
    .string()
    .regex(/^[CG][A-Z0-9]+$/, "is no channel's id")
    .exactOptional(),
  /** The graph's nodes, START and END included, and the ways between them; the manifest has it, and nobody else needs it. */
  drawing: z
    .object({
      nodes: z.array(z.string()),
      edges: z.array(
        z.object({ from: z.string(), to: z.string(), conditional: z.literal(true).exactOptional() }),
      ),
    })
    .exactOptional(),
});
export type Listing = z.infer<typeof Listing>;

/** A run that another version of its workflow has left in the middle. */
export interface Migrating {
  /** The workflow's `version` then; the same as now, where nothing but the steps, the ways between them or the state has changed. */
  readonly version: string;
  /** The state as it was stored then, with what this version's channels begin with. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The nodes at which it stands: they wait for an answer, or come next. */
  readonly next: readonly string[];
  /** What waits for an answer. */
  readonly pending: readonly Pick<PendingInterrupt, "node" | "value">[];
}

/** Where such a run goes on. */
export interface Migrated<State> {
  /** Of the state what is to be another one: the values themselves, whatever reducers would make of them. */
  readonly values?: Partial<State>;
  /**
   * The nodes at which it goes on, from their beginning; none ends the run. Left out, it goes on where it stands: with what its
   * steps have done so far, and what they ask is asked again.
   */
  readonly next?: readonly string[];
}

export interface Workflow {
  readonly listing: Listing;
  /** What is wrong with its declaration: it is not to be run. */
  readonly problems: readonly string[];
  readonly policy: DeclaredPolicy;
  /** Of the questions of single nodes, in place of `policy`. */
  readonly policies: Readonly<Record<string, DeclaredPolicy>>;
  /** Whether questions also stand in the channel, and not only in the run's thread. */
  readonly broadcast: boolean;
  readonly autonomy: Autonomy;
  readonly compile: (services: Services, checkpointer: Checkpointer) => RunnableGraph;
  readonly outcome: (values: unknown) => Outcome;
  readonly migrate?: (from: Migrating) => Migrated<unknown> | Promise<Migrated<unknown>>;
  /** By the name of a node. */
  readonly answers?: Readonly<Record<string, Answers>>;
}

/** A graph that is not compiled yet: what it takes and what its state is are known by what it compiles to. */
interface Compilable<Input, State> {
  compile(options: CompileOptions & { readonly checkpointer: Checkpointer }): RunnableGraph & {
    invoke(input: Input, config: GraphConfig): Promise<unknown>;
    getState(config: GraphConfig): Promise<{ readonly values: State }>;
  };
}

interface Definition<Input extends z.ZodObject, State> {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  /** Raise it when a waiting run of the old version must not be continued by the new one. */
  readonly version: string;
  readonly input: Input;
  readonly policy: DeclaredPolicy;
  /** Who decides the questions of single nodes, by the node's name; in place of `policy`. */
  readonly policies?: Readonly<Record<string, DeclaredPolicy>>;
  /** Who may start it; every full member, when left out. */
  readonly starters?: readonly [Principal, ...Principal[]];
  /**
   * Webhooks that may start it: "alertmanager" gives each field of the input the alert's label or annotation of that name, "signed"
   * sends the input itself. None, when left out.
   */
  readonly webhooks?: readonly [Webhook, ...Webhook[]];
  /** Who may retry and cancel its runs, besides the requester; those of the configuration, when left out. */
  readonly operators?: readonly [Principal, ...Principal[]];
  /** Where runs are shown that were asked for in no channel, by its id; the default channel, when left out. */
  readonly channel?: string;
  /** False keeps its questions in the run's thread; else they stand in the channel too. */
  readonly broadcast?: boolean;
  /** The graph, uncompiled: the checkpointer is attached where it runs. */
  readonly graph: (services: Services) => Compilable<z.output<Input>, State>;
  /** "on-action", when left out; an explicit `interrupt()` asks whatever is said here. */
  readonly autonomy?: Autonomy;
  /** Stops before these nodes, or after those, and asks: to approve goes on, to reject answers the calls of tools that wait, or ends the run. */
  readonly interruptBefore?: BreakpointNodes;
  readonly interruptAfter?: BreakpointNodes;
  /**
   * For nodes that stop with a NodeInterrupt, by their names: what a decision writes before the node runs again. Without it people
   * can let the node run again or end the run. It may be called again after a crash, on the same state.
   */
  readonly onAnswer?: Readonly<
    Record<
      string,
      (
        state: NoInfer<State>,
        decision: ApprovalDecision,
      ) => Partial<NoInfer<State>> | Promise<Partial<NoInfer<State>>>
    >
  >;
  /**
   * For runs that an earlier version of the workflow has left in the middle: what their state is in this one, and where they go on.
   * Without it people are asked, or asked again. It is carried out once, and may be called again after a crash; what it throws fails
   * the run, which can be retried.
   */
  readonly migrate?: (from: Migrating) => Migrated<NoInfer<State>> | Promise<Migrated<NoInfer<State>>>;
  /** What to tell people when the graph has ended. */
  readonly outcome: (state: NoInfer<State>) => Outcome;
  /**
   * For nodes that compare what they are answered with words of their own: what each answer resumes them with, by the name of the
   * node. What a call of `interrupt` states itself comes first; see there for what can be stated.
   */
  readonly answers?: Readonly<Record<string, Answers>>;
}

/** A node that did not say so itself cannot make anything of an expired decision. */
const PolicyOfNodes = DeclaredPolicy.refine(({ onExpiry }) => onExpiry !== "resume", {
  error: 'goes on when it expires: say onExpiry: "resume" where the node calls askApproval',
});

/**
 * Declares a workflow. What its state is follows from its graph, so write `graph` before what takes the state. What is wrong with
 * it, the registry says.
 *
 * @example
 * export const hello = defineWorkflow({
 *   name: "hello", description: "Greets", example: "name=ana", version: "1", input: z.object({ name: z.string() }),
 *   policy: { approvers: ["approvers"], requesterMayApprove: false },
 *   graph: () => new StateGraph(State).addNode("greet", greet).addEdge(START, "greet").addEdge("greet", END),
 *   outcome: ({ greeting }) => ({ good: true, text: greeting }),
 * });
 */
export function defineWorkflow<Input extends z.ZodObject, State>(
  definition: Definition<Input, State>,
): Workflow {
  const { name, description, example, version, starters, webhooks, operators, channel } = definition;
  const { policy, policies = {}, answers, broadcast = true, autonomy = "on-action", migrate } = definition;
  const { schema: inputSchema, problems } = inputSchemaOf(definition.input);
  const listing = {
    ...{ name, description, example, version, inputSchema },
    ...(starters && { starters }),
    ...(webhooks && { webhooks }),
    ...(operators && { operators }),
    ...(channel !== undefined && { channel }),
  };
  const declared = [
    { field: "", schema: Listing, value: listing },
    { field: "policy", schema: PolicyOfNodes, value: policy },
    { field: "policies", schema: z.record(z.string(), PolicyOfNodes), value: policies },
    { field: "autonomy", schema: Autonomy, value: autonomy },
  ];
  return {
    ...{ listing, policy, policies, broadcast, autonomy },
    problems: [
      ...problems,
      ...problemsIn(declared),
      ...problemsOfCalling(() => checkAnswers(name, answers ?? {})),
    ],
    compile: (services, checkpointer) => {
      // When something was asked and when it expires are told by one clock.
      const now = (): Date => new Date(services.clock.now());
      return definition.graph(services).compile({ checkpointer, version, now, ...stopsOf(definition) });
    },
    ...(migrate && { migrate }),
    ...(answers && { answers }),
    // The values come out of the workflow's own graph, whose state this is.
    outcome: (values) => definition.outcome(values as State),
  };
}

function stopsOf<Input extends z.ZodObject, State>({
  interruptBefore,
  interruptAfter,
  autonomy,
  onAnswer,
}: Definition<Input, State>): Pick<CompileOptions, "interruptBefore" | "interruptAfter" | "onAnswer"> {
  const after = autonomy === "step-by-step" ? "*" : interruptAfter;
  return {
    ...(interruptBefore && { interruptBefore }),
    ...(after && { interruptAfter: after }),
    ...(onAnswer && { onAnswer }),
  };
}

/** @throws when something stated is no answer. */
function checkAnswers(workflow: string, answers: Readonly<Record<string, Answers>>): void {
  for (const [node, stated] of Object.entries(answers))
    statedAnswers(stated, `The workflow "${workflow}", for its node "${node}",`);
}
