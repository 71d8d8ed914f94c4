// redrive where a stage or a file is named: its dead letters and the runs that they are about are of that place, and of no other.
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, inject, onTestFinished, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createTable } from "../../src/aws/table.ts";
import { systemClock } from "../../src/lambda/surroundings.ts";
import { buryJob } from "../../src/runs/dead-letter.ts";
import { encodeJob } from "../../src/runs/job-text.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { runName } from "../../src/runs/run.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createSqliteStores, type SqliteStores } from "../../src/sqlite/stores.ts";
import { someRun } from "../slack/fixtures.ts";
import { freshTable } from "../support/dynamo.ts";
import { startSecretsManager } from "../support/secrets-manager.ts";
import { freshFile } from "../support/sqlite.ts";
import { messagesIn } from "../support/system.ts";
import { ask, say } from "./support.ts";

const { team } = someRun();
const [ONE, TWO] = ["1a2b3c4d".padEnd(32, "0"), "5e6f7a8b".padEnd(32, "0")];
const wakeUp = encodeJob({ kind: "resume", team, thread: ONE });

/** A queue with one for its dead letters; the address of both. */
async function queues(
  sqs: SQSClient,
  name: string,
): Promise<readonly [queueUrl: string, deadQueueUrl: string]> {
  const made = async (QueueName: string, Attributes: Record<string, string>): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  const dead = await made(name.replace("-JobQueue-", "-DeadJobs-"), {});
  const asked = new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ["QueueArn"] });
  const deadLetterTargetArn = (await sqs.send(asked)).Attributes?.["QueueArn"];
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
  return [await made(name, { RedrivePolicy }), dead];
}

test("of a stage that is named, the letters of its queue go on and the runs are those of its table, whatever else is there", async () => {
  const manager = await startSecretsManager();
  const stage = `r${Date.now().toString(36)}`;
  manager.secrets.set(
    `countersign/${stage}/app`,
    JSON.stringify({ SLACK_TEAM_ID: team, SLACK_BOT_TOKEN: "xoxb-sekrit" }),
  );
  const sqs = new SQSClient({ endpoint: inject("sqsUrl") });
  const dynamo = createDynamo({ endpoint: inject("dynamoUrl"), timeoutMs: 5_000, maxAttempts: 3 });
  onTestFinished(() => {
    sqs.destroy();
    dynamo.destroy();
  });
  const table = `countersign-${stage}-Table-1A2B3C`;
  await createTable(dynamo, table);
  const [queueUrl, dead] = await queues(sqs, `countersign-${stage}-JobQueue-1A2B3C`);
  await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: wakeUp }));
  // In another table the run of that thread stands elsewhere: that is none of this stage's.
  const other = createRecords(dynamo, await freshTable(), UNCOUNTED);
  await other.saveRun(someRun({ thread: ONE, status: { kind: "queued" }, version: 1 }));
  await createRecords(dynamo, table, UNCOUNTED).saveRun(
    someRun({ thread: ONE, status: { kind: "waiting" }, version: 1 }),
  );
  const env = {
    ...{ AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoUrl"), AWS_ENDPOINT_URL_SQS: inject("sqsUrl") },
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
  };
  const at = `--stage ${stage} --region us-east-1`;
  expect(await ask(`redrive ${at}`, env)).toMatchObject({
    code: 0,
    data: { dead: [{ name: runName(ONE), state: { kind: "run", status: "waiting" }, canGoOn: true }] },
  });
  expect(await ask(`redrive --all ${at}`, env)).toMatchObject({ code: 0, data: { kind: "done", moved: 1 } });
  expect([await messagesIn(sqs, queueUrl), await messagesIn(sqs, dead)]).toEqual([1, 0]);
  const none = await say(`redrive --stage ${stage}x`, env);
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringContaining(`There is no secret countersign/${stage}x/app`),
  ]);
});

interface OnFile extends SqliteStores {
  readonly at: string;
  /** A job that was handed out as often as one may be. */
  die(body: typeof DYING): Promise<void>;
}

const DYING = { kind: "resume", team, thread: ONE } as const;

function onFile(): OnFile {
  const file = freshFile();
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: Date.now });
  onTestFinished(() => stores.close());
  return {
    ...stores,
    at: `--store sqlite:${file}`,
    async die(body): Promise<void> {
      await stores.queue.send(body);
      let nowMs = Date.now();
      for (let times = 0; times < 5; times++)
        stores.queue.receive("waiting", { nowMs: (nowMs += 1), hideMs: 0 });
      // The next look finds that it was enough.
      stores.queue.receive("waiting", { nowMs: nowMs + 1, hideMs: 0 });
    },
  };
}

test("in a file, dead jobs are shown and stay, and wait again once they are sent: nobody has to wait for whoever only looked", async () => {
  const { records, queue, die, at } = onFile();
  await records.saveRun(someRun({ thread: ONE, status: { kind: "waiting" }, version: 1 }));
  await die(DYING);
  const dead = {
    name: runName(ONE),
    job: "resume",
    state: { kind: "run", status: "waiting" },
    canGoOn: true,
  };
  for (const words of ["redrive", "redrive --all --dry-run", "redrive"])
    expect(await ask(`${words} ${at}`, {}), words).toMatchObject({ code: 0, data: { dead: [dead] } });
  const later = Date.now() + 1_000;
  expect(queue.count("dead", later)).toEqual({ waiting: 1, inHand: 0 });
  expect(await ask(`redrive r-1a2b3c ${at}`, {})).toMatchObject({
    code: 0,
    data: { kind: "done", moved: 1 },
  });
  expect(queue.count("dead", later)).toEqual({ waiting: 0, inHand: 0 });
  expect(queue.receive("waiting", { nowMs: later, hideMs: 1 })).toMatchObject({ body: wakeUp, receives: 1 });
  expect(await ask(`redrive ${at}`, {})).toMatchObject({ code: 0, data: { dead: [] } });
});

test("what another has in hand meanwhile is counted and left", async () => {
  const { records, queue, die, at } = onFile();
  await records.saveRun(someRun({ thread: ONE, status: { kind: "waiting" }, version: 1 }));
  await die(DYING);
  queue.receive("dead", { nowMs: Date.now() + 1_000, hideMs: 60_000 });
  const { code, out } = await say(`redrive ${at}`, {});
  expect([code, out]).toEqual([0, expect.stringMatching(/^No dead letters.*\n1 more in somebody's hands, /)]);
});

test("in a file, a run that was given up is retried in the name of the command line", async () => {
  const { records, threads, trail, queue, at } = onFile();
  await records.saveRun(someRun({ thread: TWO, status: { kind: "queued" }, version: 1 }));
  const deps = {
    ...{ records, threads, trail, clock: systemClock, log: SILENT, metrics: UNCOUNTED, newId: () => "id" },
    // Nothing is drawn: Slack is away.
    messenger: { draw: () => Promise.reject(new Error("Nobody is there.")) },
  };
  await buryJob(deps, { kind: "start", team, thread: TWO }).catch(() => undefined);
  expect(await ask(`redrive --all ${at}`, {})).toMatchObject({
    code: 0,
    data: { kind: "done", dead: [{ name: runName(TWO), kind: "moved", how: "retried" }] },
  });
  const retried = await records.run({ team, thread: TWO });
  expect(retried?.status.kind).toBe("queued");
  expect(JSON.stringify(retried?.audit.entries.at(-1))).toMatch(/retried.*cli/);
  expect(queue.receive("waiting", { nowMs: Date.now() + 1_000, hideMs: 1 })?.body).toBe(
    encodeJob({ kind: "start", team, thread: TWO }),
  );
});
