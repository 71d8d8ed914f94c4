// The Slack app as Slack is told of it: a manifest made of the command, the events and the scopes of the code, and held against Slack's limits.
// Source: docs.slack.dev, "App manifest reference".
import * as z from "zod";
import { EVENTS, SCOPES } from "./permissions.ts";

const Url = z.url({ protocol: /^https$/, error: "must be an address that begins with https://" });
const short = (most: number): z.ZodString =>
  z.string().min(1, "is empty").max(most, `has more than ${most} characters`);
const switchedOn = z.boolean();

export const AppManifest = z.strictObject({
  display_information: z.strictObject({
    name: short(35),
    description: short(140),
    long_description: short(4_000).min(175, "has less than 175 characters"),
    background_color: z.string().regex(/^#(?:[\da-f]{3}|[\da-f]{6})$/i, "is no color such as #4a154b"),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: switchedOn,
      messages_tab_enabled: switchedOn,
      messages_tab_read_only_enabled: switchedOn,
    }),
    bot_user: z.strictObject({ display_name: short(80), always_online: switchedOn }),
    slash_commands: z
      .array(
        z.strictObject({
          command: short(32).regex(/^\/[^\s/A-Z]+$/, "is no name of a command, such as /countersign"),
          url: Url.exactOptional(),
          description: short(2_000),
          usage_hint: short(1_000),
          should_escape: switchedOn,
        }),
      )
      .max(50, "are more than 50"),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({ bot: z.array(z.string()).max(255, "are more than 255") }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: Url.exactOptional(),
      bot_events: z.array(z.string()).max(100, "are more than 100"),
    }),
    interactivity: z.strictObject({ is_enabled: switchedOn, request_url: Url.exactOptional() }),
    org_deploy_enabled: switchedOn,
    socket_mode_enabled: switchedOn,
    token_rotation_enabled: switchedOn,
  }),
});
export type AppManifest = z.infer<typeof AppManifest>;

/** How Slack reaches the app: at the address of its HTTP API, or by a connection that the app itself opens. */
export type Door = { readonly kind: "http"; readonly url: string } | { readonly kind: "socket" };

export interface Named {
  /** What people type, with its slash. */
  readonly command: string;
  /** Of the app and its bot; another one for each stage in a workspace. */
  readonly name: string;
}

/**
 * @throws ManifestRefused when Slack would not take it.
 * @example
 * appManifest({ command: "/countersign", name: "Countersign" }, { kind: "http", url: "https://abc.execute-api.eu-west-1.amazonaws.com" });
 */
export function appManifest({ command, name }: Named, door: Door): AppManifest {
  const url = door.kind === "http" ? eventsUrl(door.url) : undefined;
  return checked({
    display_information: {
      ...{ name, description: DESCRIPTION, long_description: LONG_DESCRIPTION },
      background_color: "#4a154b",
    },
    features: {
      app_home: {
        ...{ home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      },
      bot_user: { display_name: name, always_online: true },
      slash_commands: [
        {
          ...{ command, ...(url !== undefined && { url }), ...COMMAND_WORDS },
          // People and channels arrive as ids that cannot be spoofed.
          should_escape: true,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: {
        ...(url !== undefined && { request_url: url }),
        bot_events: Object.keys(EVENTS),
      },
      interactivity: { is_enabled: true, ...(url !== undefined && { request_url: url }) },
      org_deploy_enabled: false,
      socket_mode_enabled: door.kind === "socket",
      token_rotation_enabled: false,
    },
  });
}

const DESCRIPTION = "Asks a human before an agent or an automation acts.";
const LONG_DESCRIPTION =
  "Countersign asks a human before an agent or an automation acts. A workflow stops at a question; a card says exactly what would be done, to what and for whom; whoever may decide clicks Approve, Reject or Edit, and the workflow goes on with that answer. Every decision is recorded with who made it and when.";

export const COMMAND_WORDS = {
  description: "Run a workflow that asks before it acts",
  usage_hint: "run deploy service=checkout version=v2.4.1 env=prod",
} as const;

/** With or without the path: both are printed somewhere. */
function eventsUrl(said: string): string {
  const base = said.replace(/\/+$/, "").replace(/\/slack\/events$/, "");
  if (/[?#]/.test(base)) throw new ManifestRefused([`${said} must be an address without a query`]);
  return `${base}/slack/events`;
}

/** Slack would not take this app; the message is a sentence for whoever asked for it. */
export class ManifestRefused extends Error {
  override readonly name = "ManifestRefused";

  constructor(problems: readonly string[]) {
    super(`Slack would not take this app: ${problems.join("; ")}.`);
  }
}

function checked(manifest: AppManifest): AppManifest {
  const { success, data, error } = AppManifest.safeParse(manifest);
  if (success) return data;
  throw new ManifestRefused(error.issues.map(({ path, message }) => `${path.join(".")} ${message}`));
}
