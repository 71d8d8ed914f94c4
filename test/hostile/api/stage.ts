// Where the API is asked: its handler on a table of its own with a local Slack behind it, keys of every kind, and what must never be said.
import { randomBytes } from "node:crypto";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { createApiKeys } from "../../../src/aws/api-keys.ts";
import { createDynamo } from "../../../src/aws/dynamodb.ts";
import { createRecords } from "../../../src/aws/records.ts";
import type { HttpHandler } from "../../../src/lambda/app.ts";
import { type LocalAddresses, LOCAL_SECRETS, LOCAL_WEBHOOK_SECRET } from "../../../src/local/config.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { type ApiKey, hashOf, type Scope, secretOf, tokenOf } from "../../../src/runs/api-keys.ts";
import { UNCOUNTED } from "../../../src/runs/metrics.ts";
import { startLocalSlack } from "../../slack/support.ts";
import { overhear } from "../../support/overhear.ts";
import { freshAws } from "../../support/system.ts";
import { type Change, changesBetween, itemsIn, undo } from "../table.ts";
import { DECIDER, HIDDEN, KEPT } from "./kept.ts";

export interface Key {
  readonly name: string;
  readonly owner: string;
  readonly scopes: readonly string[];
  readonly token: string;
  readonly isValid: boolean;
}

export interface ApiStage {
  readonly keys: readonly Key[];
  /** What is in no answer and no line of the log, each in part. */
  readonly secrets: readonly string[];
  send(event: object): Promise<APIGatewayProxyStructuredResultV2>;
  /** What was logged since the last time. */
  lines(): readonly string[];
  /** What has changed in the table since the last time, when all of that was undone. */
  changes(): Promise<readonly Change[]>;
  undo(changes: readonly Change[]): Promise<void>;
}

export interface ServedApi {
  readonly api: HttpHandler;
  lines(): readonly string[];
}

const { rita, ana, otto, gus } = SEED.users;
const ALL: readonly [Scope, ...Scope[]] = ["start", "read", "decide", "cancel", "audit"];

interface Made extends Partial<Pick<ApiKey, "revoked" | "previous">> {
  readonly name: string;
  readonly owner: string;
  readonly scopes?: readonly [Scope, ...Scope[]];
  readonly isValid?: false;
}

/** All of the table is looked through only when something else was asked of it. */
const READS = ["GetItem", "BatchGetItem", "Query", "TransactGetItems"];

const LONG_AGO = "2026-01-01T00:00:00.000Z";
const MADE: readonly Made[] = [
  { name: "starter", owner: rita },
  { name: DECIDER, owner: otto },
  { name: "of-approver", owner: ana },
  { name: "of-guest", owner: gus },
  ...ALL.map((scope): Made => ({ name: `only-${scope}`, owner: ana, scopes: [scope] })),
  { name: "gone", owner: rita, isValid: false, revoked: { at: LONG_AGO, by: ana } },
];

export async function startApiStage(
  serve: (addresses: LocalAddresses) => ServedApi | Promise<ServedApi>,
  onEnd: (end: () => Promise<void>) => void,
): Promise<ApiStage> {
  const { table, queueUrl, dynamoUrl, sqsUrl } = await freshAws();
  const slack = await startLocalSlack();
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 2 });
  const wire = await overhear(dynamoUrl);
  onEnd(async () => {
    dynamo.destroy();
    await wire.close();
  });
  const records = createRecords(dynamo, table, UNCOUNTED);
  for (const { run, approvals } of KEPT) {
    await records.saveRun(run);
    for (const approval of approvals) await records.saveApproval(approval);
  }
  const store = createApiKeys(dynamo, table, UNCOUNTED);
  const keys: Key[] = [];
  for (const { isValid = true, scopes = ALL, ...made } of MADE) {
    const secret = secretOf(randomBytes(32));
    const created = { createdAt: LONG_AGO, createdBy: ana, version: 1, team: SEED.teamId };
    await store.save({ ...made, scopes: [...scopes] as ApiKey["scopes"], hash: hashOf(secret), ...created });
    const { name, owner } = made;
    keys.push({ name, owner, scopes, isValid, token: tokenOf({ name, secret }) });
  }
  const served = await serve({
    ...{ slackUrl: slack.url, dynamoUrl: wire.url, sqsUrl, queueUrl, table },
    opsUrl: "http://127.0.0.1:9",
  });
  const atFirst = await itemsIn(dynamo, table);
  const ofKeys = keys.flatMap(({ token }) => [token.slice(-30), hashOf(token.slice(-43)).slice(0, 30)]);
  return {
    keys,
    secrets: [
      LOCAL_SECRETS.signingSecret,
      LOCAL_SECRETS.botToken,
      LOCAL_WEBHOOK_SECRET,
      ...HIDDEN,
      ...ofKeys,
    ],
    // An event as it may come, in whatever form.
    send: async (event) => served.api(event as APIGatewayProxyEventV2),
    lines: () => served.lines(),
    async changes() {
      const hasWritten = wire.asked().some(({ operation }) => !READS.includes(operation));
      return hasWritten ? changesBetween(atFirst, await itemsIn(dynamo, table)) : [];
    },
    undo: (changes) => undo(dynamo, table, changes),
  };
}
