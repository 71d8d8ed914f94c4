// Start… on the App Home or on an answer: opens the form of a workflow, and what is submitted in it starts the run.
import type { View } from "@slack/web-api";
import { openStart, startRunWith, type Started } from "../../runs/start.ts";
import { startedSentence, startTrouble } from "../commands/start-words.ts";
import { reasonOf } from "../../approvals/reason.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import type { Listing } from "../../runs/workflow.ts";
import { noticeModal } from "../modals/notice.ts";
import { startArgs, startErrors, startModal } from "../modals/start.ts";
import { decodeStart, type StartRef } from "../start-ref.ts";
import { TROUBLE } from "../words.ts";
import type { ClickListener } from "./click.ts";
import type { SlackContext } from "./context.ts";
import { tellThere } from "./home.ts";
import type { SubmitListener } from "./submit.ts";

/** The run is shown where the button stands, or from the App Home in the workflow's own channel. */
export function onStartForm(slack: SlackContext): ClickListener {
  return async ({ ack, action, body, client, respond }) => {
    await ack();
    const channel = body.channel?.id;
    const where = { delivery: `form:${body.trigger_id}`, ...(channel !== undefined && { channel }) };
    const ref = decodeStart(action.value);
    const view = await viewFor(slack, ref && { ...ref, ...where }, body.user.id);
    try {
      await client.views.open({ trigger_id: body.trigger_id, view });
    } catch (error) {
      slack.deps.log.warn("A form could not be opened.", { reason: reasonOf(error) });
      await tellThere(
        slack,
        { body, respond },
        "Slack did not open the form. Nothing was started; please try again.",
      );
    }
  };
}

async function viewFor(slack: SlackContext, ref: StartRef | undefined, requester: string): Promise<View> {
  if (ref === undefined) return noticeModal(NOT_STARTED, TROUBLE.oldCard);
  try {
    const opened = await openStart(slack.deps, { workflow: ref.workflow, requester });
    if (opened.kind !== "open") return noticeModal(NOT_STARTED, startedSentence(opened, slack.command));
    return startModal(opened.workflow, ref) ?? noticeModal(NOT_STARTED, TROUBLE.oldCard);
  } catch (error) {
    return noticeModal(NOT_STARTED, startTrouble(slack, error));
  }
}

const NOT_STARTED = "Not started";

export function onSubmitStart(slack: SlackContext): SubmitListener {
  return async ({ ack, body, view }) => {
    const ref = decodeStart(view.private_metadata);
    const listing = slack.deps.catalog.find(({ name }) => name === ref?.workflow);
    const submitted = { values: view.state.values, by: body.user.id };
    const reply =
      ref?.delivery === undefined || listing === undefined
        ? STRANGE
        : await submittedStart(slack, { ...submitted, listing, ref, delivery: ref.delivery });
    await (reply.kind === "errors"
      ? ack({ response_action: "errors", errors: { ...reply.errors } })
      : ack({ response_action: "update", view: noticeModal(reply.title, reply.text) }));
  };
}

type Reply =
  | { readonly kind: "errors"; readonly errors: FieldErrors }
  | { readonly kind: "notice"; readonly title: string; readonly text: string };

const STRANGE: Reply = {
  ...{ kind: "notice", title: NOT_STARTED },
  text: "This form is not the one for this workflow as it is now. Nothing was started; please open it again.",
};

interface Submitted {
  readonly listing: Listing;
  readonly ref: StartRef;
  readonly values: unknown;
  readonly by: string;
  readonly delivery: string;
}

async function submittedStart(
  slack: SlackContext,
  { listing, ref, values, by, delivery }: Submitted,
): Promise<Reply> {
  const { deps, team, command } = slack;
  const read = startArgs(listing, ref.args, values);
  if (read === undefined) return STRANGE;
  if (read.kind === "unreadable") return { kind: "errors", errors: read.errors };
  const where = ref.channel === undefined ? {} : { channel: ref.channel };
  const starting = {
    ...{ team, workflow: listing.name, requester: by },
    ...{ delivery, ...where },
  };
  try {
    const started = await startRunWith(deps, starting, read.args);
    if (started.kind === "bad-input")
      return { kind: "errors", errors: startErrors(listing, ref.args, started.errors) };
    return noticeOf(started, command);
  } catch (error) {
    const text = startTrouble(slack, error);
    const errors = startErrors(listing, ref.args, { "": text });
    // At an input, the form stays open and nothing that was typed is lost.
    return { kind: "errors", errors };
  }
}

function noticeOf(started: Exclude<Started, { kind: "bad-input" }>, command: string): Reply {
  return { kind: "notice", title: titleOf(started), text: startedSentence(started, command) };
}

function titleOf(started: Started): string {
  if (started.kind !== "started") return NOT_STARTED;
  return started.woken ? "Started" : "Recorded";
}
