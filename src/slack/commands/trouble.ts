// What somebody is told whose command could not be worked on: whether anything was changed is what they need to know.
import type { SlackContext } from "../listeners/context.ts";
import { type Trouble, troubleOf } from "../trouble.ts";
import { type Answer, answered } from "./asked.ts";

export function commandTrouble({ deps, command }: SlackContext, error: unknown): Answer {
  const trouble = troubleOf(deps.log, "A command", error);
  return answered(trouble === "uncertain" ? uncertainText(command) : COMMAND_TROUBLE[trouble]);
}

/** Of a command that changes something, it may not be known whether it did. */
function uncertainText(command: string): string {
  return `I couldn't confirm that this was recorded: the database stopped answering. \`${command} status\` says how things stand; trying again does no harm.`;
}

const COMMAND_TROUBLE: Readonly<Record<Exclude<Trouble, "uncertain">, string>> = {
  away: "The database did not answer. Nothing was changed; please try again.",
  "needs-repair":
    "The database is not set up as this app needs it. Nothing was changed, and trying again will not help. Please tell whoever runs this app; its log says what to mend.",
  "not-checked":
    "I couldn't check who you are and what you may see, because Slack did not answer. Nothing was changed; please try again in about 30 s.",
  newer:
    "This is in a form that only a newer version of this app can read. Nothing was changed; please try again in a few minutes. If that does not help, tell whoever runs this app.",
  unexpected:
    "Something went wrong on my side. Please try again; if it happens again, tell whoever runs this app.",
};
