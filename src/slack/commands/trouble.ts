// What somebody is told whose command could not be worked on: whether anything was changed is what they need to know.
import { DirectoryUnavailable, StorageUnavailable } from "../../runs/errors.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered } from "./asked.ts";

/** Of a command that changes something, it may not be known whether it did. */
export function commandTrouble({ deps, command }: SlackContext, error: unknown): Answer {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof StorageUnavailable) {
    deps.log.error("The store did not answer a command.", { reason, uncertain: error.uncertain });
    if (error.uncertain)
      return answered(
        `I couldn't confirm that this was recorded: the database stopped answering. \`${command} status\` says how things stand; trying again does no harm.`,
      );
    return answered(error.needsRepair ? NEEDS_REPAIR : NO_ANSWER);
  }
  if (error instanceof DirectoryUnavailable) {
    deps.log.warn("A command could not be checked.", { reason });
    return answered(NOT_CHECKED);
  }
  deps.log.error("A command failed.", { reason });
  return answered(UNEXPECTED);
}

const NO_ANSWER = "The database did not answer. Nothing was changed; please try again.";
const NEEDS_REPAIR =
  "The database is not set up as this app needs it. Nothing was changed, and trying again will not help. Please tell whoever runs this app; its log says what to mend.";
const NOT_CHECKED =
  "I couldn't check who you are and what you may see, because Slack did not answer. Nothing was changed; please try again in about 30 s.";
const UNEXPECTED =
  "Something went wrong on my side. Please try again; if it happens again, tell whoever runs this app.";
