// status: what of one's own is not over, or how one run stands.
import { ownRuns, type OwnRuns } from "../../runs/own-runs.ts";
import type { Run } from "../../runs/run.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { MEMBERS_ONLY, namedRun } from "./named-run.ts";
import { removedLines, runLine } from "./run-line.ts";

export async function status(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const [name] = words;
  if (name === undefined) return ownStatus(slack, asked);
  const named = await namedRun(slack, asked, { name, command: "status" });
  return named.kind === "answer" ? named.answer : answered(removedLines(named) ?? runLine(named));
}

const MOST_LINES = 10;

async function ownStatus({ deps, team, command }: SlackContext, { user }: Asked): Promise<Answer> {
  const person = await deps.directory.person(user, []);
  if (person.kind !== "member") return answered(MEMBERS_ONLY);
  const own = await ownRuns(deps.lists, { team, user });
  const read = await Promise.all(own.runs.slice(0, MOST_LINES).map((run) => deps.records.thread(run)));
  const lines = read.flatMap(({ run, approvals }) =>
    run === undefined ? [] : [runLine({ run, approvals })],
  );
  const left = own.runs.length - MOST_LINES;
  return answered(
    [
      ...(own.runs.length === 0
        ? [`None of your runs is under way. \`${command} list\` says what you can start.`]
        : [countsOf(own)]),
      ...lines,
      ...(left > 0 ? [`… and ${left} older ones.`] : []),
      ...(own.isCut ? ["Only the newest of everybody's runs were looked at."] : []),
    ].join("\n"),
  );
}

type Open = "waiting" | "queued" | "failed";

const STANDS: Readonly<Record<Open, string>> = { waiting: "waiting", queued: "running", failed: "failed" };

function countsOf({ runs }: OwnRuns): string {
  const kinds: readonly Open[] = ["waiting", "queued", "failed"];
  const count = (kind: Run["status"]["kind"]): number =>
    runs.filter(({ status: { kind: is } }) => is === kind).length;
  const counts = kinds.filter((kind) => count(kind) > 0).map((kind) => `${count(kind)} ${STANDS[kind]}`);
  return `Your runs that are not over: ${counts.join(", ")}.`;
}
