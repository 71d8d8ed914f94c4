// `{ draft, … }`: a text to approve or to reject, and to edit where the node has stated what it then gets.
import * as z from "zod";
import { argsOf } from "../readable.ts";
import { approveRequest, type Row } from "./row.ts";

const Draft = z.looseObject({ draft: z.unknown() });

export const draft: Row = ({ value, node, answers }) => {
  const asked = Draft.safeParse(value);
  // Also an object without one is a loose object.
  if (!asked.success || asked.data.draft === undefined) return undefined;
  const { draft: text, ...rest } = asked.data;
  const title = `The step "${node}" asks for approval of a draft`;
  return approveRequest(
    { title, node, rest, args: argsOf({ draft: text }), reply: { kind: "guess" } },
    answers,
  );
};
