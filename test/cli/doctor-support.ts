// What the tests of doctor share: a deployment in which nothing is wrong, servers that answer oddly, and what doctor says as a program reads it.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { inject, onTestFinished } from "vitest";
import { countersign } from "../../src/cli/countersign.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { startLocalSlack } from "../slack/support.ts";
import { freshTable } from "../support/dynamo.ts";
import { freshAws } from "../support/system.ts";

const { teamId, botId, users, channels, groups } = SEED;

/** A server of somebody's, until the test ends. */
export async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const answering =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  };
export const HTML = answering(200, "<html>Please log in to the proxy</html>");

interface Finding {
  readonly kind: string;
  readonly says: string;
  readonly mend?: string;
}

export interface Looked {
  readonly code: number;
  readonly text: string;
  readonly kind: string;
  readonly problems: number;
  /** What is said by the check of that name. */
  of(name: string): readonly Finding[];
  /** Everything that is wrong, as a sentence and how to mend it. */
  readonly wrong: readonly string[];
  readonly all: string;
}

interface Told {
  readonly kind: string;
  readonly text: string;
  readonly problems: number;
  readonly checks: readonly { readonly checks: readonly string[]; readonly findings: readonly Finding[] }[];
}

export async function doctor(env: Readonly<Record<string, string>>, words = ""): Promise<Looked> {
  const args = ["doctor", "--json", ...words.split(" ").filter((word) => word !== "")];
  const { code, out } = await countersign(args, { ...env });
  const { checks, ...told } = JSON.parse(out) as Told;
  return {
    ...{ code, ...told, all: out },
    of: (name) => checks.filter((one) => one.checks.includes(name)).flatMap(({ findings }) => findings),
    wrong: checks.flatMap(({ findings }) =>
      findings.filter(({ kind }) => kind === "wrong").map(({ says, mend }) => `${says} ${mend}`),
    ),
  };
}

export interface Deployment {
  readonly env: Readonly<Record<string, string>>;
  readonly slackUrl: string;
  readonly queueUrl: string;
  readonly deadQueueUrl: string;
  readonly table: string;
}

/** A deployment with all of it in the environment, in which nothing is wrong. */
export async function deployment(): Promise<Deployment> {
  const [slack, aws, opsUrl] = [
    await startLocalSlack(),
    await freshAws(360),
    await served(answering(404, "")),
  ];
  // Of the servers here, the one that is not asked how safely it keeps a table.
  const dynamoUrl = inject("dynaliteUrl");
  const table = await freshTable(dynamoUrl);
  const env = {
    ...{ SLACK_SIGNING_SECRET: "sekrit-signing", SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken },
    ...{ SLACK_API_URL: `${slack.url}/api/`, SLACK_TEAM_ID: teamId },
    ...{ SLACK_BOT_ID: botId, SLACK_BOT_USER_ID: users.bot, SLACK_DEFAULT_CHANNEL: channels.deploys },
    ...{ APPROVER_GROUP: groups.oncall, OPERATOR_GROUP: groups.ops, OPS_URL: opsUrl },
    ...{ TABLE_NAME: table, QUEUE_URL: aws.queueUrl },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl, AWS_ENDPOINT_URL_SQS: aws.sqsUrl },
  };
  return { env, slackUrl: slack.url, ...aws, table };
}
