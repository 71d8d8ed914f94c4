// Questions with options: what the runtime asks in its own words, and `{ question, options }`.
import { outcomeChoice, questionChoice } from "../choose.ts";
import type { Row } from "./row.ts";

/** What became of an at-most-once task. */
export const outcome: Row = ({ value, node }) => {
  const found = outcomeChoice(value);
  return found && { kind: "choose", ...found, target: "", action: { name: node, args: {} } };
};

/** @throws when a question has more options than can be shown. */
export const choice: Row = ({ value, node }) => {
  const found = questionChoice(value);
  return found && { kind: "choose", ...found, target: "", action: { name: node, args: {} } };
};
