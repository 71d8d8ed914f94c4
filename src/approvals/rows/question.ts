// `{ question, … }` or a sentence: answered in words, or with yes and no where the node has stated what those are.
import * as z from "zod";
import { argsOf } from "../readable.ts";
import { approveRequest, askRequest, decides, type Row } from "./row.ts";

/** Nobody can answer what says nothing. */
const words = z.string().regex(/\S/);
const Question = z.union([z.looseObject({ question: words }), words.transform((question) => ({ question }))]);

/** A longer one is clipped where it stands as a title. */
const LONGEST_TITLE = 300;

interface Found {
  readonly title: string;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Undefined for a value that is no question. */
export function questionIn(value: unknown): Found | undefined {
  const asked = Question.safeParse(value);
  if (!asked.success) return undefined;
  const { question: asks, ...rest } = asked.data;
  return { title: asks.toWellFormed(), rest };
}

export const question: Row = ({ value, node, answers }) => {
  const found = questionIn(value);
  if (found === undefined) return undefined;
  const { title, rest } = found;
  const reply = { kind: "guess" } as const;
  if (!decides(answers)) return askRequest({ title, node, rest, reply });
  const whole = title.length > LONGEST_TITLE ? { question: title } : {};
  // What is to be edited are arguments.
  const said =
    answers.edit === undefined ? { rest: { ...whole, ...rest } } : { rest: whole, args: argsOf(rest) };
  return approveRequest({ title, node, reply, ...said }, answers);
};
