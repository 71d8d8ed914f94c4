// What a workflow's run hands to its agents beside the services; an agent that runs by itself does without.
import type { JsonObject } from "../approvals/json.ts";
import type { ChatModel } from "../graph/index.ts";

/** What people allowed for the rest of the run. */
export interface Allowances {
  /** The question whose answer allows this action with these arguments, at this moment; undefined when it is to be asked about. */
  find(
    action: string,
    args: JsonObject,
  ): Promise<{ readonly interrupt: string; readonly risk: string } | undefined>;
}

/** Something that happened by itself, for the run's history. The same `id` is one entry. */
export type AutomaticNote =
  /** The verdict of a guardrail. */
  | {
      readonly kind: "checked";
      readonly id: string;
      readonly guardrail: string;
      readonly subject: string;
      readonly passed: boolean;
      readonly reason: string;
    }
  /** A tool ran without asking: `interrupt` is the question whose answer allowed it, `args` their digest. */
  | {
      readonly kind: "allowed";
      readonly id: string;
      readonly action: string;
      readonly args: string;
      readonly interrupt: string;
    };

/** How much an agent does by itself: all but its explicit questions, what its tools' rules let it, or no step without a human. */
export type Autonomy = "full" | "on-action" | "step-by-step";

export interface AgentContext {
  /** Who asked for the run. */
  readonly requester: string;
  readonly autonomy?: Autonomy;
  readonly allowances?: Allowances;
  /** Durable once it returns: what is noted comes before what is done. */
  readonly note?: (note: AutomaticNote) => Promise<void>;
}

/** What an agent cannot do without. */
export interface AgentServices {
  readonly model: ChatModel;
  readonly clock: { readonly now: () => string };
}
