// Where the app is installed, as Slack tells with the bot's token: which workspace, who the bot is, and which channel or user group a name means.
import { type WebClient, WebAPIRateLimitedError } from "@slack/web-api";
import { distance } from "fastest-levenshtein";
import * as z from "zod";
import { platformError } from "./directory.ts";
import { SCOPES } from "./permissions.ts";

export interface Installation {
  /** The workspace's id, T… */
  readonly team: string;
  readonly teamName: string;
  /** Of the workspace, ending in a slash. */
  readonly url: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly botName: string;
  /** What the token may do; empty where Slack does not say. */
  readonly scopes: readonly string[];
}

/** What a name or an id means, or a sentence on why it means nothing here. */
export type Found =
  | { readonly kind: "found"; readonly id: string; readonly name: string }
  | { readonly kind: "not-found"; readonly sentence: string };

/** The token is of no use; the message is a sentence for whoever gave it. */
export class NotInstalled extends Error {
  override readonly name = "NotInstalled";
}

const Identity = z.object({
  ...{ url: z.string(), team: z.string(), team_id: z.string(), user: z.string(), user_id: z.string() },
  bot_id: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).default({ scopes: [] }),
});
const Page = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string() })),
  response_metadata: z.object({ next_cursor: z.string().default("") }).default({ next_cursor: "" }),
});
const Info = z.object({
  channel: z.object({
    id: z.string(),
    name: z.string().default(""),
    is_archived: z.boolean().default(false),
  }),
});
const Groups = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) });

/**
 * Asks Slack who the bot is.
 * @throws NotInstalled where Slack refuses the token, or it is not a bot's.
 * @example
 * const { team, botId, botUserId } = await installationOf(client);
 */
export async function installationOf(client: WebClient): Promise<Installation> {
  const answer = await client.auth.test().catch((error: unknown) => {
    const refusal = platformError(error);
    throw refusal === undefined ? error : new NotInstalled(refusedToken(refusal), { cause: error });
  });
  const { success, data } = Identity.safeParse(answer);
  if (!success)
    throw new NotInstalled(
      "This token is not a bot's in one workspace. Copy the “Bot User OAuth Token” (xoxb-…) from “OAuth & Permissions” of the Slack app.",
    );
  return {
    ...{ team: data.team_id, teamName: data.team, url: data.url },
    ...{ botId: data.bot_id, botUserId: data.user_id, botName: data.user },
    scopes: data.response_metadata.scopes,
  };
}

function refusedToken(refusal: string): string {
  return `Slack refuses the bot token (${refusal}). Install the Slack app to the workspace and copy its “Bot User OAuth Token” (xoxb-…) from “OAuth & Permissions”.`;
}

/** The scopes that the app asks for and its token has not. Where Slack does not say what the token may do, nobody knows. */
export function lackingScopes({ scopes }: Installation): readonly string[] {
  return scopes.length === 0 ? [] : Object.keys(SCOPES).filter((scope) => !scopes.includes(scope));
}

/** The variables of the configuration that may be names, and who knows what they mean. */
export const LOOK_UPS = {
  SLACK_DEFAULT_CHANNEL: channelOf,
  APPROVER_GROUP: userGroupOf,
  OPERATOR_GROUP: userGroupOf,
} as const;

/** A channel by `#name`, `name` or id. One that is private is only seen from within. */
export async function channelOf(client: WebClient, said: string): Promise<Found> {
  if (/^[CG][A-Z0-9]{7,}$/.test(said)) return lookedUp(() => channelById(client, said));
  return lookedUp(async () => {
    const name = said.replace(/^#/, "").toLowerCase();
    const channels = await allChannels(client);
    const found = channels.find((one) => one.name === name);
    return found === undefined
      ? missing(
          `There is no channel #${name} that the app can see. ${nearest(
            name,
            channels.map((one) => `#${one.name}`),
          )}Into a private channel it is invited first.`,
        )
      : { kind: "found", ...found };
  }, CHANNEL_BY_ID);
}

/** One page after the other is asked for, and one call is enough for an id. */
const CHANNEL_BY_ID =
  "Give the channel's id in place of its name: it begins with C and stands at the end of the channel's details in Slack.";

async function channelById(client: WebClient, id: string): Promise<Found> {
  try {
    const { channel } = Info.parse(await client.conversations.info({ channel: id }));
    return channel.is_archived
      ? missing(`The channel #${channel.name} is archived. Name another one.`)
      : { kind: "found", id: channel.id, name: channel.name };
  } catch (error) {
    if (platformError(error) !== "channel_not_found") throw error;
    return missing(
      `There is no channel ${id} that the app can see. Into a private channel it is invited first.`,
    );
  }
}

/** As many as Slack gives at once. */
const PAGE = 999;

async function allChannels(client: WebClient): Promise<z.infer<typeof Page>["channels"]> {
  const all: z.infer<typeof Page>["channels"] = [];
  let cursor = "";
  do {
    const page = await client.conversations.list({
      ...{ types: "public_channel,private_channel", exclude_archived: true, limit: PAGE },
      ...(cursor !== "" && { cursor }),
    });
    const { channels, response_metadata: rest } = Page.parse(page);
    all.push(...channels);
    cursor = rest.next_cursor;
  } while (cursor !== "");
  return all;
}

/** A user group by `@handle`, `handle` or id. */
export async function userGroupOf(client: WebClient, said: string): Promise<Found> {
  return lookedUp(async () => {
    const handle = said.replace(/^@/, "");
    const { usergroups } = Groups.parse(await client.usergroups.list({}));
    const found = usergroups.find((one) => one.id === said || one.handle === handle.toLowerCase());
    if (found !== undefined) return { kind: "found", id: found.id, name: found.handle };
    const handles = usergroups.map((one) => `@${one.handle}`);
    return missing(
      handles.length === 0
        ? "The workspace has no user groups. Make one in Slack, under People, User groups, with those who decide in it."
        : `There is no user group @${handle} in the workspace. ${nearest(handle, handles)}`.trimEnd(),
    );
  });
}

function missing(sentence: string): Found {
  return { kind: "not-found", sentence };
}

/** What Slack refuses to tell is a sentence, too; without an answer there is none. */
async function lookedUp(look: () => Promise<Found>, otherwise = "Try again then."): Promise<Found> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError)
      return missing(`Slack looks nothing more up for ${error.retryAfter} seconds. ${otherwise}`);
    const refusal = platformError(error);
    if (refusal === undefined) throw error;
    return missing(
      refusal === "missing_scope"
        ? "The bot token may not look this up: a scope is missing. Create the Slack app from the manifest again, or install it again."
        : refusal === "plan_upgrade_required"
          ? "The workspace's plan has no user groups, and who decides here is a user group. Use a workspace on a paid plan."
          : `Slack refuses to look this up (${refusal}).`,
    );
  }
}

const SUGGESTED = 3;

function nearest(name: string, names: readonly string[]): string {
  const away = (other: string): number => distance(name.toLowerCase(), other.slice(1));
  const first = names.toSorted((a, b) => away(a) - away(b)).slice(0, SUGGESTED);
  return first.length === 0 ? "" : `Nearest: ${first.join(", ")}. `;
}
