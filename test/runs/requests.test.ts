// What an approved run asks of DynamoDB, counted: one commit for each superstep, one load for each half, one write for what changes together.
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createLists } from "../../src/aws/lists.ts";
import { CheckpointConflict } from "../../src/graph/index.ts";
import { logOf } from "../../src/runs/run.ts";
import { agentWorkflow, ANSWER, mockModel } from "../bench/agent-mock.ts";
import { createWorld } from "../bench/world.ts";
import { freshDynamo } from "../support/dynamo.ts";

/** The names of the commands that are sent from now on. */
function commandsOf(dynamo: DynamoDBClient): string[] {
  const commands: string[] = [];
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        commands.push(String(commandName).replace("ItemCommand", "").replace("Command", ""));
        return next(args);
      },
    { step: "initialize" },
  );
  return commands;
}

test("a run of five steps with one approval takes no more than 26 requests, from command to outcome", async () => {
  const { dynamo, table } = await freshDynamo();
  const world = createWorld(dynamo, table);
  const commands = commandsOf(dynamo);
  const key = await world.start();
  await world.work();
  // The input, two steps and the pause are the four puts; the thread, its cards and its question the rest, and one that App Homes are out of date.
  expect(commands.splice(0)).toEqual(
    "Update Update Update Update Put Put Put Put Update Update Update".split(" "),
  );
  const approval = await world.approval(key);
  commands.splice(0);
  world.pass(60);
  expect((await world.approve(approval)).kind).toBe("recorded");
  expect(commands.splice(0)).toEqual(["Get", "Update"]);
  await world.work();
  expect(commands.splice(0)).toEqual(
    "Update Update Query Update Query Put Put Put Update Update Update".split(" "),
  );
  expect((await world.run(key))?.status).toMatchObject({ kind: "done", outcome: { text: "announced" } });
  commands.splice(0);
  // What its two cards show last comes two seconds after what they showed at the click.
  world.pass(2);
  await world.work();
  expect(commands.splice(0)).toEqual("Update Query Update".split(" "));
});

test("a call of an agent that asks nobody costs one stored result, and one that asks costs its question's, too", async () => {
  const { dynamo, table } = await freshDynamo();
  const played = { workflow: agentWorkflow, model: mockModel(0) };
  const world = createWorld(dynamo, table, ["approvers"], played);
  const commands = commandsOf(dynamo);
  const key = await world.start();
  await world.work();
  const asked = commands.splice(0);
  // The input, the model's step and the pause; the results of two calls, and what the third one asks.
  expect(asked.filter((name) => name === "Put")).toHaveLength(3 + 3);
  expect(asked).toHaveLength(13);
  await world.approve(await world.approval(key));
  commands.splice(0);
  await world.work();
  // Its answer, its step, and the model's.
  expect(commands.filter((name) => name === "Put")).toHaveLength(1 + 2);
  expect((await world.run(key))?.status).toMatchObject({ kind: "done", outcome: { text: ANSWER } });
});

test("a click that comes too late costs two requests: one to see that, one to note it", async () => {
  const { dynamo, table } = await freshDynamo();
  const world = createWorld(dynamo, table);
  const key = await world.start();
  await world.work();
  const approval = await world.approval(key);
  await world.approve(approval);
  const commands = commandsOf(dynamo);
  expect((await world.approve(approval)).kind).toBe("refused");
  expect(commands).toEqual(["Get", "Put"]);
});

interface Read {
  readonly ConsistentRead?: boolean;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
}

test("every read of a run is consistent: what was written a moment ago, by whomever, is seen", async () => {
  const { dynamo, table } = await freshDynamo();
  const reads: Read[] = [];
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (/^(Get|Query|BatchGet)/.test(String(commandName))) reads.push(args.input as Read);
        return next(args);
      },
    { step: "initialize" },
  );
  const world = createWorld(dynamo, table);
  const key = await world.start();
  await world.work();
  await world.approve(await world.approval(key));
  await world.work();
  // A worker that has not read the log looks who wrote what is before and what is in its way.
  const log = createCheckpointLog(dynamo, table);
  const { slots } = await createCheckpointLog(dynamo, table).load(logOf(key));
  const [, second] = slots;
  if (second === undefined) throw new Error("The thread should be longer.");
  await log.append(logOf(key), second);
  await expect(log.append(logOf(key), { ...second, writer: "rival" })).rejects.toThrow(CheckpointConflict);
  expect(reads.length).toBeGreaterThan(5);
  for (const { ConsistentRead, RequestItems } of reads)
    expect(ConsistentRead ?? RequestItems?.[table]?.ConsistentRead).toBe(true);
});

test("a question is listed for each of its approvers from when it is asked until it is decided", async () => {
  const { dynamo, table } = await freshDynamo();
  const world = createWorld(dynamo, table, ["approvers", "operators"]);
  const lists = createLists(dynamo, table);
  const waiting = async (group: string): Promise<number> => {
    const of = { kind: "approver", user: "UANYBODY", groups: [group] } as const;
    return (await lists.approvals({ team: "T1", of, order: "oldest", limit: 10 })).items.length;
  };
  const key = await world.start();
  await world.work();
  expect([await waiting("SAPPROVERS"), await waiting("SOPERATORS"), await waiting("SNOBODY")]).toEqual([
    1, 1, 0,
  ]);
  await world.approve(await world.approval(key));
  expect([await waiting("SAPPROVERS"), await waiting("SOPERATORS")]).toEqual([0, 0]);
  await world.work();
  // Nothing of it is left to be read in vain.
  const rows = { TableName: table, Select: "COUNT", FilterExpression: "begins_with(sk, :rows)" } as const;
  const left = await dynamo.send(
    new ScanCommand({ ...rows, ExpressionAttributeValues: { ":rows": { S: "Q#" } } }),
  );
  expect(left.Count).toBe(0);
});
