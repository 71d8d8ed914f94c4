// countersign cost: what a run has cost on AWS, as far as that can be told by what is stored of it.
import { removedText } from "../api/removed.ts";
import { type CostEstimate, costEstimate } from "../aws/cost-estimate.ts";
import { totalOf } from "../aws/dollars.ts";
import { PRICES } from "../aws/prices.ts";
import { logOf, type Run, runName } from "../runs/run.ts";
import type { Command, Tools } from "./command.ts";
import { type NamedRun, namedRun, wordOfRun } from "./named-run.ts";
import { oneLine } from "./plain.ts";
import { refused, type Said, wrong } from "./said.ts";

export const costCommand: Command = {
  name: "cost",
  group: "Runs",
  says: "estimates what one run has cost on AWS, in units and dollars",
  usage: ["npm run countersign -- cost <run> (its name, r-1a2b3c, or its thread's id)"],
  examples: ["npm run countersign -- cost r-1a2b3c --stage prod --json"],
  options: {},
  async run({ words, tools }) {
    const worded = wordOfRun("cost", words);
    if (typeof worded === "string") return wrong(worded);
    const opened = await tools();
    const named = await namedRun(opened, worded.word);
    if (named.kind === "said") return named.said;
    const { run } = named.found;
    if (run.removed !== undefined) return notKnown(run, run.removed);
    const estimate = await estimateOf(opened, named.found);
    const dollars = { ...estimate.dollars, together: totalOf(estimate.dollars) };
    return {
      code: 0,
      text: costText(runName(run.thread), estimate, opened.place),
      data: {
        kind: "cost",
        run: runName(run.thread),
        thread: run.thread,
        ...estimate,
        dollars,
        isEstimate: true,
      },
    };
  },
};

/** What it would be worked out from goes bit by bit, and what is left says less than was. */
function notKnown(run: Run, { kind, at }: NonNullable<Run["removed"]>): Said {
  const name = runName(run.thread);
  return refused(`What ${name} has cost is not known any more. ${oneLine(removedText(run) ?? "")}`, {
    kind: kind === "purged" ? "purged" : "deleted",
    run: name,
    thread: run.thread,
    since: at,
  });
}

async function estimateOf({ checkpointer, trail }: Tools, found: NamedRun): Promise<CostEstimate> {
  const { run, approvals, cards } = found;
  const [{ slots }, parts] = await Promise.all([
    checkpointer.history(logOf(run)),
    Array.fromAsync(trail.sealed(run), (part) => Buffer.byteLength(JSON.stringify(part))),
  ]);
  return costEstimate({ run, approvals, cards, slots, parts });
}

function costText(
  name: string,
  { counted, dollars, ...estimate }: CostEstimate,
  { kind }: Tools["place"],
): string {
  const { lambda, dynamo, sqs, api, logs } = dollars;
  const rows = [
    ["Lambda", lambda, `${estimate.jobs} jobs`],
    ["DynamoDB", dynamo, `${estimate.writeUnits} write units, ${estimate.readUnits} read units`],
    ["SQS", sqs, ""],
    ["API Gateway", api, `${counted.votes + 1} requests of Slack's`],
    ["logs", logs, ""],
  ] as const;
  const about = money(totalOf(dollars));
  const cost =
    kind === "file"
      ? `${name} is kept on one machine, where nobody charges by run. On AWS it would have cost about ${about}.`
      : `${name} has cost about ${about}.`;
  return [
    `${cost} That is an estimate: nothing counts by run while it works.`,
    "",
    ...rows.map(([what, cost, why]) => `  ${what.padEnd(12)} ${money(cost)}  ${why}`.trimEnd()),
    "",
    `Counted in the store: ${counted.slots} slots of its log, ${counted.steps} steps, ${counted.questions} questions with ${counted.votes} votes,`,
    `${counted.runVersion} versions of its record and ${counted.questionVersions} of its questions', ${counted.cards} cards, ${counted.historyEntries} history entries,`,
    `${counted.modelCalls} calls of a model; ${(counted.bytes / 1_000).toFixed(1)} KB are kept.`,
    "Worked out from that, as runs usually go: jobs, reads, holds and calls of Slack. Retries, races and reminders",
    `come on top. Prices are those of ${PRICES.asOf}, without free tiers; the model's own price is not in it. See docs/cost.md.`,
  ].join("\n");
}

function money(dollars: number): string {
  return `$${dollars.toFixed(6)}`;
}
