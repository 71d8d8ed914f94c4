// Sends the app what Slack would send, signed as Slack signs, without a Slack in between: for deliveries a real one would not make.
import * as z from "zod";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { signatureOf } from "../../src/slack/signature.ts";

export interface Delivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface Signing {
  readonly secret?: string;
  readonly nowMs?: number;
}

export function signed(contentType: string, text: string | Buffer, signing: Signing = {}): Delivery {
  const body = Buffer.from(text);
  const timestamp = String(Math.floor((signing.nowMs ?? Date.now()) / 1_000));
  return {
    body,
    headers: {
      "content-type": contentType,
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signatureOf(body, timestamp, signing.secret ?? LOCAL_SECRETS.signingSecret),
    },
  };
}

const FORM = "application/x-www-form-urlencoded";

export function slashCommand(
  text: string,
  fields: Readonly<Record<string, string>> = {},
  signing: Signing = {},
): Delivery {
  const form = new URLSearchParams({
    command: "/countersign",
    text,
    team_id: SEED.teamId,
    team_domain: "local",
    channel_id: SEED.channels.deploys,
    channel_name: "deploys",
    user_id: SEED.users.rita,
    user_name: "rita",
    trigger_id: "trigger-1",
    response_url: "http://127.0.0.1:9/respond",
    api_app_id: "A0LOCAL",
    ...fields,
  });
  return signed(FORM, form.toString(), signing);
}

export function interaction(payload: object): Delivery {
  return signed(FORM, new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
}

export interface ButtonClick {
  readonly user: string;
  readonly action: string;
  readonly value: string;
  readonly responseUrl?: string;
  readonly team?: string;
}

export function buttonClick({
  user,
  action,
  value,
  responseUrl = "http://127.0.0.1:9/respond",
  team = SEED.teamId,
}: ButtonClick): Delivery {
  return interaction({
    type: "block_actions",
    user: { id: user, team_id: team },
    team: { id: team, domain: "local" },
    api_app_id: "A0LOCAL",
    trigger_id: `trigger-${user}`,
    response_url: responseUrl,
    channel: { id: SEED.channels.deploys, name: "deploys" },
    container: { type: "message", channel_id: SEED.channels.deploys, message_ts: "1.0", is_ephemeral: false },
    actions: [{ type: "button", block_id: "b", action_id: action, action_ts: "1.0", value }],
  });
}

export interface ViewSubmission {
  readonly user: string;
  readonly view: { readonly callbackId: string; readonly privateMetadata: string };
  readonly blocks: readonly object[];
  readonly values: object;
}

/** A submitted modal, with whatever values: also such as no input of it could have. */
export function viewSubmission({ user, view, blocks, values }: ViewSubmission): Delivery {
  return interaction({
    type: "view_submission",
    user: { id: user, team_id: SEED.teamId },
    team: { id: SEED.teamId, domain: "local" },
    api_app_id: "A0LOCAL",
    trigger_id: `trigger-${user}`,
    view: {
      ...{ id: "V1", type: "modal", team_id: SEED.teamId, hash: "1.a", root_view_id: "V1", blocks },
      ...{ callback_id: view.callbackId, private_metadata: view.privateMetadata, state: { values } },
    },
    response_urls: [],
  });
}

/** What the card's button carries. */
export function buttonValue(card: Message, action: string): string {
  for (const { elements } of card.blocks) {
    const found = Buttons.safeParse(elements).data?.find(({ action_id }) => action_id === action);
    if (found?.value !== undefined) return found.value;
  }
  throw new Error(`The card has no button "${action}".`);
}

const Buttons = z.array(z.object({ action_id: z.string(), value: z.string().optional() }));

export async function post(
  appUrl: string,
  { body, headers }: Delivery,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${appUrl}/slack/events`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  return { status: response.status, text: await response.text() };
}
