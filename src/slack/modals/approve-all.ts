// The form for approving several requests of one run at once: a tick for each, and what is not among them. Built and read on one screen.
import type { KnownBlock, PlainTextOption, View } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../../approvals/approval.ts";
import { maskedApproval } from "../../approvals/masked-approval.ts";
import { type Run, runName } from "../../runs/run.ts";
import { encodeRunRef, VIEW } from "../action-id.ts";
import { context, heading, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";

/** The block and the input in it. */
export const REQUESTS = "requests";
/** What Slack's checkboxes hold. */
const MOST = 10;

export interface Several {
  readonly run: Run;
  /** What can be ticked. */
  readonly listed: readonly Approval[];
  /** How many others this person could decide, each on its own card. */
  readonly onOwnCard: number;
}

export function approveAllModal({ run, listed, onOwnCard }: Several): View {
  const options = listed.slice(0, MOST).map(optionOf);
  return {
    type: "modal",
    callback_id: VIEW.approveAll,
    private_metadata: encodeRunRef(run.thread),
    title: plain("Approve several", LIMITS.modalTitle),
    submit: plain("Approve ticked", LIMITS.modalTitle),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section(
        `*${heading(run.workflow)} ${runName(run.thread)}*\nEach request that is ticked is approved as it stands on its card.`,
      ),
      {
        type: "input",
        block_id: REQUESTS,
        label: plain("Requests", LIMITS.label),
        element: { type: "checkboxes", action_id: REQUESTS, options, initial_options: options },
      },
      ...leftOut(listed.length - options.length, onOwnCard),
    ],
  };
}

function leftOut(more: number, onOwnCard: number): readonly KnownBlock[] {
  const rest = `These are the first ${MOST}. Open this again for the other ${more}.`;
  const own =
    onOwnCard === 1
      ? "1 more has to be decided on its own card."
      : `${onOwnCard} more have to be decided on their own cards.`;
  return [...(more > 0 ? [context(rest)] : []), ...(onOwnCard > 0 ? [context(own)] : [])];
}

function optionOf(asked: Approval): PlainTextOption {
  const { request, interrupt, digest } = maskedApproval(asked).value;
  const description = request.target === "" ? {} : { description: plain(request.target, LIMITS.optionText) };
  return {
    text: plain(request.title, LIMITS.optionText),
    value: `${interrupt}:${digest}`,
    ...description,
  };
}

/** A request as it was shown: the digest is a claim, and the stored record decides. */
export interface Ticked {
  readonly interrupt: string;
  readonly digest: string;
}

const Values = z.object({
  [REQUESTS]: z.object({
    [REQUESTS]: z.object({
      selected_options: z.array(z.object({ value: z.string().regex(/^[^:]+:[0-9a-f]{64}$/) })).max(MOST),
    }),
  }),
});

export type TickedRead =
  | { readonly kind: "ticked"; readonly ticked: readonly Ticked[] }
  | { readonly kind: "incomplete"; readonly error: string }
  /** Not what this form sends. */
  | { readonly kind: "strange" };

export function tickedIn(values: unknown): TickedRead {
  const parsed = Values.safeParse(values);
  if (!parsed.success) return { kind: "strange" };
  const chosen = new Set(parsed.data[REQUESTS][REQUESTS].selected_options.map(({ value }) => value));
  if (chosen.size === 0) return { kind: "incomplete", error: "Please tick at least one." };
  const ticked = [...chosen].map((value) => {
    const [interrupt = "", digest = ""] = value.split(":");
    return { interrupt, digest };
  });
  return { kind: "ticked", ticked };
}
