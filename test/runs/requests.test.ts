// What an approved run asks of DynamoDB, counted: one commit for each superstep, one load for each half, one write for what changes together.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
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

test("a run of five steps with one approval takes no more than 24 requests, from command to outcome", async () => {
  const { dynamo, table } = await freshDynamo();
  const world = createWorld(dynamo, table);
  const commands = commandsOf(dynamo);
  const key = await world.start();
  await world.work();
  // The input, two steps and the pause are the four puts; the thread, its cards and its question the rest.
  expect(commands.splice(0)).toEqual("Update Update Update Put Put Put Put Update Update Update".split(" "));
  const approval = await world.approval(key);
  commands.splice(0);
  expect((await world.approve(approval)).kind).toBe("recorded");
  expect(commands.splice(0)).toEqual(["Get", "Update"]);
  await world.work();
  expect(commands.splice(0)).toEqual("Update Query Update Query Put Put Put Update Update Update".split(" "));
  expect((await world.run(key))?.status).toMatchObject({ kind: "done", outcome: { text: "announced" } });
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
