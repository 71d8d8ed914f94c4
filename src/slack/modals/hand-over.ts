// Hand over a request: to one of those who may decide it.
import type { View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { heading, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { decidersOf } from "../words.ts";

const BLOCK = "to";
const ACTION_ID = "user";

export function handOverModal(approval: Approval): View {
  return {
    type: "modal",
    callback_id: VIEW.handOver,
    private_metadata: encodeRequestRef(approval),
    title: plain("Hand over", LIMITS.modalTitle),
    submit: plain("Hand over", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${heading(approval.request.title)}*`),
      {
        type: "input",
        block_id: BLOCK,
        label: plain("To whom?", LIMITS.label),
        hint: plain("They are told at once. Everybody else who may decide it still can.", LIMITS.label),
        element: { type: "users_select", action_id: ACTION_ID },
      },
      section(`It can be decided by ${decidersOf(approval)}.`),
    ],
  };
}

const Values = z.object({
  [BLOCK]: z.object({ [ACTION_ID]: z.object({ selected_user: z.string().max(64) }) }),
});

/** Undefined when nobody was chosen. */
export function heirIn(values: unknown): string | undefined {
  return Values.safeParse(values).data?.[BLOCK][ACTION_ID].selected_user;
}

/** Says it where somebody was chosen. */
export function heirError(text: string): Readonly<Record<string, string>> {
  return { [BLOCK]: text };
}
