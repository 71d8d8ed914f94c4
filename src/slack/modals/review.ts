// The full request, for arguments that do not fit on the card: everything is shown, and submitting approves it.
import type { KnownBlock, View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { maskedRequest } from "../../approvals/redaction.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { argLines } from "../blocks/args.ts";
import { context, heading, plain, preformatted, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { escaped } from "../text.ts";

const PIECE = 2_900;
/** A view may have 250 kB, and a character as much as three bytes. */
const MAX_PIECES = 26;

export function reviewModal(approval: Approval): View {
  const { value: request } = maskedRequest(approval.request);
  const pieces = piecesOf(argLines(request.action.args));
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
      section(`*${heading(request.title)}*\n${escaped(request.summary)}`),
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

/** Never cuts through a character. */
function piecesOf(text: string): readonly string[] {
  return text.match(new RegExp(`[^]{1,${PIECE}}(?<![\\uD800-\\uDBFF])`, "g")) ?? [];
}
