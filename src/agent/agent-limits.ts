// How long an agent goes on by itself.
import type { AgentOutcome, AgentProgress } from "./agent-state.ts";

export interface AgentLimits {
  /** How often the model may be asked; 20 by default. */
  readonly steps?: number;
  /** Of all its answers together, what was told it included; no limit when it is not said. */
  readonly tokens?: number;
  /** How long the model and the tools may take together, in milliseconds; waiting for people is not counted. */
  readonly timeMs?: number;
  /** How many tools it may call at once; 10 by default. */
  readonly callsAtOnce?: number;
}

export const DEFAULT_STEPS = 20;
export const DEFAULT_CALLS_AT_ONCE = 10;

/** What it has come to when it may not go on; undefined while it may. */
export function overLimit(
  { steps: most = DEFAULT_STEPS, tokens: mostTokens = Infinity, timeMs = Infinity }: AgentLimits,
  { steps, tokens, workedMs }: AgentProgress,
): AgentOutcome | undefined {
  if (steps >= most) return stopped(`its model was asked ${steps} times, the most that is allowed`);
  if (tokens >= mostTokens)
    return stopped(`it has used ${tokens} tokens of the ${mostTokens} that are allowed`);
  if (workedMs >= timeMs)
    return stopped(
      `it has worked for ${Math.round(workedMs / 1_000)} s of the ${timeMs / 1_000} s that are allowed`,
    );
  return undefined;
}

function stopped(why: string): AgentOutcome {
  return { good: false, text: `The agent was stopped: ${why}. What it has done stays done.` };
}
