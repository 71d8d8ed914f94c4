// The handlers as they are shipped: the bundles, given the events AWS would give them, against real servers.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { beforeAll, expect, test } from "vitest";
import { SECRET_CONTENTS } from "../../src/lambda/secret-contents.ts";
import { buildBundles, loadBundle } from "../support/bundles.ts";
import { buttonClick, buttonValue, type Delivery, slashCommand } from "../support/deliver.ts";
import { plainEvent, startDeployed } from "../support/deployed.ts";
import { startSecretsManager } from "../support/secrets-manager.ts";
import { messageLike, pendingCard } from "../support/system.ts";

// On a machine that does much else it takes longer than one test may.
beforeAll(async () => {
  await buildBundles();
}, 120_000);

/** As API Gateway sends form bodies, with the header names as the REST API and some proxies write them. */
function base64Event({ body, headers }: Delivery): APIGatewayProxyEventV2 {
  const shouted = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  return {
    version: "2.0",
    headers: shouted,
    body: body.toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
}

/** As on AWS: what is in the secret is not in the environment. */
async function withSecrets(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const { url, secrets } = await startSecretsManager();
  const isSecret = (name: string): boolean => SECRET_CONTENTS.app.some((each) => each === name);
  const { secret = [], open = [] } = Object.groupBy(Object.entries(env), ([name]) =>
    isSecret(name) ? "secret" : "open",
  );
  secrets.set("countersign/test/app", JSON.stringify(Object.fromEntries(secret)));
  const named = { APP_SECRET: "countersign/test/app", AWS_ENDPOINT_URL_SECRETS_MANAGER: url };
  return { ...Object.fromEntries(open), ...named };
}

async function bundledApp() {
  const { env: open, workOnce, rita, ana } = await startDeployed();
  const env = await withSecrets(open);
  const { handler: slack } = await loadBundle("slack", env);
  const { handler: worker } = await loadBundle("worker", env);
  const { handler: sweeper } = await loadBundle("sweeper", env);
  return { slack, sweeper, workOnce: () => workOnce(worker), rita, ana };
}

test("the bundled handlers complete a deployment: a plain event starts it and a base64 event approves it", async () => {
  const { slack, sweeper, workOnce, rita, ana } = await bundledApp();
  const started = await slack(
    plainEvent(slashCommand("run deploy service=checkout version=v2.4.1 env=prod")),
  );
  expect(started).toMatchObject({
    statusCode: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
  await workOnce();
  const card = await pendingCard(ana);

  const clicked = await slack(
    base64Event(buttonClick({ user: ana.id, action: "approve", value: buttonValue(card, "approve") })),
  );
  expect(clicked).toMatchObject({ statusCode: 200, body: "" });
  await workOnce();
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)/);
  await sweeper();
});

test("the bundled Slack handler refuses what is not signed, whatever the encoding", async () => {
  const { slack } = await bundledApp();
  const forged = slashCommand("help");
  const headers = { ...forged.headers, "x-slack-signature": "v0=0000" };
  expect(await slack(plainEvent({ ...forged, headers }))).toMatchObject({ statusCode: 401 });
  expect(await slack(base64Event({ ...forged, headers }))).toMatchObject({ statusCode: 401 });
});
