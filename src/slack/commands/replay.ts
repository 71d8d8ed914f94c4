// /countersign replay <run> [step]: does it again, as a run of its own that asks every question again.
import { maskedText } from "../../approvals/redaction.ts";
import { type Replayed, replayRun } from "../../runs/replay.ts";
import { type Run, runName } from "../../runs/run.ts";
import { heading, inLine } from "../blocks/parts.ts";
import type { SlackContext } from "../listeners/context.ts";
import { removedSentence } from "../removed-words.ts";
import { cardAppears } from "../run-words.ts";
import { namesOf } from "../words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { namedRun } from "./named-run.ts";

const LONGEST_NAME = 80;
const MOST_STEPS = 20;

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function replay(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const usage = `\`${slack.command} replay r-1a2b3c\`, with the name of a step behind it to begin there`;
  const [name, step, ...others] = words;
  if (others.length > 0) return answered(`Please write ${usage}.`);
  const named = await namedRun(slack, asked, { name, command: "replay" });
  if (named.kind === "answer") return named.answer;
  const request = { by: named.viewer.person, delivery: asked.delivery, ...(step !== undefined && { step }) };
  const replayed = await replayRun(slack.deps, named, request);
  return answered(replayedText(replayed, named.run, step));
}

function replayedText(replayed: Replayed, run: Run, step = ""): string {
  const [name, workflow] = [runName(run.thread), `*${inLine(run.workflow, LONGEST_NAME)}*`];
  const said = `“${inLine(maskedText(step), LONGEST_NAME)}”`;
  switch (replayed.kind) {
    case "started":
      return startedText(replayed, name, workflow);
    case "not-allowed":
      return `Only the operators of ${workflow} can replay a run: ${namesOf(replayed.operators)}. Nothing was started.`;
    case "gone":
      return `There is no workflow ${workflow} any more, so ${name} can't be replayed. Nothing was started.`;
    case "removed":
      return `${removedSentence(run) ?? ""} What it was started with is gone as well, so it can't be replayed. Start a new run instead.`;
    case "changed": {
      const versions = `version ${inLine(run.workflowVersion, LONGEST_NAME)} then, ${inLine(replayed.version, LONGEST_NAME)} now`;
      return `${workflow} has changed since ${name} ran (${versions}), so it can't be replayed. Start a new run instead.`;
    }
    case "unknown-step":
      return `${name} has done no step ${said}. ${stepsText("It has done", replayed.steps)}Nothing was started.`;
    case "asked-before":
      return `${name} can't be replayed from ${said}: *${heading(replayed.approval.request.title)}* was asked before that step, and a replay asks every question again. ${stepsText("It can begin at", replayed.steps)}Without a step, it begins at the beginning.`;
  }
}

function startedText(
  { run, woken }: Extract<Replayed, { kind: "started" }>,
  name: string,
  workflow: string,
): string {
  const { step } = run.replayOf ?? {};
  const from = step === undefined ? "" : ` from *${inLine(step, LONGEST_NAME)}*`;
  const when = cardAppears(run.channel, woken);
  return `Replaying ${workflow} ${name}${from} as ${runName(run.thread)}: a run of its own that asks every question again. ${when}`;
}

function stepsText(lead: string, steps: readonly string[]): string {
  if (steps.length === 0) return "";
  const left = steps.length - MOST_STEPS;
  const names = steps.slice(0, MOST_STEPS).map((one) => `*${inLine(one, LONGEST_NAME)}*`);
  return `${lead}: ${[...names, ...(left > 0 ? [`and ${left} more`] : [])].join(", ")}. `;
}
