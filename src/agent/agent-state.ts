// The state of an agent: what it was asked for, its conversation, and how far it is.
import type { Json } from "../approvals/json.ts";
import {
  Annotation,
  type AnnotationRoot,
  type Channel,
  GraphValueError,
  type Message,
  MessagesAnnotation,
  type MessagesUpdate,
} from "../graph/index.ts";
import type * as z from "zod";
import type { ToolAnswer } from "./tool-answer.ts";

/** What an agent has come to. */
export interface AgentOutcome {
  readonly good: boolean;
  readonly text: string;
}

export interface AgentProgress {
  /** How often a model was asked and has answered. */
  readonly steps: number;
  readonly tokens: number;
  /** Time that the model and the tools took; people's is not counted. */
  readonly workedMs: number;
  /** Answers in a row that did not have the form of the output. */
  readonly misfits: number;
  /** What people said of calls that were reviewed together, by the call's id. */
  readonly reviewed: Readonly<Record<string, ToolAnswer>>;
  /** The final answer in its declared form. */
  readonly output?: Json;
  /** Once it is over. */
  readonly outcome?: AgentOutcome;
}

const BEGINNING: AgentProgress = { steps: 0, tokens: 0, workedMs: 0, misfits: 0, reviewed: {} };

export interface AgentState {
  readonly messages: readonly Message[];
  readonly agent: AgentProgress;
}

export interface AgentUpdate {
  readonly messages?: MessagesUpdate;
  readonly agent?: Partial<AgentProgress>;
}

export type OwnChannels = {
  readonly messages: Channel<readonly Message[], MessagesUpdate>;
  readonly agent: Channel<AgentProgress, Partial<AgentProgress>>;
};

/** One for each field of the input, and the agent's own. */
export type AgentChannels<Input> = OwnChannels & {
  // What may be left out of the input is a channel all the same, which then has nothing.
  readonly [Name in keyof Input]-?: Channel<Input[Name]>;
};

/** @throws GraphValueError when a field of the input has a name of the agent's own. */
export function stateFor(input: z.ZodObject): AnnotationRoot<OwnChannels> {
  const own = {
    messages: MessagesAnnotation.spec.messages,
    agent: Annotation<AgentProgress, Partial<AgentProgress>>({
      reducer: (before, change) => ({ ...before, ...change }),
      default: () => BEGINNING,
    }),
  };
  const taken = [...Object.keys(own), ...NODES].filter((name) => Object.hasOwn(input.shape, name));
  if (taken.length > 0)
    throw new GraphValueError(
      `An agent's input cannot have a field "${taken.join('", "')}": the agent has something of its own by that name. Name the field otherwise.`,
    );
  const fields = Object.fromEntries(Object.keys(input.shape).map((name) => [name, Annotation()]));
  return Annotation.Root({ ...fields, ...own });
}

/** The agent's nodes, which no channel can be named as. */
export const NODES = ["gate", "model", "review", "tools"] as const;

/**
 * What to tell people when an agent has ended, for the workflow's `outcome`: its answer, as what the agent says, or why it was stopped.
 *
 * @example
 * outcome: ({ agent }: AgentState) => agentOutcome(agent),
 */
export function agentOutcome({ outcome }: AgentProgress): AgentOutcome & { readonly isProse?: true } {
  if (outcome === undefined) return { good: false, text: "The agent ended without an answer." };
  return outcome.good ? { ...outcome, isProse: true } : outcome;
}
