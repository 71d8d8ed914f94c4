// npm run countersign -- redrive: jobs that died are shown and sent again, runs that were given up are retried, and what is none of ours stays.
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import { createAuditTrail } from "../../src/aws/audit.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { encodeJob } from "../../src/runs/job-text.ts";
import { countersign } from "../../src/cli/countersign.ts";
import { systemClock } from "../../src/lambda/surroundings.ts";
import { buryJob } from "../../src/runs/dead-letter.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Records } from "../../src/runs/ports.ts";
import { type Run, runName } from "../../src/runs/run.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createThreads } from "../../src/aws/threads.ts";
import { someRun } from "../slack/fixtures.ts";
import { freshAws, messagesIn } from "../support/system.ts";

interface Dead {
  readonly name: string;
  readonly thread?: string;
  readonly state: { readonly kind: string; readonly because?: string; readonly status?: string };
  readonly messages: readonly { readonly id: string; readonly received: number }[];
  readonly canGoOn: boolean;
  readonly kind?: string;
  readonly how?: string;
}

interface Answer {
  readonly code: number;
  readonly kind: string;
  readonly text: string;
  readonly dead: readonly Dead[];
}

interface Place {
  readonly records: Records;
  readonly env: Readonly<Record<string, string>>;
  redrive(words?: string): Promise<Answer>;
  /** Puts a message among the dead. */
  die(body: string): Promise<void>;
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly deadQueueUrl: string;
  /** The run as the dead-letter function leaves it. */
  buried(thread: string): Promise<Run>;
  /** What waits for the worker. */
  jobs(): Promise<readonly string[]>;
}

const { team } = someRun();

async function place(): Promise<Place> {
  const aws = await freshAws(360);
  const { table, queueUrl, deadQueueUrl } = aws;
  const dynamo = createDynamo({ endpoint: aws.dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
  const sqs = new SQSClient({ endpoint: aws.sqsUrl });
  onTestFinished(() => {
    dynamo.destroy();
    sqs.destroy();
  });
  const records = createRecords(dynamo, table, UNCOUNTED);
  const env = {
    ...{ TABLE_NAME: table, SLACK_TEAM_ID: team, QUEUE_URL: queueUrl },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: aws.dynamoUrl, AWS_ENDPOINT_URL_SQS: aws.sqsUrl },
  };
  return {
    ...{ records, env, sqs, queueUrl, deadQueueUrl },
    async redrive(words = ""): Promise<Answer> {
      const args = ["redrive", "--json", ...words.split(" ").filter((word) => word !== "")];
      const { code, out } = await countersign(args, { ...env });
      return { code, ...(JSON.parse(out) as Omit<Answer, "code">) };
    },
    async die(body): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl: deadQueueUrl, MessageBody: body }));
    },
    async buried(thread): Promise<Run> {
      await records.saveRun(someRun({ thread, status: { kind: "queued" }, version: 1 }));
      const deps = {
        ...{ records, clock: systemClock, log: SILENT, metrics: UNCOUNTED, newId: () => "id" },
        ...{ threads: createThreads(dynamo, table, UNCOUNTED), trail: createAuditTrail(dynamo, table) },
        // Nothing is drawn: Slack is away.
        messenger: { draw: () => Promise.reject(new Error("Nobody is there.")) },
      };
      await buryJob(deps, { kind: "start", team, thread }).catch(() => undefined);
      const run = await records.run({ team, thread });
      if (run?.status.kind !== "failed") throw new Error("The run was not given up.");
      return run;
    },
    async jobs(): Promise<readonly string[]> {
      const receive = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
      return Messages.map(({ Body = "" }) => Body);
    },
  };
}

const [ONE, TWO] = ["1a2b3c4d".padEnd(32, "0"), "5e6f7a8b".padEnd(32, "0")];
const job = (thread: string): string => encodeJob({ kind: "resume", team, thread });

test("where nothing is dead it says so", async () => {
  const { redrive } = await place();
  expect(await redrive()).toMatchObject({ code: 0, kind: "listed", dead: [] });
  for (const words of ["", "--all", "--all --dry-run"])
    expect(await redrive(words)).toMatchObject({
      code: 0,
      text: "No dead letters, and no run was given up.",
    });
});

test("one that is named and cannot go on is refused, dry or not, and stays", async () => {
  const { die, redrive, jobs } = await place();
  await die(job(ONE));
  for (const words of ["r-1a2b3c", "r-1a2b3c --dry-run"]) {
    const answer = await redrive(words);
    expect(answer).toMatchObject({
      ...{ code: 1, kind: "refused" },
      dead: [{ name: "r-1a2b3c", state: { because: "no-run" }, canGoOn: false }],
    });
    expect(answer.text).toMatch(
      /there is no such run\. It stays\. .* It cannot go on, and nothing was changed\.$/,
    );
  }
  expect([await jobs(), (await redrive()).dead]).toMatchObject([[], [{ name: "r-1a2b3c" }]]);
});

