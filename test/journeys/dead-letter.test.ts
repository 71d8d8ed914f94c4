// Work that fails every time: the queue gives up, the run says so in Slack, and Retry goes on once the cause is gone.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, inject, test } from "vitest";
import {
  DEPLOY_COMMAND,
  DEPLOYS,
  MAX_RECEIVES,
  messagesIn,
  messageLike,
  pendingCard,
  startSystem,
  type System,
} from "../support/system.ts";

/** The log is the only thing whose keys begin like this. */
const LOG_REQUESTS = /"S#/;

function failures({ logLines }: System): number {
  return logLines.filter((line) => line.includes("A job failed and will be delivered again.")).length;
}

/** How many jobs the dead-letter queue has, those in hand included. */
async function parkedIn({ config }: System): Promise<number> {
  const sqs = new SQSClient({ endpoint: inject("sqsUrl") });
  const found = await messagesIn(sqs, `${config.queueUrl}-dead`);
  sqs.destroy();
  return found;
}

test("a run whose log cannot be written is tried five times, fails in words, and Retry continues it once it can", async () => {
  const system = await startSystem({ redelivery: "at once" });
  const { rita, ana, relays, deployments } = system;
  relays.dynamo.refuse(LOG_REQUESTS);
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  const failed = await messageLike(
    rita,
    /^deploy r-\w+, requested by <@U0RITA>: Failed: This run could not go on/,
  );
  expect(failures(system)).toBe(MAX_RECEIVES);
  expect(failed.text).toMatch(/The worker's log says what, under thread [0-9a-f]{32}\./);
  const [, thread = ""] = /under thread ([0-9a-f]{32})/.exec(failed.text) ?? [];
  expect(system.logLines.some((line) => line.includes("will be delivered") && line.includes(thread))).toBe(
    true,
  );
  await expect.poll(() => parkedIn(system), { timeout: 10_000 }).toBe(0);

  relays.dynamo.restore();
  await rita.click(failed, "Retry");
  await ana.click(await pendingCard(ana), "Approve");
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("a decision that cannot be acted on stands: the run fails in words, and Retry acts on it once", async () => {
  const { ana, rita, relays, askToDeploy, deployments } = await startSystem({ redelivery: "at once" });
  const card = await askToDeploy();
  relays.dynamo.refuse(LOG_REQUESTS);
  await ana.click(card, "Approve");
  const failed = await messageLike(rita, /^deploy r-\w+, requested by <@U0RITA>: Failed: /);
  expect(await deployments()).toEqual([]);
  relays.dynamo.restore();
  await rita.click(failed, "Retry");
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("what is no job is tried as often, logged by its message's id, and stays in the dead-letter queue", async () => {
  const system = await startSystem({ redelivery: "at once" });
  const { config, relays, logLines } = system;
  const sqs = new SQSClient({ endpoint: relays.sqs.url });
  const send = new SendMessageCommand({ QueueUrl: config.queueUrl, MessageBody: "not a job" });
  const { MessageId = "" } = await sqs.send(send);
  sqs.destroy();
  const parked = (): string | undefined =>
    logLines.find((line) => line.includes("stays in the dead-letter queue"));
  await expect.poll(parked, { timeout: 15_000 }).toContain(MessageId);
  expect(parked()).toContain("The message is no job that this version of Countersign knows.");
  expect(await parkedIn(system)).toBe(1);
});
