// What every listener gets, and the one way they answer in private.
import type { RespondFn } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { reasonOf } from "../../approvals/reason.ts";
import type { ChangeDeps } from "../../runs/change.ts";
import type { DecideDeps } from "../../runs/decide.ts";
import type { FindDeps } from "../../runs/find.ts";
import type { HomesDeps } from "../../runs/homes.ts";
import type { KeyDeps } from "../../runs/manage-keys.ts";
import type { StartDeps } from "../../runs/start.ts";
import type { ViewerDeps } from "../../runs/viewer.ts";
import { answered } from "../commands/asked.ts";
import type { CachedDirectory } from "../directory.ts";
import type { FileSender } from "../files.ts";
import { type Trouble, troubleOf } from "../trouble.ts";
import { TROUBLE } from "../words.ts";

/** What answering needs: records and lists of them, queue and directory, and no graph. */
export type SlackAppDeps = StartDeps &
  DecideDeps &
  ChangeDeps &
  FindDeps &
  ViewerDeps &
  HomesDeps &
  KeyDeps &
  Pick<CachedDirectory, "forgetGroup"> & { readonly files: FileSender };

export interface SlackContext {
  readonly deps: SlackAppDeps;
  readonly team: string;
  /** What people type before their words. */
  readonly command: string;
  /** The command itself, where a mention stands in for it. */
  readonly slash: string;
  /** For what does not answer a delivery: forms, and words in a thread. */
  readonly client: WebClient;
}

/** Only the person who clicked sees it. A failure to say it is logged: what was decided stands either way. */
export async function tell({ deps }: SlackContext, respond: RespondFn, text: string): Promise<void> {
  try {
    await respond({ response_type: "ephemeral", replace_original: false, ...answered(text) });
  } catch (error) {
    deps.log.warn("A private answer could not be delivered.", {
      reason: reasonOf(error),
    });
  }
}

/** What somebody is told when their click could not be worked on; whether it was recorded is what they need to know. */
export function troubleSentence({ deps }: SlackContext, error: unknown): string {
  return CLICK_TROUBLE[troubleOf(deps.log, "A click", error)];
}

const CLICK_TROUBLE: Readonly<Record<Trouble, string>> = {
  away: TROUBLE.nothingRecorded,
  uncertain: TROUBLE.maybeRecorded,
  "needs-repair": TROUBLE.needsRepair,
  "not-checked": TROUBLE.notChecked,
  newer: TROUBLE.newer,
  unexpected: TROUBLE.unexpected,
};
