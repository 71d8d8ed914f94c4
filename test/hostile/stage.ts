// Where hostile requests are sent: the handlers on a table with a question of every kind, a local Slack behind them, and what was captured of it.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Approval } from "../../src/approvals/approval.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import type { LocalAddresses } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import { startLocalSlack } from "../slack/support.ts";
import { freshAws } from "../support/system.ts";
import { type Captured, captureAll, othersIn, type Sent } from "./captured.ts";
import type { Handlers } from "./handlers.ts";
import { startOpening } from "./opening.ts";
import { cardsOf, QUESTIONS } from "./questions.ts";
import { type Change, changesBetween, type Items, itemsIn, undo } from "./table.ts";

export interface Stage {
  readonly handlers: Handlers;
  readonly captured: readonly Captured[];
  readonly others: readonly string[];
  readonly approvals: readonly Approval[];
  /** What has changed in the table since the beginning. */
  changes(): Promise<readonly Change[]>;
  undo(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

export async function startStage(
  handlersAt: (addresses: LocalAddresses) => Handlers | Promise<Handlers>,
): Promise<Stage> {
  const { table, queueUrl, dynamoUrl, sqsUrl } = await freshAws();
  const slack = await startLocalSlack();
  const opsUrl = "http://127.0.0.1:9";
  const opening = await startOpening(slack.url);
  const handlers = await handlersAt({ slackUrl: opening.url, dynamoUrl, sqsUrl, queueUrl, table, opsUrl });
  const recorded: Sent[] = [];
  const door = await serveHandler((event) => {
    recorded.push(sentOf(event));
    return handlers.slack(event);
  }, SILENT);
  slack.setAppUrl(door.url);

  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 2 });
  const records = createRecords(dynamo, table, UNCOUNTED);
  for (const { run, approvals } of QUESTIONS) {
    await records.saveRun(run);
    for (const approval of approvals) await records.saveApproval(approval);
  }
  const atFirst: Items = await itemsIn(dynamo, table);
  const changes = async (): Promise<readonly Change[]> =>
    changesBetween(atFirst, await itemsIn(dynamo, table));

  const messenger = createMessenger(slack.web, { defaultChannel: SEED.channels.deploys });
  const shown: string[] = [];
  for (const question of QUESTIONS)
    for (const { card, drawing } of cardsOf(question)) {
      const { team, thread, channel } = question.run;
      shown.push((await messenger.draw(drawing, { team, thread, card, channel, mayExist: false })).ts);
    }
  const { messages } = await slack.everything();
  const { rita, ana, bo } = SEED.users;
  const captured = await captureAll({
    people: { rita: slack.person(rita), ana: slack.person(ana), bo: slack.person(bo) },
    cards: messages.filter(({ ts }) => shown.includes(ts)),
    sent: () => recorded.splice(0),
    restore: async () => undo(dynamo, table, await changes()),
  });
  opening.open();
  handlers.lines();
  const approvals = QUESTIONS.flatMap((question) => question.approvals);
  return {
    ...{ handlers, captured, approvals, others: othersIn(captured, approvals), changes },
    undo: (all) => undo(dynamo, table, all),
    async close(): Promise<void> {
      await door.close();
      dynamo.destroy();
    },
  };
}

function sentOf({ body = "", headers }: APIGatewayProxyEventV2): Sent {
  return { contentType: headers["content-type"] ?? "", body: Buffer.from(body, "base64") };
}
