// The full request, for arguments that do not fit on the card: everything is shown, and submitting approves it.
import type { KnownBlock, View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { argLines } from "../blocks/args.ts";
import { context, plain, preformatted, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { escaped } from "../text.ts";

const PIECE = 2_900;
/** A view may have 250 kB; characters that JSON escapes count more than once. */
const MAX_PIECES = 30;

export function reviewModal(approval: Approval): View {
  const pieces = piecesOf(argLines(approval.request.action.args));
  const fits = pieces.length <= MAX_PIECES;
  const shown: KnownBlock[] = pieces.slice(0, MAX_PIECES).map(preformatted);
  return {
    type: "modal",
    callback_id: VIEW.review,
    private_metadata: encodeRequestRef(approval),
    title: plain("Full request", LIMITS.modalTitle),
    ...(fits ? { submit: plain("Approve", LIMITS.modalTitle) } : {}),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(`*${escaped(approval.request.title)}*\n${escaped(approval.request.summary)}`),
      ...shown,
      ...(fits
        ? []
        : [
            context(
              "This request is too long to be shown in Slack, so it cannot be approved here. Reject it, and ask for a smaller one.",
            ),
          ]),
    ],
  };
}

function piecesOf(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );
}