test("it shows what is dead and how its runs stand, and leaves all of it where it is", async () => {
  const { die, records, redrive, sqs, deadQueueUrl, buried, jobs } = await place();
  await records.saveRun(someRun({ thread: ONE, status: { kind: "waiting" }, version: 1 }));
  await buried(TWO);
  for (const body of [job(ONE), job(ONE), "something of somebody's"]) await die(body);
  const shown = await redrive();
  expect(shown.code).toBe(0);
  expect(shown.dead).toMatchObject([
    { name: runName(ONE), thread: ONE, state: { kind: "run", status: "waiting" }, canGoOn: true },
    { state: { kind: "stranger", because: "no-job" }, canGoOn: false },
    { name: runName(TWO), state: { kind: "given-up" }, messages: [], canGoOn: true },
  ]);
  expect(shown.dead[0]?.messages).toHaveLength(2);
  expect(shown.text).toMatch(
    /^r-1a2b3c \(.*thread 1a2b.*\): the run is waiting, and can be woken\. In the queue: 2 dead letters \(resume\), since 20/,
  );
  expect(shown.text).toContain("no job that this version knows");
  expect(shown.text).not.toContain("something of somebody's");
  // Given back: it is seen once more at once.
  expect((await redrive("--all --dry-run")).dead.map(({ name }) => name)).toEqual(
    shown.dead.map(({ name }) => name),
  );
  expect([await messagesIn(sqs, deadQueueUrl), await jobs()]).toEqual([3, []]);
  expect(await records.run({ team, thread: TWO })).toMatchObject({ status: { kind: "failed" } });
});

test("all that can go on does: jobs are sent again as they were, given-up runs are retried in the name of the command line, and strangers stay", async () => {
  const { buried, die, jobs, records, redrive, sqs, deadQueueUrl } = await place();
  await records.saveRun(someRun({ thread: ONE, status: { kind: "waiting" }, version: 1 }));
  await buried(TWO);
  const other = encodeJob({ kind: "start", team: "T0OTHER", thread: ONE });
  const unknown = job("9".repeat(32));
  for (const body of [job(ONE), job(TWO), other, unknown, "{}"]) await die(body);
  const done = await redrive("--all");
  expect(done).toMatchObject({ code: 0, kind: "done", moved: 2, failed: 0 });
  expect(done.dead.map(({ name, kind, how, state }) => [name, kind, how ?? state.because])).toEqual([
    [runName(ONE), "moved", "sent"],
    [runName(TWO), "moved", "retried"],
    [expect.any(String), "left", "other-team"],
    [runName("9".repeat(32)), "left", "no-run"],
    [expect.any(String), "left", "no-job"],
  ]);
  expect((await jobs()).toSorted()).toEqual(
    [job(ONE), encodeJob({ kind: "start", team, thread: TWO })].toSorted(),
  );
  expect(await messagesIn(sqs, deadQueueUrl)).toBe(3);
  const run = await records.run({ team, thread: TWO });
  expect(run?.status.kind).toBe("queued");
  expect(JSON.stringify(run?.audit.entries.at(-1))).toMatch(/retried.*cli/);
  expect(done.text).toContain("r-5e6f7a (deploy, thread");
  expect(done.text).toContain("its history says that the command line did it");
});

test("one is named by its run or by its message, and only that one goes on", async () => {
  const { die, jobs, records, redrive } = await place();
  for (const thread of [ONE, TWO])
    await records.saveRun(someRun({ thread, status: { kind: "queued" }, version: 1 }));
  await die(job(ONE));
  await die(job(TWO));
  expect(await redrive("r-1a2b3c")).toMatchObject({ code: 0, moved: 1 });
  const [left] = (await redrive()).dead;
  expect(left?.name).toBe(runName(TWO));
  expect(await redrive(left?.messages[0]?.id)).toMatchObject({ code: 0, moved: 1 });
  expect((await jobs()).toSorted()).toEqual([job(ONE), job(TWO)].toSorted());
});

test("a run that failed in a step of its own is none of these, nor is one that nobody knows", async () => {
  const { records, redrive } = await place();
  const failed = { kind: "failed", error: "The step broke." } as const;
  await records.saveRun(someRun({ thread: ONE, status: failed, version: 1 }));
  const answer = await redrive("r-1a2b3c");
  expect(answer).toMatchObject({ code: 1, kind: "unknown", dead: [] });
  expect(answer.text).toMatch(
    /A run that failed in a step of its own is retried on its message in Slack\. Nothing was changed\.$/,
  );
  expect(await records.run({ team, thread: ONE })).toMatchObject({ status: failed, version: 1 });
});

test("where the queue is not known, not there or away, it says so and changes nothing", async () => {
  const { env, queueUrl } = await place();
  const said = async (change: object): Promise<readonly unknown[]> => {
    const { code, err } = await countersign(["redrive", "--all"], { ...env, ...change });
    return [code, err];
  };
  expect(await said({ QUEUE_URL: "" })).toEqual([
    1,
    expect.stringContaining("set QUEUE_URL, or name the stage."),
  ]);
  expect(await said({ QUEUE_URL: `${queueUrl}-none` })).toEqual([
    1,
    expect.stringContaining("There is no queue at"),
  ]);
  expect(await said({ AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:9" })).toEqual([
    1,
    expect.stringContaining("AWS could not be reached from here"),
  ]);
  const several = await countersign(["redrive", "r-1a2b3c", "--all"], { ...env });
  expect([several.code, several.err]).toEqual([
    2,
    expect.stringContaining("Name one run or message, or say --all."),
  ]);
});
