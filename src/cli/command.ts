// What a command of the command line is: how it is used, and what it does with its words at a place.
import type { Checkpointer } from "../graph/index.ts";
import type { ApiKeys } from "../runs/api-keys.ts";
import type { AuditTrail, NotedEntries } from "../runs/audit-ports.ts";
import type { Lists } from "../runs/lists.ts";
import type { Records, Threads } from "../runs/ports.ts";
import type { Retention } from "../runs/retention.ts";
import type { Bystander } from "../runs/standing-by.ts";
import type { Jobs } from "../sqlite/jobs.ts";
import type { Prompt } from "./prompt.ts";
import type { Said } from "./said.ts";
import type { Place } from "./where.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Under which heading the help has it. */
export type Group = "Runs" | "Histories" | "Upkeep" | "Access";

export interface Option {
  readonly type: "boolean" | "string";
  readonly short?: string;
  /** What stands behind it: "<file>". */
  readonly takes?: string;
  readonly says: string;
}

export interface Command {
  readonly name: string;
  readonly group: Group;
  /** What it does, in a few words. */
  readonly says: string;
  /** One line for each way to use it: as one types it, and in brackets what comes of it. */
  readonly usage: readonly string[];
  /** As one types it, with what comes of it; nothing where the usages are examples themselves. */
  readonly examples?: readonly string[];
  /** Besides those of every command. */
  readonly options: Readonly<Record<string, Option>>;
  readonly run: (given: Given) => Promise<Said>;
}

export type Options = Readonly<Record<string, boolean | string | undefined>>;

export interface Given {
  readonly words: readonly string[];
  readonly options: Options;
  readonly env: Environment;
  /** @throws NoPlace when it is not to be found. They are closed when the command is done. */
  readonly tools: () => Promise<Tools>;
  /** Tells whoever waits how far it is; an answer for programs has none of it. */
  readonly progress: (line: string) => void;
  /** Undefined where nobody is there to be asked. */
  readonly prompt: Prompt | undefined;
}

/** The stores of a place. */
export interface Tools {
  readonly place: Place;
  readonly records: Records;
  readonly threads: Threads;
  readonly lists: Lists;
  readonly trail: AuditTrail;
  readonly noted: NotedEntries;
  readonly retention: Retention;
  readonly checkpointer: Checkpointer;
  readonly apiKeys: ApiKeys;
  readonly bystander: Bystander;
  /** The queue, where it is kept with the rest. */
  readonly jobs?: Jobs;
}

/** A place that is not there, with what is to be said of it. */
export class NoPlace extends Error {
  override readonly name = "NoPlace";
  readonly said: Said;

  constructor(said: Said) {
    super(said.text);
    this.said = said;
  }
}
