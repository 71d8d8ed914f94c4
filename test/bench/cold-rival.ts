// What ours is measured against: the same command behind Bolt as its documentation writes it for Lambda, beside the document client most apps store with.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { App, AwsLambdaReceiver } from "@slack/bolt";

const { SLACK_SIGNING_SECRET = "", SLACK_BOT_TOKEN = "" } = process.env;
const { SLACK_BOT_ID = "", SLACK_BOT_USER_ID = "", TABLE_NAME } = process.env;

const receiver = new AwsLambdaReceiver({ signingSecret: SLACK_SIGNING_SECRET });
// With its ids given it makes no call of its own at start, as ours does not: that would cost it more.
const ids = { botId: SLACK_BOT_ID, botUserId: SLACK_BOT_USER_ID };
const app = new App({ token: SLACK_BOT_TOKEN, receiver, ...ids, tokenVerificationEnabled: false });
const documents = DynamoDBDocumentClient.from(new DynamoDBClient());

app.command("/countersign", async ({ command: { text, user_id }, ack }) => {
  if (text !== "help")
    await documents.send(new PutCommand({ TableName: TABLE_NAME, Item: { pk: user_id, text } }));
  await ack("/countersign run deploy");
});

type Handler = Awaited<ReturnType<AwsLambdaReceiver["start"]>>;

export const handler = async (...args: Parameters<Handler>): Promise<unknown> =>
  (await receiver.start())(...args);
