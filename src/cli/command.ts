// What a command of the command line is: how it is used, and what it does with its words at a place.
import type { Checkpointer } from "../graph/index.ts";
import type { ApiKeys } from "../runs/api-keys.ts";
import type { AuditTrail, NotedEntries } from "../runs/audit-ports.ts";
import type { Lists } from "../runs/lists.ts";
import type { Records, Threads } from "../runs/ports.ts";
import type { Retention } from "../runs/retention.ts";
import type { Place } from "./place.ts";
import type { Said } from "./said.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Command {
  readonly name: string;
  /** One line for each way to use it: as one types it, and in brackets what comes of it. */
  readonly usage: readonly string[];
  /** Besides those of every command. */
  readonly options: Readonly<Record<string, { readonly type: "boolean" | "string" }>>;
  readonly run: (given: Given) => Promise<Said>;
}

export interface Given {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, boolean | string | undefined>>;
  readonly env: Environment;
  /** @throws NoPlace when it is not to be found. They are closed when the command is done. */
  readonly tools: () => Promise<Tools>;
  /** Tells whoever waits how far it is; an answer for programs has none of it. */
  readonly progress: (line: string) => void;
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
