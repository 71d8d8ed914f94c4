// What people are told who start a run: that it is started, or why not and what to type instead.
import { maskedText } from "../../approvals/redaction.ts";
import { fieldsOf, type FieldErrors } from "../../approvals/schema.ts";
import { runName } from "../../runs/run.ts";
import type { Started } from "../../runs/start.ts";
import type { Listing } from "../../runs/workflow.ts";
import type { SlackContext } from "../listeners/context.ts";
import { cardAppears } from "../run-words.ts";
import { escaped, oneLine } from "../text.ts";
import { type Trouble, troubleOf } from "../trouble.ts";
import { namesOf } from "../words.ts";

export function startedSentence(started: Started, command: string): string {
  switch (started.kind) {
    case "started": {
      const { run, woken } = started;
      const name = `*${run.workflow}* as ${runName(run.thread)}`;
      return `${woken ? "Started" : "Recorded"} ${name}. ${cardAppears(run.channel, woken)}`;
    }
    case "unknown-workflow":
      return started.nearest === undefined
        ? "There are no workflows here yet."
        : `There is no such workflow. Did you mean *${started.nearest.name}*?\n${usage(started.nearest, command)}`;
    case "bad-input":
      return `Couldn't start *${started.workflow.name}*; nothing was started.\n${problemLines(started.errors)}\n${usage(started.workflow, command)}`;
    case "not-allowed":
      return started.because === "not-an-approver" && started.starters !== undefined
        ? `Only ${namesOf(started.starters)} can start this workflow. Nothing was started.`
        : "Only full members of this workspace can start runs. Nothing was started.";
  }
}

/** A line for each field that does not fit. */
export function problemLines(errors: FieldErrors): string {
  return Object.entries(errors)
    .map(
      ([field, error]) =>
        `• ${field === "" ? "" : `\`${escaped(oneLine(field))}\`: `}${escaped(oneLine(maskedText(error)))}`,
    )
    .join("\n");
}

export function strayText(stray: readonly string[]): string {
  return `I don't understand “${escaped(oneLine(maskedText(stray.join(" "))))}”: write each field once as name=value, with "quotes" around spaces.`;
}

export function startTrouble({ deps }: SlackContext, error: unknown): string {
  return START_TROUBLE[troubleOf(deps.log, "The start of a run", error)];
}

const START_TROUBLE: Readonly<Record<Trouble, string>> = {
  away: "I couldn't start the run: the database did not answer. Nothing was started. Please try again.",
  "needs-repair":
    "I couldn't start the run: the database is not set up as this app needs it. Nothing was started, and trying again will not help. Please tell whoever runs this app; its log says what to mend.",
  uncertain:
    "I couldn't confirm that the run was started. If its card has not appeared in two minutes, please try again.",
  "not-checked":
    "I couldn't check who you are, because Slack did not answer. Nothing was started; please try again in about 30 s.",
  newer:
    "I couldn't start the run: what is stored of it is in a form that only a newer version of this app can read. Nothing was started; please try again in a few minutes.",
  unexpected:
    "Something went wrong on my side. If its card has not appeared in two minutes, please try again; if that does not help, tell whoever runs this app.",
};

export function unclearText(said: string, nearest: string, command: string): string {
  return `I don't know “${escaped(oneLine(maskedText(said)))}”. Did you mean \`${command} ${nearest}\`? \`${command} help\` lists everything.`;
}

/** How to start it, with an example. */
export function usage({ name, example, inputSchema }: Listing, command: string): string {
  const choices = Object.entries(fieldsOf(inputSchema)?.properties ?? {})
    .filter(([, property]) => property.enum !== undefined)
    .map(([field, property]) => `${field} is ${property.enum?.map(String).join(" or ") ?? ""}`);
  return `Try: \`${command} run ${name} ${escaped(example)}\`${choices.length === 0 ? "" : ` (${choices.join("; ")})`}`;
}
