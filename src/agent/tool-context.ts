// What a tool gets beside its arguments.
import type { Json } from "../approvals/json.ts";
import type { AgentState } from "./agent-state.ts";

export interface ToolContext<Services = unknown> {
  /** What the workflow acts with. */
  readonly services: Services;
  /** Who asked for the run, by their Slack id. */
  readonly requester: string;
  /** The state of the agent, as it was when the model asked for this. */
  readonly state: AgentState;
  /** Of the call, as the model named it. */
  readonly callId: string;
  /** What the `look` of its rule has found: what the rule judged by, or people have agreed to. */
  readonly seen?: Json;
  /** Aborts when the tool's time is over, or the run is stopped. */
  readonly signal: AbortSignal;
  /** The key to send along with the next effect: the same whenever this call is played again with the same answers. */
  readonly idempotencyKey: () => string;
}
