// A question that waits for the person whose home it is.
import type { KnownBlock } from "@slack/web-api";
import type { Waiting } from "../../runs/home.ts";
import { encodeRequestRef, HOME_ACTION } from "../action-id.ts";
import { button, heading, section } from "../blocks/parts.ts";
import { moment } from "../text.ts";
import { ago, asked } from "./asked.ts";

export function waitingRow({ approval, hasVoted }: Waiting, at: string): KnownBlock {
  const lines = [
    `🟠 *${heading(approval.request.title)}*`,
    [asked(approval, ago(approval.askedAt, at)), ...expiryOf(approval.expiresAt)].join(" · "),
    ...(hasVoted ? ["☑️ You have voted; others have to agree. Nothing more to do."] : []),
  ];
  const review = {
    text: hasVoted ? "View details" : "Review",
    action: HOME_ACTION.review,
    value: encodeRequestRef(approval),
  };
  return section(lines.join("\n"), button(review));
}

function expiryOf(expiresAt: string | undefined): readonly string[] {
  return expiresAt === undefined ? [] : [`expires ${moment(expiresAt)}`];
}
