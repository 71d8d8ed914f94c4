// What every listener gets, and the one way they answer in private.
import type { RespondFn } from "@slack/bolt";
import type { SectionBlock, WebClient } from "@slack/web-api";
import type { ChangeDeps } from "../../runs/change.ts";
import type { DecideDeps } from "../../runs/decide.ts";
import { DirectoryUnavailable, StorageUnavailable } from "../../runs/errors.ts";
import type { FindDeps } from "../../runs/find.ts";
import type { HomesDeps } from "../../runs/homes.ts";
import type { StartDeps } from "../../runs/start.ts";
import type { ViewerDeps } from "../../runs/viewer.ts";
import { section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import type { CachedDirectory } from "../directory.ts";
import type { FileSender } from "../files.ts";
import { TROUBLE } from "../words.ts";

/** What answering needs: records and lists of them, queue and directory, and no graph. */
export type SlackAppDeps = StartDeps &
  DecideDeps &
  ChangeDeps &
  FindDeps &
  ViewerDeps &
  HomesDeps &
  Pick<CachedDirectory, "forgetGroup"> & { readonly files: FileSender };

export interface SlackContext {
  readonly deps: SlackAppDeps;
  readonly team: string;
  /** What people type before their words. */
  readonly command: string;
  /** For what does not answer a delivery: forms, and words in a thread. */
  readonly client: WebClient;
}

/** Only the person who clicked sees it. A failure to say it is logged: what was decided stands either way. */
export async function tell({ deps }: SlackContext, respond: RespondFn, text: string): Promise<void> {
  try {
    await respond({ response_type: "ephemeral", replace_original: false, ...privately(text) });
  } catch (error) {
    deps.log.warn("A private answer could not be delivered.", {
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

/** As a block, too: in a bare text Slack would make links of what others wrote. */
export function privately(text: string): { readonly text: string; readonly blocks: SectionBlock[] } {
  return { text, blocks: text.length <= LIMITS.sectionText ? [section(text)] : [] };
}

/** What somebody is told when their click could not be worked on; whether it was recorded is what they need to know. */
export function troubleSentence({ deps }: SlackContext, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof StorageUnavailable) {
    deps.log.error("The store did not answer a click.", { reason, uncertain: error.uncertain });
    if (error.uncertain) return TROUBLE.maybeRecorded;
    return error.needsRepair ? TROUBLE.needsRepair : TROUBLE.nothingRecorded;
  }
  if (error instanceof DirectoryUnavailable) {
    deps.log.warn("A click could not be checked.", { reason });
    return TROUBLE.notChecked;
  }
  deps.log.error("A click failed.", { reason });
  return TROUBLE.unexpected;
}
