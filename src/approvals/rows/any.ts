// Whatever no other row knows: its keys and values, to approve or to reject.
import { argsOf } from "../readable.ts";
import { approveRequest, type AskedValue } from "./row.ts";
import type { ApproveRequest } from "../request.ts";

export function anyValue({ value, node, answers }: AskedValue): ApproveRequest {
  const title = `The step "${node}" asks to continue`;
  // Of a text nothing is left but that it is empty.
  const args = typeof value === "string" ? {} : argsOf(value);
  return approveRequest({ title, node, args, reply: { kind: "guess" } }, answers);
}
