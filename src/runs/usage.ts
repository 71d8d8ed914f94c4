// What a run has asked of its model: counted where it asks, and kept with the run.
import * as z from "zod";
import type { ChatModel } from "../graph/index.ts";

const Tokens = z.object({ inputTokens: z.int().nonnegative(), outputTokens: z.int().nonnegative() });

/** The tokens are those that the service told of; the calls are all, those of which it told nothing and those that failed too. */
export const ModelUsage = z.object({ calls: z.int().nonnegative(), ...Tokens.shape });
export type ModelUsage = z.infer<typeof ModelUsage>;

const NOTHING: ModelUsage = { calls: 0, inputTokens: 0, outputTokens: 0 };

/** What a model throws may say what it has cost all the same: an answer that was cut off has cost the most of all. */
const Failure = z.object({ usage: Tokens });

export interface Meter {
  readonly model: ChatModel;
  /** Since the meter was made. */
  readonly used: () => ModelUsage;
  /** What it failed with last, unless it has answered since or was told to stop. */
  readonly trouble: () => string | undefined;
}

/**
 * The same model, metered for one turn, which saves what it used with whatever it found out. What is found out by nobody is not
 * counted: what a worker had asked that then died, or lost its thread to a rival or a cancellation, and an answer that came after its
 * step had been given up.
 */
export function metered(model: ChatModel): Meter {
  let used = NOTHING;
  let trouble: string | undefined;
  const count = (tokens: z.infer<typeof Tokens> | undefined): void => {
    used = sumOf(used, { ...NOTHING, ...tokens, calls: 1 });
  };
  return {
    used: () => used,
    trouble: () => trouble,
    model: {
      async complete(request) {
        try {
          const completion = await model.complete(request);
          count(completion.usage);
          trouble = undefined;
          return completion;
        } catch (error) {
          count(Failure.safeParse(error).data?.usage);
          if (request.signal?.aborted !== true && error instanceof Error) trouble = error.message;
          throw error;
        }
      },
    },
  };
}

/** `before` itself when nothing was used. */
export function usageWith(before: ModelUsage | undefined, used: ModelUsage): ModelUsage | undefined {
  return used.calls === 0 ? before : sumOf(before ?? NOTHING, used);
}

function sumOf(one: ModelUsage, other: ModelUsage): ModelUsage {
  return {
    calls: one.calls + other.calls,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}
