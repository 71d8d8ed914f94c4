// Where a command works: what was said of it, and what was found there.
import type { ToolConfig } from "../lambda/config.ts";
import type { Clock } from "../runs/ports.ts";
import type { Said } from "./said.ts";

export interface Place extends ToolConfig {
  /** A stand-in for AWS, which takes any credentials and should see no real ones. */
  readonly isLocal: boolean;
  readonly clock: Clock;
  /** Where it is, of one that was named by its stage. */
  readonly region?: string;
}

/** What was said of it: one of them at most, and a region only with a stage. */
export interface Where {
  readonly stage?: string;
  readonly region?: string;
  readonly data?: string;
}

export type Found =
  { readonly kind: "found"; readonly place: Place } | { readonly kind: "none"; readonly said: Said };
