// The reply in a run's thread that notifies people of a new revision; the card above it shows what is asked now.
import type { Approval } from "../../approvals/approval.ts";
import { clip, LIMITS } from "../limits.ts";
import { mention } from "../text.ts";
import { decidersOf } from "../words.ts";
import { type DrawnMessage, heading, section } from "./parts.ts";

export function noteReply(approval: Approval): DrawnMessage {
  const text = clip(`${whatHappened(approval)} Please decide on its card above.`, LIMITS.fallbackText);
  return { text, blocks: [section(text)] };
}

function whatHappened(approval: Approval): string {
  const { origin, request, revision } = approval;
  const title = `*${heading(request.title)}*`;
  const now = `revision ${revision}`;
  switch (origin?.kind) {
    case undefined:
      return `${title} is asked again (${now}).`;
    case "edit":
      return `✏️ ${mention.user(origin.by)} changed ${title} (${now}). It needs ${decidersOf(approval)}.`;
    case "again":
      return `🔁 ${AGAIN[origin.because](mention.user(origin.by), title)} (${now}).`;
  }
}

type Again = Extract<NonNullable<Approval["origin"]>, { kind: "again" }>;

const AGAIN: Readonly<Record<Again["because"], (who: string, title: string) => string>> = {
  refused: (who, title) => `${who}, your answer to ${title} did not fit, so it is asked again`,
  changed: (who, title) => `${who}, ${title} has changed since you decided, so it is asked again`,
  expired: (who, title) => `${who} asked again: ${title}`,
  workflow: (_, title) => `The workflow was changed while ${title} waited, so it is asked again`,
};
