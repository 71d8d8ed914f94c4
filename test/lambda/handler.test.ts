// The handlers as they are shipped: the bundles, given the events AWS would give them, against real servers.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
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
async function withSecrets(env: Readonly<Record<string, string>>): Promise<{
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Map<string, string>;
}> {
  const { url, secrets } = await startSecretsManager();
  const isSecret = (name: string): boolean => SECRET_CONTENTS.app.some((each) => each === name);
  const { secret = [], open = [] } = Object.groupBy(Object.entries(env), ([name]) =>
    isSecret(name) ? "secret" : "open",
  );
  secrets.set("countersign/test/app", JSON.stringify(Object.fromEntries(secret)));
  const named = { APP_SECRET: "countersign/test/app", AWS_ENDPOINT_URL_SECRETS_MANAGER: url };
  return { env: { ...Object.fromEntries(open), ...named }, secrets };
}

async function bundledApp() {
  const { env: open, workOnce, rita, ana } = await startDeployed();
  const { env, secrets } = await withSecrets(open);
  const { handler: slack } = await loadBundle("slack", env);
  const { handler: worker } = await loadBundle("worker", env);
  const { handler: sweeper } = await loadBundle("sweeper", env);
  return { slack, sweeper, workOnce: () => workOnce(worker), rita, ana, env, secrets };
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

/** The shipped handlers have no clock but the machine's. */
function later(seconds: number): { readonly nowMs: number } {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return { nowMs: Date.now() };
}

test("the bundled Slack handler takes a click that is signed with a new secret, and the bundled api handler such a webhook", async () => {
  const { slack, env, secrets } = await bundledApp();
  expect(await slack(plainEvent(slashCommand("help")))).toMatchObject({ statusCode: 200 });
  const { WEBHOOK_SECRETS = "", ...named } = env;
  secrets.set("countersign/test/webhooks", JSON.stringify({ WEBHOOK_SECRETS }));
  const { handler: api } = await loadBundle("api", {
    ...named,
    WEBHOOKS_SECRET: "countersign/test/webhooks",
  });
  const webhook = async (secret: string): Promise<number | undefined> => {
    const event = {
      ...{
        rawPath: "/v1/webhooks/alertmanager/none",
        rawQueryString: "",
        isBase64Encoded: false,
        body: "{}",
      },
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      requestContext: { http: { method: "POST" } },
    };
    return (await api(event as unknown as APIGatewayProxyEventV2)).statusCode;
  };
  // Nothing is of that name: whoever hears so has been believed.
  expect(await webhook(WEBHOOK_SECRETS)).toBe(404);
  const [signing, hook] = ["another-signing-secret", "another-webhook-secret-of-some-length"];
  const app = JSON.parse(secrets.get("countersign/test/app") ?? "") as object;
  secrets.set("countersign/test/app", JSON.stringify({ ...app, SLACK_SIGNING_SECRET: signing }));
  secrets.set("countersign/test/webhooks", JSON.stringify({ WEBHOOK_SECRETS: hook }));
  const { nowMs } = later(11);
  expect(await slack(plainEvent(slashCommand("help", {}, { secret: signing, nowMs })))).toMatchObject({
    statusCode: 200,
  });
  expect(await webhook(hook)).toBe(404);
  expect(await webhook(WEBHOOK_SECRETS)).toBe(401);
});

test("the bundled handlers log under the name and from the level that the deployment says, with the request's id, and count under that name from when Slack began to wait", async () => {
  const { env, secrets } = await bundledApp();
  const written: string[] = [];
  const write = vi
    .spyOn(process.stdout, "write")
    .mockImplementation((line) => written.push(String(line)) > 0);
  onTestFinished(() => {
    write.mockRestore();
  });
  const { handler } = await loadBundle("slack", { ...env, SERVICE_NAME: "countersign-x", LOG_LEVEL: "WARN" });
  const invocation = { awsRequestId: "request-1", functionName: "countersign-x-slack" };
  const app = secrets.get("countersign/test/app") ?? "";
  secrets.set("countersign/test/app", "{}");
  await expect(handler(plainEvent(slashCommand("help")), invocation)).rejects.toThrow();
  secrets.set("countersign/test/app", app);
  const command = plainEvent(slashCommand("run deploy service=checkout version=v2.4.1 env=prod"));
  // It reached API Gateway before there was a function, as at a cold start.
  const arrived = { requestContext: { timeEpoch: Date.now() - 700 } } as unknown as APIGatewayProxyEventV2;
  await handler({ ...command, ...arrived }, invocation);
  write.mockRestore();
  const lines = written.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(lines.map(({ service }) => service)).toEqual(lines.map(() => "countersign-x"));
  const said = lines.filter(({ message }) => message !== undefined);
  expect(said).toMatchObject([{ level: "ERROR", function_request_id: "request-1", cold_start: true }]);
  const [answered, ...others] = lines.flatMap(({ SlackAnswer: ms }) => (ms === undefined ? [] : [ms]));
  expect(others).toEqual([]);
  expect(answered).toBeGreaterThanOrEqual(700);
});
