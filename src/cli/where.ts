// Where a command works: what was said of it, and what was found there.
import type { ToolConfig } from "../lambda/config.ts";
import type { Clock } from "../runs/ports.ts";
import type { Said } from "./said.ts";

export type Place = TablePlace | FilePlace;

interface TablePlace extends ToolConfig {
  readonly kind: "table";
  /** A stand-in for AWS, which takes any credentials and should see no real ones. */
  readonly isLocal: boolean;
  readonly clock: Clock;
  /** Where it is, of one that was named by its stage. */
  readonly region?: string;
}

/** Of one machine, whose app may be at work beside. */
export interface FilePlace extends Pick<ToolConfig, "team" | "slack"> {
  readonly kind: "file";
  readonly file: string;
  readonly clock: Clock;
}

/** What was said of it: one of them at most, and a region only with a stage. */
export interface Where {
  readonly stage?: string;
  readonly region?: string;
  readonly data?: string;
  readonly store?: string;
}

export type Found =
  { readonly kind: "found"; readonly place: Place } | { readonly kind: "none"; readonly said: Said };
