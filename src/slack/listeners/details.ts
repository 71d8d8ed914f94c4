// View details on a card, and the pages of what it opens: for everybody who sees the card, read-only for who may not decide.
import { unknownSentence } from "../removed-words.ts";
import type { ViewOutput } from "@slack/bolt";
import type { View } from "@slack/web-api";
import { viewRequest } from "../../runs/decide.ts";
import { noteOpened } from "../../runs/note-click.ts";
import { decodePageRef, decodeRequestRef, VIEW } from "../action-id.ts";
import { isFromHome, markedFromHome } from "../home/state.ts";
import { chooseModal } from "../modals/choose.ts";
import { commentIn, detailsModal } from "../modals/details.ts";
import { noticeModal } from "../modals/notice.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import { type SlackContext, tell, troubleSentence } from "./context.ts";
import { refusedAtHome } from "./home-review.ts";

export function onViewDetails(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, client, respond }) => {
    await ack();
    const ref = decodeRequestRef(action.value);
    if (ref === undefined) return tell(slack, respond, TROUBLE.oldCard);
    try {
      const request = { ...ref, team: slack.team, by: body.user.id };
      const viewed = await viewRequest(slack.deps, request, "approve");
      if (viewed.kind === "viewed") {
        const view = detailsModal(viewed.approval, { page: 0, refused: viewed.refused });
        await client.views.open({ trigger_id: body.trigger_id, view });
        await noteOpened(slack.deps, viewed.approval, { by: request.by, form: "review" });
      } else {
        await tell(slack, respond, unknownSentence(viewed));
      }
    } catch (error) {
      await tell(slack, respond, troubleSentence(slack, error));
    }
  };
}

/** In a modal there is nobody to answer in private: what went wrong takes the page's place. */
export function onTurnPage(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, client }) => {
    await ack();
    const { view } = body;
    if (view === undefined) return;
    const page = await turned(slack, view, { action, by: body.user.id });
    await client.views.update({
      view_id: view.id,
      view: isFromHome(view.private_metadata) ? markedFromHome(page) : page,
    });
  };
}

interface Turn {
  readonly action: { readonly value?: string };
  readonly by: string;
}

async function turned(
  slack: SlackContext,
  view: Pick<ViewOutput, "callback_id" | "private_metadata"> & {
    readonly state: { readonly values: unknown };
  },
  { action, by }: Turn,
): Promise<View> {
  const ref = decodePageRef(view.private_metadata);
  if (ref === undefined) return noticeModal("Full request", TROUBLE.oldCard);
  const isChoice = view.callback_id === VIEW.choose;
  const page = Number.isInteger(Number(action.value)) ? Number(action.value) : ref.page;
  const comment = commentIn(view.state.values) ?? ref.comment;
  try {
    const viewed = await viewRequest(
      slack.deps,
      { ...ref, team: slack.team, by },
      isChoice ? "choose" : "approve",
    );
    if (viewed.kind === "unknown") return noticeModal("Full request", unknownSentence(viewed));
    const { approval } = viewed;
    const refused = isFromHome(view.private_metadata) ? refusedAtHome(viewed, by) : viewed.refused;
    // Pages of two different requests must never be read as one.
    if (approval.digest !== ref.digest) return noticeModal("Full request", HAS_CHANGED);
    if (isChoice && refused === undefined) return chooseModal(approval, page);
    const isForRun = view.callback_id === VIEW.allow;
    const shown = { page, refused, comment, isForRun };
    return detailsModal(approval, shown);
  } catch (error) {
    return noticeModal("Full request", troubleSentence(slack, error));
  }
}

const HAS_CHANGED = "This request has changed since you opened it. Please open it again from its card.";
