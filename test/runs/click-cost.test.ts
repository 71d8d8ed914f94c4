// What a click asks of the servers, as it goes over the wire: one read, one conditional write, one job, and of Slack at most one call beside look-ups.
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import type { Approval } from "../../src/approvals/approval.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { ACTION, encodeRequestRef } from "../../src/slack/action-id.ts";
import { someApproval } from "../slack/fixtures.ts";
import { type Addresses, type Door, startDoor } from "../slack/support.ts";
import { buttonClick } from "../support/deliver.ts";
import { type Asked, type Overheard, overhear } from "../support/overhear.ts";

const { ana, bo, otto } = SEED.users;
const FIRST = someApproval({}, { interrupt: "1".repeat(32) });
const SECOND = someApproval({}, { interrupt: "2".repeat(32) });

interface Wires {
  readonly dynamo: Overheard;
  readonly sqs: Overheard;
  readonly slack: Overheard;
}

interface Cost {
  readonly dynamo: readonly string[];
  readonly queue: readonly string[];
  readonly slack: readonly string[];
}

interface Costly extends Door {
  /** What was asked since the last call. */
  cost(): Cost;
  /** A signed click whose private answer goes over the wire, too. */
  click(approval: Approval, user: string): Promise<void>;
}

async function startCostly(nowMs?: () => number): Promise<Costly> {
  const started = Promise.withResolvers<Wires>();
  const door = await startDoor(nowMs, {
    between: async (addresses) => {
      const wires = await overheard(addresses);
      started.resolve(wires);
      return through(wires, addresses);
    },
  });
  const { dynamo, sqs, slack } = await started.promise;
  return {
    ...door,
    cost: () => ({
      dynamo: dynamo.asked().map(operationOf),
      queue: sqs.asked().map(({ operation, body }) => `${operation} ${jobIn(body)}`),
      slack: slack
        .asked()
        .map(({ path }) => path.replace(/^.*\//, ""))
        .toSorted(),
    }),
    async click(approval, user) {
      const value = encodeRequestRef(approval);
      const responseUrl = `${slack.url}/respond/told`;
      const click = buttonClick({ user, action: ACTION.approve, value, responseUrl });
      expect(await door.send(click)).toMatchObject({ status: 200 });
    },
  };
}

async function overheard({ dynamoUrl, sqsUrl, slackUrl }: Addresses): Promise<Wires> {
  const [dynamo, sqs, slack] = await Promise.all([overhear(dynamoUrl), overhear(sqsUrl), overhear(slackUrl)]);
  onTestFinished(async () => {
    await Promise.all([dynamo.close(), sqs.close(), slack.close()]);
  });
  return { dynamo, sqs, slack };
}

function through({ dynamo, sqs, slack }: Wires, addresses: Addresses): Addresses {
  const { sqsUrl, queueUrl } = addresses;
  const reached = { dynamoUrl: dynamo.url, sqsUrl: sqs.url, slackUrl: slack.url };
  return { ...addresses, ...reached, queueUrl: queueUrl.replace(sqsUrl, sqs.url) };
}

const Sent = z.object({
  ConsistentRead: z.boolean().default(false),
  ConditionExpression: z.string().exactOptional(),
});

/** Consistent is what reads what was written a moment ago, conditional what the first of two writers wins. */
function operationOf({ operation, body }: Asked): string {
  const { ConsistentRead, ConditionExpression } = Sent.parse(JSON.parse(body));
  const marks = [
    operation,
    ...(ConsistentRead ? ["consistent"] : []),
    ...(ConditionExpression === undefined ? [] : ["conditional"]),
  ];
  return marks.join(", ");
}

const SentJob = z.object({ MessageBody: z.string() });
const Job = z.object({ kind: z.string() });

function jobIn(body: string): string {
  return Job.parse(JSON.parse(SentJob.parse(JSON.parse(body)).MessageBody)).kind;
}

const READ = "GetItem, consistent";
const WRITE = "UpdateItem, conditional";
const APPROVED: Omit<Cost, "slack"> = { dynamo: [READ, WRITE], queue: ["SendMessage resume"] };
const LOOK_UPS = ["usergroups.users.list", "users.info"];

test("Approve costs one consistent read, one conditional write and one job; a second click of the same person no call of Slack's", async () => {
  const { records, click, cost } = await startCostly();
  for (const approval of [FIRST, SECOND]) await records.saveApproval(approval);
  await click(FIRST, ana);
  expect(cost()).toEqual({ ...APPROVED, slack: LOOK_UPS });
  await click(SECOND, ana);
  expect(cost()).toEqual({ ...APPROVED, slack: [] });
  for (const { interrupt } of [FIRST, SECOND])
    expect((await records.approval(FIRST, interrupt))?.state.kind).toBe("decided");
});

test("a click whose look-up is too old asks Slack once more, and costs nothing else by it", async () => {
  let ahead = 0;
  const { records, click, cost } = await startCostly(() => Date.now() + ahead);
  for (const approval of [FIRST, SECOND]) await records.saveApproval(approval);
  await click(FIRST, ana);
  cost();
  ahead = 31_000;
  await click(SECOND, ana);
  expect(cost()).toEqual({ ...APPROVED, slack: ["usergroups.users.list"] });
});

test("where two must agree, whoever has approved before is looked up beside the second one, and their group once", async () => {
  let ahead = 0;
  const { records, click, cost } = await startCostly(() => Date.now() + ahead);
  await records.saveApproval({ ...FIRST, policy: { ...FIRST.policy, quorum: 2 } });
  await click(FIRST, ana);
  expect(cost()).toEqual({ ...APPROVED, slack: LOOK_UPS });
  ahead = 61_000;
  await click(FIRST, bo);
  expect(cost()).toEqual({ ...APPROVED, slack: [...LOOK_UPS, "users.info"] });
  expect((await records.approval(FIRST, FIRST.interrupt))?.state.kind).toBe("decided");
});

test("Reject… costs one read, one call of Slack's, which opens the form, and then one note of it", async () => {
  const { slack, records, ask, click, cost } = await startCostly();
  await records.saveApproval(FIRST);
  await click(FIRST, ana);
  const card = await ask(SECOND);
  cost();
  await slack.person(ana).click(card, ACTION.reject);
  await slack.person(ana).waitFor(({ views }) => views.at(-1));
  // Slack is answered when the click is done with, the note included: on Lambda nothing runs afterwards.
  const noted = { dynamo: [READ, "PutItem"], queue: ["SendMessage sweep"] };
  expect(cost()).toEqual({ ...noted, slack: ["views.open"] });
});

test.each([
  ["somebody who may not decide", otto],
  ["an approver who comes too late", ana],
])("a click of %s costs one read, one note of it and one private answer", async (_, user) => {
  const { records, click, cost } = await startCostly();
  for (const approval of [FIRST, SECOND]) await records.saveApproval(approval);
  await click(FIRST, user);
  await click(SECOND, bo);
  cost();
  await click(SECOND, user);
  // The note is folded into the run's history by a job that comes later.
  expect(cost()).toEqual({ dynamo: [READ, "PutItem"], queue: ["SendMessage sweep"], slack: ["told"] });
});
