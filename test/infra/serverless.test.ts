// serverless.yml against the code it deploys: what `serverless package` makes of it is compared with the handlers, the table and the configuration.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { SQSRecord } from "aws-lambda";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { HANDLERS } from "../../infra/bundle.ts";
import { builtAs } from "../../infra/check/built.ts";
import { findingsIn } from "../../infra/check/check.ts";
import { LOCAL_ONLY, NAMES_READ, SECRETLY } from "../../infra/check/configuration.ts";
import type { Built } from "../../infra/check/functions.ts";
import { ofType, type Resource } from "../../infra/check/template.ts";
import { appended, EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { encodeJob } from "../../src/runs/job-text.ts";
import { createStores } from "../../src/aws/stores.ts";
import { tableShape } from "../../src/aws/table.ts";
import { type SecretKind, secretName } from "../../src/lambda/secret-contents.ts";
import { WORKER_TIMEOUT_MS } from "../../src/lambda/time-outs.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { failure } from "../approvals/entries.ts";
import { freshKey, runOf } from "../contract/fixtures.ts";
import { buildBundles, loadBundle } from "../support/bundles.ts";
import { startDeployed } from "../support/deployed.ts";
import { startRelay } from "../support/relay.ts";
import { messageLike } from "../support/system.ts";
import { callsIn, MADE_BY_LAMBDA, NEVER_MADE } from "./calls.ts";
import { FAULTS } from "./faults/all.ts";
import { faulty } from "./faults/fault.ts";
import { packageService, type Packaged } from "./package.ts";

let packaged: Packaged;
let built: Built;
beforeAll(async () => {
  packaged = await packageService();
  built = builtAs((await buildBundles()).metafiles);
}, 120_000);

const Attribute = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) });
const LambdaFunction = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Timeout: z.number(),
  Role: Attribute,
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});
const Target = z.union([Attribute, z.object({ "Fn::Sub": z.string() })]);
const Statement = z.object({
  Effect: z.literal("Allow"),
  Action: z.array(z.string()),
  Resource: z.union([Target.transform((target) => [target]), z.array(Target)]),
});
const Role = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })]),
});

function named(name: string): Resource {
  const resource = packaged.template.Resources[name];
  if (resource === undefined) throw new Error(`The template has no ${name}.`);
  return resource;
}

function lambda(name: string): z.infer<typeof LambdaFunction> {
  // As Serverless makes a resource's name of a function's.
  const resource = `${name.charAt(0).toUpperCase()}${name.slice(1).replace("-", "Dash")}LambdaFunction`;
  return LambdaFunction.parse(named(resource).Properties);
}

const SECRETS = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret";

/** What a function may do, one line for each action: "dynamodb:GetItem on Table.Arn". */
function permissions(name: string): readonly string[] {
  const role = Role.parse(named(lambda(name).Role["Fn::GetAtt"][0]).Properties);
  return role.Policies[0].PolicyDocument.Statement.flatMap(({ Action, Resource: targets }) =>
    targets.flatMap((on) =>
      Action.map((action) => `${action} on ${"Fn::Sub" in on ? on["Fn::Sub"] : on["Fn::GetAtt"].join(".")}`),
    ),
  );
}

test("packaging needs no credentials and never reaches for the network", () => {
  expect(packaged.networkAttempts).toBe("");
});

