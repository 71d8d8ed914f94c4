// What setup asks Slack: whose token it is, what it may do, and which channel and groups are meant.
import type { SecretValues } from "../../aws/secrets.ts";
import { SILENT } from "../../runs/silent-log.ts";
import { createSlackClient } from "../../slack/client.ts";
import {
  type Found,
  type Installation,
  installationOf,
  lackingScopes,
  LOOK_UPS,
  NotInstalled,
} from "../../slack/installation.ts";

export type Learned =
  | { readonly kind: "learned"; readonly installation: Installation; readonly ids: SecretValues }
  | { readonly kind: "refused"; readonly sentences: readonly string[] };

interface Asked {
  readonly values: SecretValues;
  /** The names whose values were just given, and may be a channel's or a group's name instead of its id. */
  readonly isNew: (name: string) => boolean;
  /** Another Slack than the real one. */
  readonly apiUrl: string | undefined;
}

const TIMEOUT_MS = 10_000;

export async function learnFromSlack({ values, isNew, apiUrl }: Asked): Promise<Learned> {
  const token = values["SLACK_BOT_TOKEN"] ?? "";
  const client = createSlackClient({ token, apiUrl, timeoutMs: TIMEOUT_MS, log: SILENT });
  try {
    const installation = await installationOf(client);
    const problems = [...scopeProblems(installation), ...teamProblems(installation, values["SLACK_TEAM_ID"])];
    if (problems.length > 0) return { kind: "refused", sentences: problems };
    const meant = await Promise.all(
      Object.entries(LOOK_UPS)
        .filter(([name]) => isNew(name))
        .map(async ([name, look]): Promise<readonly [string, Found]> => [
          name,
          await look(client, values[name] ?? ""),
        ]),
    );
    const sentences = meant.flatMap(([, found]) => (found.kind === "not-found" ? [found.sentence] : []));
    if (sentences.length > 0) return { kind: "refused", sentences };
    const found = meant.flatMap(([name, one]) => (one.kind === "found" ? [[name, one.id] as const] : []));
    return { kind: "learned", installation, ids: { ...idsOf(installation), ...Object.fromEntries(found) } };
  } catch (error) {
    if (error instanceof NotInstalled) return { kind: "refused", sentences: [error.message] };
    throw error;
  }
}

function idsOf({ team, botId, botUserId }: Installation): SecretValues {
  return { SLACK_TEAM_ID: team, SLACK_BOT_ID: botId, SLACK_BOT_USER_ID: botUserId };
}

function scopeProblems(installation: Installation): readonly string[] {
  const missing = lackingScopes(installation);
  if (missing.length === 0) return [];
  return [
    `The bot token lacks ${missing.join(", ")}. Give the Slack app the manifest that npm run -s manifest prints, install it again and copy the token.`,
  ];
}

function teamProblems({ team, teamName }: Installation, before: string | undefined): readonly string[] {
  if (before === undefined || before === team) return [];
  return [
    `The bot token is of ${teamName} (${team}), and this deployment serves ${before}, to which all its runs belong. Deploy another stage for another workspace.`,
  ];
}
