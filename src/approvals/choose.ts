// A request to choose: a question with its options, as a node asked it, or as the runtime does when it does not know what became of a task.
import * as z from "zod";
import { Json } from "./json.ts";
import { factsOf } from "./readable.ts";

/** What Slack's menu holds. */
const MOST_OPTIONS = 100;

const Option = z.object({
  id: z.string().min(1).max(75),
  label: z.string().min(1),
  /** What the node is resumed with. */
  value: Json,
  /** What choosing it leads to. */
  effect: z.string().default(""),
  /** A danger asks to confirm. */
  style: z.enum(["primary", "danger"]).exactOptional(),
});

/** At least one, each with an id of its own. */
export const Options = z
  .array(Option)
  .nonempty()
  .max(MOST_OPTIONS)
  .refine((options) => new Set(options.map(({ id }) => id)).size === options.length, "has an id twice");
type Options = z.infer<typeof Options>;

/** What a choice is made of, without what all requests have. */
interface Choice {
  readonly title: string;
  readonly summary: string;
  readonly facts: { readonly label: string; readonly value: string }[];
  readonly details?: { readonly label: string; readonly value: string }[];
  readonly risk: "medium" | "high";
  readonly options: Options;
}

const OutcomeUnknown = z.object({
  kind: z.literal("outcome-unknown"),
  task: z.string().min(1),
  call: z.int().positive(),
  question: z.string(),
});

/** Whether the runtime asks what became of an at-most-once task: something may have gone wrong, and the operators say. */
export function isOutcomeUnknown(value: unknown): boolean {
  return OutcomeUnknown.safeParse(value).success;
}

/** Undefined for a value that is no such question. */
export function outcomeChoice(value: unknown): Choice | undefined {
  const asked = OutcomeUnknown.safeParse(value);
  if (!asked.success) return undefined;
  const { task, call, question } = asked.data;
  return {
    title: `Was "${task}" carried out?`,
    summary: `${question} Look where it acts, then say what is so.`,
    facts: [
      { label: "Task", value: task },
      { label: "Call", value: `${call} of its step` },
    ],
    risk: "high",
    options: [
      {
        ...{ id: "retry", label: "Run it again", value: "retry", style: "danger" },
        effect: "The task is started once more. If it was carried out after all, it happens twice.",
      },
      {
        ...{ id: "done", label: "It was done", value: "done" },
        effect: "The task is not run. The run goes on without a result of it.",
      },
      {
        ...{ id: "abort", label: "Stop here", value: "abort" },
        effect: "The task is not run, and the run fails. Whoever retries the run is asked again.",
      },
    ],
  };
}

const Question = z.looseObject({ question: z.string().min(1), options: z.array(z.string()).nonempty() });

/**
 * Of `{ question, options }`, with what else is in the value as facts; undefined for any other value.
 *
 * @throws when there are more options than can be shown.
 */
export function questionChoice(value: unknown): Choice | undefined {
  const asked = Question.safeParse(value);
  if (!asked.success) return undefined;
  const { question, options: words, ...rest } = asked.data;
  if (words.length > MOST_OPTIONS)
    throw new RangeError(
      `The question "${clipped(question)}" has ${words.length} options, and people can be shown ${MOST_OPTIONS}. Ask in two steps.`,
    );
  const options = words.map((word, index) => ({
    ...{ id: String(index + 1), value: word.toWellFormed(), effect: "" },
    label: word.trim() === "" ? `Option ${index + 1}` : word.toWellFormed(),
  }));
  return {
    ...{ title: question, summary: "", risk: "medium", options: Options.parse(options) },
    ...beside(rest),
  };
}

function beside(rest: Readonly<Record<string, unknown>>): Pick<Choice, "facts" | "details"> {
  const { facts, details } = factsOf(rest);
  return { facts, ...(details.length > 0 && { details }) };
}

function clipped(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}