describe("the functions", () => {
  test("are exactly the bundled handlers, by their names", () => {
    expect(ofType(packaged.template, "AWS::Lambda::Function")).toHaveLength(HANDLERS.length);
    for (const name of HANDLERS) {
      expect(lambda(name)).toMatchObject({
        FunctionName: `countersign-test-${name}`,
        Handler: `dist/${name}.handler`,
      });
    }
  });

  test.each(HANDLERS)("%s ships its own bundle and nothing else", async (name) => {
    const { dir } = await buildBundles();
    const parts = (await readdir(join(dir, name))).filter((file) => file.endsWith(".mjs"));
    const shipped = [`dist/${name}.mjs`, ...parts.map((file) => `dist/${name}/${file}`)];
    expect([...(await packaged.zip(name))].sort()).toEqual(shipped.sort());
  });

  test("may do exactly what their code does, on our own resources", () => {
    const logs = (group: string): readonly string[] => [
      `logs:CreateLogStream on ${group}.Arn`,
      `logs:PutLogEvents on ${group}.Arn`,
    ];
    // Six characters follow each name, which Secrets Manager chooses.
    const secrets = (...kinds: readonly SecretKind[]): readonly string[] =>
      kinds.map((kind) => `secretsmanager:GetSecretValue on ${SECRETS}:${secretName("test", kind)}-??????`);
    expect(permissions("slack")).toEqual([
      "dynamodb:GetItem on Table.Arn",
      "dynamodb:BatchGetItem on Table.Arn",
      "dynamodb:PutItem on Table.Arn",
      "dynamodb:UpdateItem on Table.Arn",
      "dynamodb:Query on Table.Arn",
      ...["status", "workflow", "channel", "approver", "conversation", "due"].map(
        (index) => `dynamodb:Query on \${Table.Arn}/index/${index}`,
      ),
      "sqs:SendMessage on JobQueue.Arn",
      ...secrets("app"),
      ...logs("SlackLogGroup"),
    ]);
    expect(permissions("api")).toEqual([
      "dynamodb:GetItem on Table.Arn",
      "dynamodb:BatchGetItem on Table.Arn",
      "dynamodb:PutItem on Table.Arn",
      "dynamodb:UpdateItem on Table.Arn",
      "dynamodb:Query on Table.Arn",
      ...["status", "approver"].map((index) => `dynamodb:Query on \${Table.Arn}/index/${index}`),
      "sqs:SendMessage on JobQueue.Arn",
      ...secrets("app", "webhooks"),
      ...logs("ApiLogGroup"),
    ]);
    expect(permissions("worker")).toEqual([
      "dynamodb:GetItem on Table.Arn",
      "dynamodb:BatchGetItem on Table.Arn",
      "dynamodb:PutItem on Table.Arn",
      "dynamodb:UpdateItem on Table.Arn",
      "dynamodb:Query on Table.Arn",
      "dynamodb:BatchWriteItem on Table.Arn",
      ...["status", "approver", "due"].map((index) => `dynamodb:Query on \${Table.Arn}/index/${index}`),
      "sqs:SendMessage on JobQueue.Arn",
      "sqs:ReceiveMessage on JobQueue.Arn",
      "sqs:DeleteMessage on JobQueue.Arn",
      "sqs:GetQueueAttributes on JobQueue.Arn",
      ...secrets("app", "model"),
      ...logs("WorkerLogGroup"),
    ]);
    expect(permissions("sweeper")).toEqual([
      "dynamodb:Query on ${Table.Arn}/index/due",
      "dynamodb:GetItem on Table.Arn",
      "sqs:SendMessage on JobQueue.Arn",
      ...secrets("app"),
      ...logs("SweeperLogGroup"),
    ]);
    expect(permissions("dead-letter")).toEqual([
      "dynamodb:GetItem on Table.Arn",
      "dynamodb:PutItem on Table.Arn",
      "dynamodb:UpdateItem on Table.Arn",
      "dynamodb:Query on Table.Arn",
      "sqs:ReceiveMessage on DeadJobQueue.Arn",
      "sqs:DeleteMessage on DeadJobQueue.Arn",
      "sqs:GetQueueAttributes on DeadJobQueue.Arn",
      ...secrets("app"),
      ...logs("DeadDashletterLogGroup"),
    ]);
  });

  test.each(HANDLERS)("%s may make each call that is in its bundle, and none else", async (name) => {
    const { outputs } = (await buildBundles()).metafiles[name];
    const inBundle = callsIn(outputs).filter((call) => !NEVER_MADE[name].includes(call));
    const allowed = permissions(name).map((line) => line.split(" ", 1)[0] ?? "");
    const ours = [...new Set(allowed)].filter((action) => !MADE_BY_LAMBDA.has(action));
    expect(ours.toSorted()).toEqual(inBundle.toSorted());
  });

  test("a dead job can be dealt with by what its function may do, also where the run's history is full", async () => {
    const { env, ana } = await startDeployed();
    const allowed = permissions("dead-letter").flatMap((line) => /^dynamodb:(\w+)/.exec(line)?.[1] ?? []);
    const dynamo = await startRelay(env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "");
    onTestFinished(() => dynamo.close());
    dynamo.refuse(new RegExp(`x-amz-target: DynamoDB_\\d+\\.(?!(?:${allowed.join("|")})\\b)`, "i"));
    const { SLACK_TEAM_ID: team = "", SLACK_DEFAULT_CHANNEL: channel = "", TABLE_NAME: table = "" } = env;
    const key = freshKey(team);
    const { open: audit } = appended(
      EMPTY_AUDIT,
      Array.from({ length: 40 }, (_, n) => failure(`before:${n}`)),
      { key },
    );
    const stores = createStores(
      createDynamo({ endpoint: env["AWS_ENDPOINT_URL_DYNAMODB"], timeoutMs: 5_000, maxAttempts: 3 }),
      table,
      UNCOUNTED,
    );
    await stores.records.saveRun({ ...runOf(key), channel, audit });
    const { handler } = await loadBundle("dead-letter", { ...env, AWS_ENDPOINT_URL_DYNAMODB: dynamo.url });
    const job = { messageId: "m1", body: encodeJob({ kind: "start", ...key }) } as unknown as SQSRecord;
    expect(await handler({ Records: [job] })).toEqual({ batchItemFailures: [] });
    await messageLike(ana, /Failed: This run could not go on/);
    expect(await Array.fromAsync(stores.trail.sealed(key))).toEqual([{ first: 0, entries: audit.entries }]);
  });

  test("are woken by Slack, by programs, the queues and the clock, and by nobody else", () => {
    expect(
      ofType(packaged.template, "AWS::ApiGatewayV2::Route").map(
        ([, { Properties }]) => Properties["RouteKey"],
      ),
    ).toEqual([
      "POST /slack/events",
      "ANY /v1/{route+}",
      "GET /openapi.json",
      "GET /docs",
      "GET /health",
      "HEAD /health",
    ]);
    expect(
      ofType(packaged.template, "AWS::Events::Rule").map(
        ([, { Properties }]) => Properties["ScheduleExpression"],
      ),
    ).toEqual(["rate(1 minute)"]);
    expect(
      ofType(packaged.template, "AWS::Lambda::EventSourceMapping").map(([, { Properties }]) => Properties),
    ).toEqual([
      expect.objectContaining({
        BatchSize: 1,
        EventSourceArn: { "Fn::GetAtt": ["JobQueue", "Arn"] },
        FunctionName: { "Fn::GetAtt": ["WorkerLambdaFunction", "Arn"] },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: 5 },
      }),
      expect.objectContaining({
        BatchSize: 1,
        EventSourceArn: { "Fn::GetAtt": ["DeadJobQueue", "Arn"] },
        FunctionName: { "Fn::GetAtt": ["DeadDashletterLambdaFunction", "Arn"] },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      }),
    ]);
  });
});

