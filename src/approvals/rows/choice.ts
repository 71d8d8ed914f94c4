// Questions with options: the runtime's own, and `{ question, options }`.
import { outcomeChoice, questionChoice } from "../choose.ts";
import type { Row } from "./row.ts";

/** @throws when a question has more options than can be shown. */
export const choice: Row = ({ value, node }) => {
  const found = outcomeChoice(value) ?? questionChoice(value);
  return found && { kind: "choose", ...found, target: "", action: { name: node, args: {} } };
};
