// What a node calls to ask a human and wait, hours if need be.
import type * as z from "zod";
import { interrupt } from "../graph/index.ts";
import { ApprovalDecision } from "./decision.ts";
import { type ApproveRequest, interruptValueOf } from "./request.ts";

/**
 * Asks for approval of an action and returns the decision. The run stops here; the node runs again from its top when somebody has decided, so do nothing with
 * effects before this call.
 *
 * @throws when the request is not well formed, or when called outside a node.
 * @example
 * const decision = askApproval({
 *   title: "Deploy checkout v2.4.1 to prod", action: { name: "deploy", args },
 * });
 * if (decision.kind === "rejected") return { outcome: decision.reason };
 */
export function askApproval(request: Omit<z.input<typeof ApproveRequest>, "answers">): ApprovalDecision {
  return ApprovalDecision.parse(interrupt(interruptValueOf(request)));
}
