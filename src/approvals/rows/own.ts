// Our own request, shown as it was declared.
import { Declared } from "../request.ts";
import type { Row } from "./row.ts";

export const own: Row = ({ value, answers }) => {
  const declared = Declared.safeParse(value);
  if (!declared.success) return undefined;
  const { request } = declared.data;
  const isStated = request.kind === "approve" && Object.keys(answers).length > 0;
  return isStated ? { ...request, answers } : request;
};
