// Review in the App Home: opens what the card would open, and what is submitted there shows the home anew.
import type { View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import { type Viewed, viewRequest } from "../../runs/decide.ts";
import { showHome } from "../../runs/homes.ts";
import { decodeRequestRef } from "../action-id.ts";
import { decodeHomeState, markedFromHome } from "../home/state.ts";
import { askModal } from "../modals/ask.ts";
import { chooseModal } from "../modals/choose.ts";
import { eachModal } from "../modals/decide-each.ts";
import { detailsModal } from "../modals/details.ts";
import { editModal } from "../modals/edit.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import { type SlackContext, troubleSentence } from "./context.ts";

export function onHomeReview(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, client }) => {
    await ack();
    const { deps, team } = slack;
    const user = body.user.id;
    const found = await modalOrWords(slack, { value: action.value, by: user });
    const open = (view: View): Promise<unknown> => client.views.open({ trigger_id: body.trigger_id, view });
    const said = typeof found === "string" ? found : await wordsUnless(slack, () => open(found));
    if (said === undefined) return;
    const state = decodeHomeState(body.view?.private_metadata);
    await showHome(deps, { team, user }, { ...(state && { state }), said });
  };
}

/** Undefined when it worked. */
async function wordsUnless(slack: SlackContext, open: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await open();
    return undefined;
  } catch (error) {
    return troubleSentence(slack, error);
  }
}

/** What is to be opened, or else what is to be said. */
async function modalOrWords(
  slack: SlackContext,
  { value, by }: { readonly value: string | undefined; readonly by: string },
): Promise<View | string> {
  const ref = decodeRequestRef(value);
  if (ref === undefined) return TROUBLE.oldCard;
  try {
    const viewed = await viewRequest(slack.deps, { ...ref, team: slack.team, by }, "approve");
    return viewed.kind === "unknown" ? TROUBLE.unknownRequest : markedFromHome(modalFor(viewed));
  } catch (error) {
    return troubleSentence(slack, error);
  }
}

/** Who may decide it, though not by a plain yes, gets the form for that. */
function modalFor({ approval, refused }: Extract<Viewed, { kind: "viewed" }>): View {
  const form = refused === "not-offered" ? formOf(approval) : undefined;
  return form ?? detailsModal(approval, { page: 0, refused });
}

function formOf(approval: Approval): View | undefined {
  const { request } = approval;
  switch (request.kind) {
    case "choose":
      return chooseModal(approval);
    case "ask":
      return askModal(approval);
    case "review":
      return eachModal(approval);
    case "approve":
      return request.allowed.includes("edit") && request.schema !== undefined
        ? editModal(approval)
        : undefined;
  }
}
