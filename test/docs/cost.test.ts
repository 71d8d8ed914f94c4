// The figures of docs/cost.md are what the deployment's handlers ask for today, at the prices that are written down.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { tablesOf, writtenTables } from "../bench/cost/page.ts";
import * as z from "zod";
import { dollarsOf, totalOf } from "../../src/aws/dollars.ts";
import { sumOf } from "../../src/aws/tally.ts";
import { ask, onTable } from "../cli/support.ts";
import { INVENTORY, MEMORY_MB } from "../../src/aws/prices.ts";
import { measured, STORIES } from "../bench/cost/stories.ts";
import { ROOT } from "./pages.ts";

const NUMBER = /\d+(?:\.\d+)?/g;
/** Ids and compressed states are of other lengths each time. */
const NEAR = 0.1;

/** The first story stands for all of them: each takes seconds. */
function withoutOthers(tables: string): string {
  const others = STORIES.slice(1).map(({ title }) => `| ${title}`);
  return tables
    .split("\n")
    .filter((line) => !others.some((other) => line.startsWith(other)))
    .join("\n");
}

const skeletonOf = (text: string): string => text.replaceAll(NUMBER, "#").replaceAll(/ +|-+/g, " ");
const numbersIn = (text: string): readonly number[] => (text.match(NUMBER) ?? []).map(Number);

/** What is written and differs by more than chance. */
function farOff(written: string, fresh: string): readonly string[] {
  const now = numbersIn(fresh);
  return numbersIn(written).flatMap((number, at) => {
    const other = now[at] ?? NaN;
    const isNear = Math.abs(number - other) <= Math.max(0.15, NEAR * Math.max(number, other));
    return isNear ? [] : [`${number} is written, ${other} was counted`];
  });
}

/** Of what is counted, the estimate may be off by so much. */
const ESTIMATED = 0.25;

/** What "countersign cost" says of the one run in a table. */
async function estimateOn(table: string): Promise<Estimate> {
  const { data } = await ask("runs", onTable(table, inject("dynaliteUrl")));
  const [run] = z.object({ runs: z.array(z.object({ id: z.string() })) }).parse(data).runs;
  return Estimate.parse((await ask(`cost ${run?.id ?? ""}`, onTable(table, inject("dynaliteUrl")))).data);
}

const Dollars = z.record(z.enum(["lambda", "dynamo", "sqs", "api", "logs", "together"]), z.number());
const Estimate = z.strictObject({
  ...{ kind: z.literal("cost"), run: z.string(), thread: z.string(), isEstimate: z.literal(true) },
  ...{ counted: z.record(z.string(), z.number()), jobs: z.int(), writeUnits: z.int(), readUnits: z.number() },
  ...{
    dynamoRequests: z.int(),
    slackCalls: z.int(),
    otherCalls: z.int(),
    dollars: Dollars,
    text: z.string(),
  },
});
type Estimate = z.infer<typeof Estimate>;

test("what an approval costs is what the page says, and what is estimated of its run is near it; `npm run cost` writes the page anew", async () => {
  const estimates: Estimate[] = [];
  const counted = await measured(inject("dynaliteUrl"), STORIES.slice(0, 1), async (table) => {
    estimates.push(await estimateOn(table));
  });
  const fresh = tablesOf(counted);
  const [story] = counted.stories;
  const [estimate] = estimates;
  if (story === undefined || estimate === undefined) throw new Error("There is no story.");
  const really = sumOf(story.tally);
  const pairs = {
    jobs: [estimate.jobs, story.tally.worker.invocations],
    writeUnits: [estimate.writeUnits, really.writeUnits],
    readUnits: [estimate.readUnits, really.readUnits],
    dynamoRequests: [estimate.dynamoRequests, really.dynamoRequests],
    slackCalls: [estimate.slackCalls, really.slackCalls],
    bytes: [estimate.counted["bytes"] ?? 0, story.stored],
    dollars: [estimate.dollars.together, totalOf(dollarsOf(story.tally))],
  } as const;
  const off = Object.entries(pairs).filter(([, [said, was]]) => Math.abs(said - was) > ESTIMATED * was);
  expect(off).toEqual([]);
  expect(estimate.text).toContain("That is an estimate");
  const written = withoutOthers(writtenTables());
  expect(skeletonOf(written)).toBe(skeletonOf(fresh));
  expect(farOff(written, fresh)).toEqual([]);
}, 60_000);

test("a figure that is off is found, and one that differs by chance is not", () => {
  expect(farOff("| 46 | $0.22 | 0.5 |", "| 47 | $0.23 | 0.6 |")).toEqual([]);
  expect(farOff("| 46 | 107 |", "| 60 | 107 |")).toEqual(["46 is written, 60 was counted"]);
});

test("there are as many queues and secrets as are reckoned with", () => {
  const queues = readFileSync(join(ROOT, "infra/queue.yml"), "utf8").match(/Type: AWS::SQS::Queue$/gm);
  const secrets = readFileSync(join(ROOT, "serverless.yml"), "utf8").match(/^ +\w+_SECRET: /gm);
  expect({ queues: queues?.length, secrets: secrets?.length }).toEqual(INVENTORY);
});

test("the functions have the memory that is reckoned with", () => {
  const template = readFileSync(join(ROOT, "serverless.yml"), "utf8");
  const [, defaults = ""] = /\n {2}default:\n([^]*?)\n {2}prod:/.exec(template) ?? [];
  expect(defaults).toContain(`    slack-memory: ${MEMORY_MB.slack}\n`);
  expect(defaults).toContain(`    memory: ${MEMORY_MB.worker}\n`);
});
