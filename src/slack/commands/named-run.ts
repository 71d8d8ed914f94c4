// The run that a command names, as far as the one who asks may see it; else what to say instead.
import { distance } from "fastest-levenshtein";
import { maskedText } from "../../approvals/redaction.ts";
import { findRun, type SeenRun } from "../../runs/find.ts";
import { ownRuns } from "../../runs/own-runs.ts";
import { type Run, runName } from "../../runs/run.ts";
import { type Viewer, viewerOf } from "../../runs/viewer.ts";
import { inLine } from "../blocks/parts.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";

type NamedRun =
  | ({ readonly kind: "run"; readonly viewer: Viewer } & SeenRun)
  | { readonly kind: "answer"; readonly answer: Answer };

interface Naming {
  readonly name: string | undefined;
  /** What was typed before the name. */
  readonly command: string;
}

/** What they would be told of everything. */
export const MEMBERS_ONLY = "Only full members of this workspace can see and start runs.";

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function namedRun(
  slack: SlackContext,
  asked: Asked,
  { name, command }: Naming,
): Promise<NamedRun> {
  const { deps, team } = slack;
  const viewer = await viewerOf(deps, asked.user);
  if (viewer.person.kind !== "member") return instead(MEMBERS_ONLY);
  if (name === undefined)
    return instead(
      `Which run? Its card says what it is called, as in \`${slack.command} ${command} r-1a2b3c\`.${await ownOnes(slack, asked)}`,
    );
  const found = await findRun(deps, { team, viewer }, name);
  switch (found.kind) {
    case "found":
      return { ...found, kind: "run", viewer };
    case "several": {
      const lines = found.runs.map(({ thread, workflow }) => `• r-${thread.slice(0, 12)}: *${workflow}*`);
      return instead(["Several runs are called that. Which one?", ...lines].join("\n"));
    }
    case "unknown":
      return instead(
        `I know no run “${inLine(maskedText(name), LONGEST_NAME)}” that you may see.${await ownOnes(slack, asked, name)}`,
      );
  }
}

const LONGEST_NAME = 80;
const MOST_NAMED = 5;
/** So many letters of a name may be wrong. */
const NEAR = 2;

function instead(text: string): NamedRun {
  return { kind: "answer", answer: answered(text) };
}

/** The one of theirs that is called nearly so, or the newest of them. */
async function ownOnes({ deps, team }: SlackContext, { user }: Asked, said = ""): Promise<string> {
  const { runs } = await ownRuns(deps.lists, { team, user });
  const isNear = ({ thread }: Run): boolean => distance(runName(thread), said.toLowerCase()) <= NEAR;
  const near = runs.filter(isNear);
  const shown = (near.length > 0 ? near : runs).slice(0, MOST_NAMED);
  if (shown.length === 0) return "";
  const names = shown.map(({ thread, workflow }) => `${runName(thread)} (${workflow})`);
  return near.length > 0
    ? ` Did you mean ${names.join(" or ")}?`
    : ` Yours that are not over: ${names.join(", ")}.`;
}
