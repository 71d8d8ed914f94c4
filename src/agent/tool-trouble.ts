// What a tool's own functions throw while a human is to be asked about it: told with the tool and the function, and nothing is carried out.
import * as z from "zod";
import { reasonOf } from "../approvals/reason.ts";
import { maskedText } from "../approvals/redaction.ts";
import { isForTheRuntime } from "./ends-turn.ts";

interface Called {
  readonly tool: string;
  /** What it could not do, such as "say its title". */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** @throws with a sentence on which tool could not do what, for whoever reads why the run has failed. */
export async function orTold<Result>(
  { tool, what, signal }: Called,
  call: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    if (isForTheRuntime(error)) throw error;
    // Errors of the outside can quote secrets.
    const reason = maskedText(wordsFor(error)).replace(/\.$/, "");
    throw new Error(
      `The tool "${tool}" could not ${what}: ${reason}. It was not carried out; Retry tries again.`,
      { cause: error },
    );
  }
}

/** Of what it says and does not fit, where that is and why. */
function wordsFor(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  return error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ");
}
