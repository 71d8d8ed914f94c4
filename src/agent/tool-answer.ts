// What the model is told of a call: the tool's result as text, or in a sentence why there is none.
import { maskedText } from "../approvals/redaction.ts";

export interface ToolAnswer {
  readonly content: string;
  readonly status: "success" | "error";
}

/** A page of text; more would fill the model's context, and each following question carries it along. */
const LONGEST_RESULT = 30_000;
const LONGEST_ERROR = 2_000;

/** What a tool returned: text as it is, anything else as JSON. */
export function resultAnswer(result: unknown): ToolAnswer {
  const text = textOf(result);
  return text === undefined
    ? errorAnswer("The tool returned something that cannot be told as text. What it does may have been done.")
    : { content: clipped(text, LONGEST_RESULT), status: "success" };
}

/** What went wrong; errors of the outside can quote secrets. */
export function errorAnswer(reason: string): ToolAnswer {
  return { content: `Error: ${clipped(maskedText(reason), LONGEST_ERROR)}`, status: "error" };
}

function textOf(result: unknown): string | undefined {
  if (result === undefined || result === null) return "Done.";
  if (typeof result === "string") return result === "" ? "(empty)" : result.toWellFormed();
  try {
    // A function or a symbol has no JSON at all.
    return (JSON.stringify(result) as string | undefined)?.toWellFormed();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function clipped(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const begun = text.slice(0, longest).toWellFormed();
  return `${begun}\n… (cut: these are the first ${longest} of ${text.length} characters)`;
}
