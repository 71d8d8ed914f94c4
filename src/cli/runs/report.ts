// What an operator is told of one run: secrets masked as on its cards.
import type { RunView } from "../../api/schemas.ts";
import type { HoldNow } from "../../runs/standing-by.ts";

export interface Report {
  readonly run: RunView;
  readonly now: string;
  /** Those whose time is over may be taken by anybody. */
  readonly holds: readonly HoldNow[];
  /** When the sweeper looks at it next; absent when it need not. */
  readonly due?: string;
  /** Absent of a run that has not begun, or whose log cannot be read. */
  readonly checkpoint?: CheckpointShown;
  /** Why its log cannot be read. */
  readonly logTrouble?: string;
  readonly cards: readonly CardShown[];
  readonly history: {
    readonly length: number;
    readonly head: string;
    /** The last ones, the newest last. */
    readonly last: readonly string[];
  };
  readonly next: readonly string[];
}

interface CheckpointShown {
  readonly slot: number;
  readonly step: number;
  readonly source: string;
  readonly at: string;
  /** The nodes that come next. */
  readonly nodes: readonly string[];
}

export interface CardShown {
  readonly name: string;
  readonly channel: string;
  readonly ts?: string;
  readonly state: "drawn" | "behind" | "given up";
}
