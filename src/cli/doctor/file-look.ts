// What doctor knows of a file before it asks anybody: what is in it, and what Slack says of the variables of its app.
import { systemClock } from "../../lambda/surroundings.ts";
import { Unsettled, workspaceSettings } from "../../local/workspace-settings.ts";
import { SILENT } from "../../runs/silent-log.ts";
import { askedOf, SlackAway } from "../../slack/checkup.ts";
import { createSlackClient } from "../../slack/client.ts";
import { lookInto, teamsIn } from "../../sqlite/existing.ts";
import { type FileFacts, fileFacts } from "../../sqlite/file-facts.ts";
import type { Environment, Given } from "../command.ts";
import { fileTrouble, storeIn } from "../place/file.ts";
import type { Said } from "../said.ts";

export type Settings =
  | { readonly kind: "known" }
  | { readonly kind: "wrong"; readonly says: string }
  | { readonly kind: "away"; readonly away: SlackAway };

type FileLook =
  | {
      readonly kind: "found";
      readonly file: FileFacts;
      readonly values: Environment;
      readonly settings?: Settings;
    }
  | { readonly kind: "none"; readonly said: Said };

export async function fileLook({ env, progress }: Given, store: string, limitMs: number): Promise<FileLook> {
  const named = storeIn(store);
  if (named.kind === "none") return named;
  progress(`Reading ${named.file} …`);
  try {
    // First of all: while it is read, nobody is asked anything.
    const file = fileFacts(named.file, Date.parse(systemClock.now()));
    const { variables, settings } = await settingsOf(env, limitMs);
    const team = teamIn(file) ?? variables["SLACK_TEAM_ID"] ?? env["SLACK_TEAM_ID"];
    const values = { ...env, ...variables, SLACK_TEAM_ID: team };
    return { kind: "found", file, values, ...(settings !== undefined && { settings }) };
  } catch (error) {
    const said = fileTrouble(error);
    if (said === undefined) throw error;
    return { kind: "none", said };
  }
}

/** The one that its runs are of: the token is to be that workspace's. */
function teamIn({ file, damage }: FileFacts): string | undefined {
  if (damage.length > 0) return undefined;
  const { database, close } = lookInto(file);
  const [only, ...others] = teamsIn(database);
  close();
  return others.length === 0 ? only : undefined;
}

interface Told {
  readonly variables: Environment;
  readonly settings?: Settings;
}

/** The app's variables may name these; whoever checks them asks for ids. */
const NAMED = { SLACK_DEFAULT_CHANNEL: undefined, APPROVER_GROUP: undefined, OPERATOR_GROUP: undefined };

async function settingsOf(env: Environment, limitMs: number): Promise<Told> {
  if ((env["SLACK_BOT_TOKEN"] ?? "") === "") return { variables: NAMED };
  const apiUrl = env["SLACK_API_URL"] || undefined;
  const clientWith = (token: string): ReturnType<typeof createSlackClient> =>
    createSlackClient({ token, apiUrl, timeoutMs: limitMs * 0.9, log: SILENT });
  try {
    const { variables } = await askedOf(
      () => workspaceSettings(env, clientWith),
      (error) => error instanceof Unsettled,
    );
    return { variables, settings: { kind: "known" } };
  } catch (error) {
    if (error instanceof Unsettled)
      return { variables: NAMED, settings: { kind: "wrong", says: error.message } };
    if (error instanceof SlackAway) return { variables: NAMED, settings: { kind: "away", away: error } };
    throw error;
  }
}
