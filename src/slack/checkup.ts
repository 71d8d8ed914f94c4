// What Slack tells of the places and people that a deployment counts on, for whoever looks whether all is well.
import { type WebClient, WebAPIRateLimitedError } from "@slack/web-api";
import * as z from "zod";
import { TOKEN_REFUSALS } from "./client.ts";
import { platformError } from "./directory.ts";
import { NotInstalled } from "./installation.ts";

/** Slack was asked in vain. */
export class SlackAway extends Error {
  override readonly name = "SlackAway";
  readonly mend: string;

  constructor({ says, mend }: { readonly says: string; readonly mend: string }) {
    super(says);
    this.mend = mend;
  }
}

export type ChannelState =
  | {
      readonly kind: "found";
      readonly name: string;
      readonly isArchived: boolean;
      /** Undefined where Slack does not say. */
      readonly isMember: boolean | undefined;
    }
  | { readonly kind: "unknown" };

export interface GroupState {
  readonly id: string;
  readonly handle: string;
  readonly isEnabled: boolean;
  readonly members: number;
}

const Channel = z.object({
  channel: z.object({
    name: z.string().default(""),
    is_archived: z.boolean().default(false),
    is_member: z.boolean().optional(),
  }),
});
const Groups = z.object({
  usergroups: z.array(
    z.object({
      ...{ id: z.string(), handle: z.string(), date_delete: z.number().default(0) },
      users: z.array(z.string()).default([]),
    }),
  ),
});

/** @throws SlackAway */
export async function channelState(client: WebClient, id: string): Promise<ChannelState> {
  return askedOf(async () => {
    try {
      const { channel } = Channel.parse(await client.conversations.info({ channel: id }));
      const { name, is_archived: isArchived, is_member: isMember } = channel;
      return { kind: "found", name, isArchived, isMember };
    } catch (error) {
      if (platformError(error) === "channel_not_found") return { kind: "unknown" };
      throw error;
    }
  });
}

/** Of all groups, those that are switched off included. @throws SlackAway */
export async function groupStates(client: WebClient): Promise<readonly GroupState[]> {
  return askedOf(async () => {
    const told = await client.usergroups.list({ include_users: true, include_disabled: true });
    return Groups.parse(told).usergroups.map(({ id, handle, date_delete: deletedAt, users }) => ({
      ...{ id, handle, isEnabled: deletedAt === 0 },
      members: users.length,
    }));
  });
}

/**
 * Runs a question to Slack. What `isOurs` knows is no matter of Slack's, and is thrown as it is.
 *
 * @throws SlackAway
 * @example
 * const installation = await askedOf(() => installationOf(client));
 */
export async function askedOf<T>(ask: () => Promise<T>, isOurs?: (error: unknown) => boolean): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isOurs?.(error) === true ? error : awayOf(error);
  }
}

function awayOf(error: unknown): SlackAway {
  if (error instanceof NotInstalled && error.cause !== undefined) return awayOf(error.cause);
  if (error instanceof NotInstalled) return new SlackAway({ says: error.message, mend: NEW_TOKEN });
  if (error instanceof WebAPIRateLimitedError)
    return new SlackAway({
      says: `Slack answers nothing more for ${error.retryAfter} seconds.`,
      mend: "Try again then.",
    });
  const refusal = platformError(error);
  if (refusal !== undefined) return refused(refusal);
  if (error instanceof z.ZodError) return NO_SLACK;
  return new SlackAway({
    says: "Slack could not be reached from here.",
    mend: "Check the network and a proxy if there is one; status.slack.com says how Slack is.",
  });
}

const NEW_TOKEN =
  "Install the Slack app to the workspace again, copy its “Bot User OAuth Token” (xoxb-…) from “OAuth & Permissions”, and write it: SLACK_BOT_TOKEN in .env on one machine, otherwise setup with --bot-token ask.";
const NO_SLACK = new SlackAway({
  says: "What answers in Slack's place is not Slack: it cannot be read.",
  mend: "Look whether a proxy stands in between, and at SLACK_API_URL.",
});

function refused(refusal: string): SlackAway {
  if (TOKEN_REFUSALS.some((known) => known === refusal))
    return new SlackAway({ says: `Slack refuses the bot token (${refusal}).`, mend: NEW_TOKEN });
  if (refusal === "missing_scope")
    return new SlackAway({
      says: "The bot token may not look this up: a scope is missing.",
      mend: "Give the Slack app the manifest that npm run -s manifest prints, and install it again.",
    });
  if (refusal === "plan_upgrade_required")
    return new SlackAway({
      says: "The workspace's plan has no user groups, and who decides here is a user group.",
      mend: "Use a workspace on a paid plan.",
    });
  // Where Slack says why, it is one word.
  return /^[a-z_]{1,60}$/.test(refusal)
    ? new SlackAway({ says: `Slack refuses to say it (${refusal}).`, mend: "Try again in a minute." })
    : NO_SLACK;
}
