// The file of one machine as a place: which workspace's it is stands in it.
import { systemClock } from "../../lambda/surroundings.ts";
import { FormatTooNew } from "../../sqlite/database.ts";
import { lookInto, teamsIn } from "../../sqlite/existing.ts";
import { fileOfStore, FileUnusable } from "../../sqlite/file.ts";
import type { Environment } from "../command.ts";
import { refused, type Said, wrong } from "../said.ts";
import type { Found } from "../where.ts";

/** What `--store` names: a file, or what is wrong with it. Whether it is there is not looked at. */
export function storeIn(
  store: string,
): { readonly kind: "file"; readonly file: string } | { readonly kind: "none"; readonly said: Said } {
  try {
    return { kind: "file", file: fileOfStore(store) };
  } catch (error) {
    if (!(error instanceof FileUnusable)) throw error;
    return { kind: "none", said: wrong(error.message) };
  }
}

export function filePlace(env: Environment, store: string): Found {
  const named = storeIn(store);
  if (named.kind === "none") return named;
  const { file } = named;
  try {
    const team = teamOf(file, env["SLACK_TEAM_ID"] || undefined);
    if (typeof team !== "string") return { kind: "none", said: team };
    const slack = { token: env["SLACK_BOT_TOKEN"] || undefined, apiUrl: env["SLACK_API_URL"] || undefined };
    return { kind: "found", place: { kind: "file", file, team, slack, clock: systemClock } };
  } catch (error) {
    const said = fileTrouble(error);
    if (said === undefined) throw error;
    return { kind: "none", said };
  }
}

/** Undefined for another error. */
export function fileTrouble(error: unknown): Said | undefined {
  const isKnown = error instanceof FileUnusable || error instanceof FormatTooNew;
  return isKnown ? refused(error.message, { kind: "no-place" }) : undefined;
}

/** SLACK_TEAM_ID counts where the file leaves it open. */
function teamOf(file: string, named: string | undefined): string | Said {
  const opened = lookInto(file);
  try {
    const teams = teamsIn(opened.database);
    const [only, ...others] = teams;
    if (only === undefined)
      return (
        named ??
        refused(
          `Nothing is kept in ${file} yet, so it does not say which workspace's it is. Ask for something in Slack first, or set SLACK_TEAM_ID.`,
          { kind: "no-place" },
        )
      );
    if (others.length === 0) return only;
    if (named !== undefined && teams.includes(named)) return named;
    const all = teams.join(", ");
    return refused(`${file} has runs of more than one workspace: ${all}. Say which one by SLACK_TEAM_ID.`, {
      kind: "no-place",
      teams,
    });
  } finally {
    opened.close();
  }
}