test.each(HANDLERS)("the environment of %s names the table, the queue and its own stage", (name) => {
  expect(lambda(name).Environment.Variables).toMatchObject({
    TABLE_NAME: { Ref: "Table" },
    QUEUE_URL: { Ref: "JobQueue" },
    SERVICE_NAME: "countersign-test",
    LOG_LEVEL: "INFO",
    RETENTION_DAYS: "90",
    AUDIT_RETENTION_DAYS: "400",
    // As everywhere, unless the deployment names another one.
    SLACK_COMMAND: "",
  });
});

test("what stands in secrets, and what only one machine needs, is read by the configuration", () => {
  expect([...SECRETLY.keys(), ...LOCAL_ONLY].filter((name) => !NAMES_READ.has(name))).toEqual([]);
});

test("the table has the keys and the indexes that the code creates locally", () => {
  expect(named("Table").Properties).toMatchObject(tableShape);
});

test("programs cannot use up what clicks need: what Slack sends has limits of its own", () => {
  expect(named("HttpApiStage").Properties["RouteSettings"]).toEqual({
    "POST /slack/events": { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
  });
});

test("the worker may take as long as its steps are cut for", () => {
  expect(lambda("worker").Timeout * 1_000).toBe(WORKER_TIMEOUT_MS);
});

test("the worker may wake itself as often as a run has steps, and a sweep that failed is left to the next one", () => {
  expect(named("WorkerLambdaFunction").Properties["RecursiveLoop"]).toBe("Allow");
  expect(
    ofType(packaged.template, "AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties),
  ).toEqual([
    expect.objectContaining({ FunctionName: { Ref: "SweeperLambdaFunction" }, MaximumRetryAttempts: 0 }),
  ]);
});

test("a job may fail five times", () => {
  expect(named("JobQueue").Properties["RedrivePolicy"]).toMatchObject({ maxReceiveCount: 5 });
});

describe("the checker", () => {
  test("finds nothing wrong with what would be deployed", () => {
    expect(findingsIn(packaged.template, built)).toEqual([]);
  });

  test.each(FAULTS)("finds $what", (fault) => {
    expect(findingsIn(faulty(packaged.template, fault), built)).toEqual(fault.findings);
  });
});
