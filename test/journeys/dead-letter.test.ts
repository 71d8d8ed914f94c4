// Work that fails every time: the queue gives up, the run says so in Slack, and Retry goes on once the cause is gone.
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import {
  DEPLOY_COMMAND,
  DEPLOYS,
  MAX_RECEIVES,
  messageLike,
  pendingCard,
  startSystem,
  type System,
} from "../support/system.ts";

/** The log is the only thing whose keys begin like this. */
const LOG_REQUESTS = /"S#/;
const PATIENCE_MS = 40_000;

function failures({ logLines }: System): number {
  return logLines.filter((line) => line.includes("A job failed and will be delivered again.")).length;
}

/** How many messages there are, hidden ones included. */
async function sizeOf(queueUrl: string, endpoint: string): Promise<number> {
  const sqs = new SQSClient({ endpoint });
  onTestFinished(() => {
    sqs.destroy();
  });
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const asked = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
  const { Attributes = {} } = await sqs.send(asked);
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

test(
  "a run whose log cannot be written is tried five times, fails in words, and Retry continues it once it can",
  async () => {
    const system = await startSystem();
    const { rita, ana, relays, deployments, config } = system;
    relays.dynamo.refuse(LOG_REQUESTS);
    await rita.say(DEPLOYS, DEPLOY_COMMAND);
    const failed = await messageLike(
      rita,
      /^deploy r-\w+, requested by <@U0RITA>: Failed: This run could not go on/,
      PATIENCE_MS,
    );
    expect(failures(system)).toBe(MAX_RECEIVES);
    expect(failed.text).toMatch(/The worker's log says what, under thread [0-9a-f]{32}\./);
    const [, thread = ""] = /under thread ([0-9a-f]{32})/.exec(failed.text) ?? [];
    expect(system.logLines.some((line) => line.includes("will be delivered") && line.includes(thread))).toBe(
      true,
    );
    await expect.poll(() => sizeOf(`${config.queueUrl}-dead`, relays.sqs.url)).toBe(0);

    relays.dynamo.restore();
    await rita.click(failed, "Retry");
    await ana.click(await pendingCard(ana), "Approve");
    await messageLike(ana, /^✅ Deployed/);
    expect(await deployments()).toHaveLength(1);
  },
  PATIENCE_MS + 20_000,
);

test(
  "a decision that cannot be acted on stands: the run fails in words, and Retry acts on it once",
  async () => {
    const { ana, rita, relays, askToDeploy, deployments } = await startSystem();
    const card = await askToDeploy();
    relays.dynamo.refuse(LOG_REQUESTS);
    await ana.click(card, "Approve");
    const failed = await messageLike(rita, /^deploy r-\w+, requested by <@U0RITA>: Failed: /, PATIENCE_MS);
    expect(await deployments()).toEqual([]);
    relays.dynamo.restore();
    await rita.click(failed, "Retry");
    await messageLike(ana, /^✅ Deployed/);
    expect(await deployments()).toHaveLength(1);
  },
  PATIENCE_MS + 20_000,
);

test(
  "what is no job is tried as often, logged by its message's id, and stays in the dead-letter queue",
  async () => {
    const { config, relays, logLines } = await startSystem();
    const sqs = new SQSClient({ endpoint: relays.sqs.url });
    const send = new SendMessageCommand({ QueueUrl: config.queueUrl, MessageBody: "not a job" });
    const { MessageId = "" } = await sqs.send(send);
    sqs.destroy();
    const parked = (): string | undefined =>
      logLines.find((line) => line.includes("stays in the dead-letter queue"));
    await expect.poll(parked, { timeout: PATIENCE_MS }).toContain(MessageId);
    expect(parked()).toContain("The message is no job that this version of Countersign knows.");
    expect(await sizeOf(`${config.queueUrl}-dead`, relays.sqs.url)).toBe(1);
  },
  PATIENCE_MS + 20_000,
);
