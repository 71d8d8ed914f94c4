// Review in the App Home: opens what the card would open, and what is submitted there shows the home anew.
import { unknownSentence } from "../removed-words.ts";
import type { View } from "@slack/web-api";
import { type Approval, hasVoted, type Refusal } from "../../approvals/approval.ts";
import { type Viewed, viewRequest } from "../../runs/decide.ts";
import { showHome } from "../../runs/homes.ts";
import { type Form, noteOpened } from "../../runs/note-click.ts";
import { decodeRequestRef } from "../action-id.ts";
import { decodeHomeState, markedFromHome } from "../home/state.ts";
import { detailsModal } from "../modals/details.ts";
import { TROUBLE } from "../words.ts";
import { type ClickListener, FORMS } from "./click.ts";
import { type SlackContext, troubleSentence } from "./context.ts";

export function onHomeReview(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, client }) => {
    await ack();
    const { deps, team } = slack;
    const user = body.user.id;
    const open = (view: View): Promise<unknown> =>
      client.views.open({ trigger_id: body.trigger_id, view: markedFromHome(view) });
    const said = await opened(slack, { value: action.value, by: user, open });
    if (said === undefined) return;
    const state = decodeHomeState(body.view?.private_metadata);
    await showHome(deps, { team, user }, { ...(state && { state }), said });
  };
}

interface Review {
  readonly value: string | undefined;
  readonly by: string;
  readonly open: (view: View) => Promise<unknown>;
}

/** What is to be said; nothing when it is open. */
async function opened(slack: SlackContext, { value, by, open }: Review): Promise<string | undefined> {
  const ref = decodeRequestRef(value);
  if (ref === undefined) return TROUBLE.oldCard;
  try {
    const viewed = await viewRequest(slack.deps, { ...ref, team: slack.team, by }, "approve");
    if (viewed.kind === "unknown") return unknownSentence(viewed);
    const { approval } = viewed;
    const refused = refusedAtHome(viewed, by);
    const form = refused === "not-offered" ? formOf(approval) : "review";
    await open(form === "review" ? readable(approval, refused) : FORMS[form].modal(approval));
    await noteOpened(slack.deps, approval, { by, form });
    return undefined;
  } catch (error) {
    return troubleSentence(slack, error);
  }
}

/** What one has voted on is only looked at there; who wants to vote anew does so on its card. */
export function refusedAtHome(
  { approval, refused }: Extract<Viewed, { kind: "viewed" }>,
  by: string,
): Refusal | undefined {
  const couldVote = refused === undefined || refused === "not-offered";
  return couldVote && hasVoted(approval, by) ? "voted" : refused;
}

function readable(approval: Approval, refused: Refusal | undefined): View {
  return detailsModal(approval, { page: 0, refused });
}

/** For who may decide it, though not by a plain yes. */
function formOf({ request }: Approval): Form {
  switch (request.kind) {
    case "choose":
      return "choose";
    case "ask":
      return "answer";
    case "review":
      return "each";
    case "approve":
      return request.allowed.includes("edit") && request.schema !== undefined ? "edit" : "review";
  }
}
