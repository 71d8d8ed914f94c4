// What is played: a workflow, the people who answer it, and how it may end.
import type { Approval } from "../../src/approvals/approval.ts";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import type { AssistantMessage, Checkpointer, Message } from "../../src/graph/index.ts";
import type { Run } from "../../src/runs/run.ts";
import type { Services, Workflow } from "../../src/runs/workflow.ts";
import type { Act } from "./model/target.ts";
import type { Ports } from "./ports.ts";
import type { HeldKey } from "./programs.ts";
import type { Played } from "./world.ts";

/** What the bodies of a workflow's nodes have of the world. */
export interface Hands {
  /** Says that this task is run, and gives it a value that it has never had before, as a model would. */
  ran(task: string): string;
  readonly newId: () => string;
  /** Lets time pass. */
  takes(ms: number): void;
  /** Does something outside, with this key, through the services that the run was given. */
  act(services: Services, act: Pick<Act, "name" | "key" | "value">): Promise<void>;
}

/** A question as somebody sees it on its card. */
export interface Seen {
  readonly interrupt: string;
  readonly digest: string;
  /** What its buttons do: let it happen, or say which of several answers it is. */
  readonly asks: "approve" | "choose";
  /** What it says without its blocks, as in a notification. */
  readonly text: string;
  /** How many answers this person has been given to clicks on this very question, at whatever revision. */
  readonly before: number;
}

export interface PersonScript {
  readonly id: string;
  /** How long after having seen a card for the first time; at once, when it is not said. */
  readonly afterMs?: number;
  /** Undefined leaves it alone. Who wants to know what has been done looks where it was acted. */
  readonly vote?: (seen: Seen, acts: readonly Act[]) => Vote | undefined;
  /** Votes on the copies that this person has, and leaves the card in the run's thread alone. */
  readonly onCopy?: true;
  /** Whom it is handed over to, once it was seen. */
  readonly handsTo?: string;
  /** The API key by which this one votes, over REST; its id is then that of the key's actor. */
  readonly key?: string;
  /** Done once the run has been asked for, after `afterMs`, and again until it says that it is done. */
  readonly does?: (ports: Ports, team: string) => Promise<boolean>;
  /** Whether this person now cancels the run. */
  readonly cancels?: (acts: readonly Act[]) => boolean;
}

export interface Ran {
  readonly task: string;
  readonly value: string;
  readonly process: string;
  /** How many calls had been made by then. */
  readonly atCall: number;
}

/** A click on what a card showed. */
export interface Click {
  readonly person: string;
  readonly interrupt: string;
  readonly digest: string;
  readonly vote: Vote;
}

/** What somebody was told of it. */
export interface Told extends Click {
  readonly kind: "recorded" | "counted" | "refused" | "unknown";
  readonly because?: string;
}

/** How a run stands when nothing more happens. */
export interface End {
  readonly run: Run;
  readonly approvals: readonly Approval[];
  readonly acts: readonly Act[];
  readonly ran: readonly Ran[];
  readonly told: readonly Told[];
  /** The run's history. */
  readonly entries: readonly AuditEntry[];
  /** By which call somebody had been told that the run is cancelled; undefined when nobody was. */
  readonly cancelledAt: number | undefined;
}

/** A run of a workflow, from a slash command to its end. */
export interface RunScenario {
  readonly name: string;
  readonly workflow: (hands: Hands) => Workflow;
  /** What a model answers to a conversation; without it nobody does. */
  readonly model?: (messages: readonly Message[], hands: Hands) => AssistantMessage;
  readonly people: readonly PersonScript[];
  /** API keys that are there from the beginning. */
  readonly keys?: readonly HeldKey[];
  /** Asked for by a program, in place of a slash command, until it says that it was. */
  readonly asked?: {
    readonly delivery: string;
    readonly send: (ports: Ports, team: string) => Promise<boolean>;
  };
  /** What is wrong with how it ended, in sentences. */
  readonly wrong: (end: End) => readonly string[];
  /** The rules of a run that is not kept as it was, in place of those that hold for every other. */
  readonly judge?: (played: Played) => Promise<readonly string[]>;
  /** Snapshots after so few items; never, when it is not said. */
  readonly snapshotAfter?: number;
}

/** What somebody has who works on a thread by hand. */
export interface Tools {
  /** Of its log. */
  readonly threadId: string;
  readonly hands: Hands;
  readonly services: Services;
  readonly checkpointer: Checkpointer;
}

/** Something done to a thread by hand, and begun again from the beginning until it was done. */
export interface ScriptScenario {
  readonly name: string;
  readonly script: (tools: Tools) => Promise<void>;
  readonly wrong: (tools: Tools, acts: readonly Act[]) => Promise<readonly string[]>;
}

export type Scenario = RunScenario | ScriptScenario;
