// The run that somebody names in a command, as far as it is theirs to see.
import { findRun, type SeenRun } from "../../runs/find.ts";
import { viewerOf } from "../../runs/viewer.ts";
import { maskedText } from "../../approvals/redaction.ts";
import { inLine } from "../blocks/parts.ts";
import type { SlackContext } from "../listeners/context.ts";
import type { Asked } from "./asked.ts";

export type NamedRun =
  ({ readonly kind: "found" } & SeenRun) | { readonly kind: "not-found"; readonly text: string };

const LONGEST_NAME = 60;

/**
 * `usage` is how the command is written.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function namedRun(
  { deps, team }: SlackContext,
  { user }: Asked,
  { name, usage }: { readonly name: string; readonly usage: string },
): Promise<NamedRun> {
  if (name === "") return { kind: "not-found", text: `Which run? Write ${usage}; ${WHERE}` };
  const found = await findRun(deps, { team, viewer: await viewerOf(deps, user) }, name);
  switch (found.kind) {
    case "found":
      return found;
    case "several": {
      const ids = found.runs.map(
        ({ thread, workflow }) => `\`${thread}\` (${inLine(workflow, LONGEST_NAME)})`,
      );
      const text = `Several runs have that name: ${ids.join(", ")}. Write one of these instead of it.`;
      return { kind: "not-found", text };
    }
    case "unknown": {
      const said = inLine(maskedText(name), LONGEST_NAME);
      return { kind: "not-found", text: `I know no run “${said}” that you may see; ${WHERE}` };
    }
  }
}

const WHERE = "a run's name stands at the end of its message, such as r-1a2b3c.";
