// npm run countersign -- setup: what is asked, given, learned from Slack and written, and what a function reads of it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSecretReader } from "../../src/aws/secrets.ts";
import { countersign } from "../../src/cli/countersign.ts";
import { terminalPrompt } from "../../src/cli/prompt.ts";
import { parseConfig } from "../../src/lambda/config.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { startLocalSlack } from "../slack/support.ts";
import { type SecretsManager, startSecretsManager } from "../support/secrets-manager.ts";

const { botId, channels, groups, teamId, teamName, users } = SEED;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Operator {
  readonly manager: SecretsManager;
  /** Without answers nobody is there to be asked. */
  setup(options: string, answers?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Every question, and whether its answer was seen. */
  readonly asked: string[];
  secret(kind: string): Readonly<Record<string, string>>;
}

async function operator(extra: Readonly<Record<string, string>> = {}): Promise<Operator> {
  const [slack, manager] = [await startLocalSlack(), await startSecretsManager()];
  const env = { SLACK_API_URL: `${slack.url}/api/`, AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url, ...extra };
  const asked: string[] = [];
  return {
    manager,
    asked,
    setup: (options, answers) => {
      const prompt = (question: string, { isHidden }: { readonly isHidden: boolean }): Promise<string> => {
        asked.push(`${isHidden ? "unseen" : "seen"}: ${question}`);
        const [, answer = ""] =
          Object.entries(answers ?? {}).find(([words]) => question.includes(words)) ?? [];
        return Promise.resolve(answer);
      };
      const args = ["setup", ...options.split(" ")];
      return countersign(args, env, answers === undefined ? {} : { prompt });
    },
    secret: (kind) =>
      JSON.parse(manager.secrets.get(`countersign/dev/${kind}`) ?? "null") as Readonly<
        Record<string, string>
      >,
  };
}

const APP = {
  SLACK_SIGNING_SECRET: "sekrit-signing",
  SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken,
  ...{ SLACK_TEAM_ID: teamId, SLACK_BOT_ID: botId, SLACK_BOT_USER_ID: users.bot },
  SLACK_DEFAULT_CHANNEL: channels.deploys,
  ...{ APPROVER_GROUP: groups.oncall, OPERATOR_GROUP: groups.ops },
  OPS_URL: "https://ops.example",
};
const GIVEN = `--signing-secret sekrit-signing --bot-token ${APP.SLACK_BOT_TOKEN} --channel #deploys --approvers @oncall --operators ${groups.ops} --ops-url https://ops.example`;
const ALL = `--stage dev ${GIVEN}`;
const WRITES = /^(?:Create|Put)/;

describe("the first time", () => {
  test("with all of it given nothing is asked: names become ids, Slack tells the bot's, and the functions can read it", async () => {
    const { manager, setup, secret } = await operator();
    const { code, out, err } = await setup(ALL);
    expect([code, err]).toEqual([0, ""]);
    expect([secret("app"), secret("model"), secret("webhooks")]).toEqual([APP, {}, {}]);
    expect(out).toContain(`For the stage dev in eu-west-1, and the workspace ${teamName}:`);
    expect(out).toContain("countersign/dev/app, new");
    expect(out).toContain(`SLACK_DEFAULT_CHANNEL: ${channels.deploys}`);
    expect(out).toContain("verify the address under Event Subscriptions");
    expect(out).toContain("into a private one it is invited first");
    expect(out).toContain("npm run countersign -- setup --stage dev --region eu-west-1 --model-key ask\n");
    for (const hidden of ["sekrit-signing", APP.SLACK_BOT_TOKEN]) expect(out).not.toContain(hidden);
    const read = createSecretReader({ endpoint: manager.url, timeoutMs: 5_000, maxAttempts: 1 });
    const env = {
      TABLE_NAME: "t",
      QUEUE_URL: "https://queue.example",
      ...(await read("countersign/dev/app")),
    };
    expect(parseConfig(env).slack.signingSecret).toBe("sekrit-signing");
  });

  test("what is missing is asked for, what is secret unseen, and nothing is written without a yes", async () => {
    const { asked, manager, secret, setup } = await operator({ OPS_URL: "https://ops.example" });
    const answers = {
      ...{ "Signing secret": "sekrit-signing", "Bot token": APP.SLACK_BOT_TOKEN, Channel: "deploys" },
      ...{ "that decides": "oncall", "that operates": "@ops" },
    };
    expect(await setup("--stage dev", { ...answers, "Write this?": "" })).toMatchObject({ code: 1 });
    expect(manager.asked.filter((line) => WRITES.test(line))).toEqual([]);
    expect(await setup("--stage dev", { ...answers, "Write this?": "yes" })).toMatchObject({ code: 0 });
    expect(secret("app")).toEqual(APP);
    const questions = asked.slice(asked.length / 2);
    expect(questions.map((line) => line.slice(0, 20))).toEqual([
      ...["unseen: Signing secr", "unseen: Bot token (x", "seen: Channel for ru"],
      ...["seen: User group tha", "seen: User group tha", "seen: For the stage "],
    ]);
    expect(questions.join()).not.toMatch(/sekrit-signing|xoxb-local/);
  });

  test("a dry run shows what would be written, and writes nothing", async () => {
    const { manager, setup } = await operator();
    const { code, out } = await setup(`${ALL} --dry-run`);
    expect(code).toBe(0);
    expect(out).toMatch(
      /countersign\/dev\/app, new[^]*SLACK_SIGNING_SECRET: \(secret\)[^]*Nothing was written\.\n$/,
    );
    expect(manager.secrets.size).toBe(0);
  });
});

describe("again", () => {
  test("only what is given is replaced, unseen if it is asked for, and what was there is kept", async () => {
    const { asked, manager, secret, setup } = await operator({ OPENAI_API_KEY: "sk-of-somebody" });
    await setup(ALL);
    manager.asked.length = 0;
    const { code, out } = await setup("--stage dev --signing-secret ask", {
      signing: "sekrit-new",
      "Signing secret": "sekrit-new",
      "Write this?": "y",
    });
    expect([code, asked[0]]).toEqual([0, "unseen: Signing secret, under Basic Information of the Slack app"]);
    expect(secret("app")).toEqual({ ...APP, SLACK_SIGNING_SECRET: "sekrit-new" });
    expect(manager.asked.filter((line) => WRITES.test(line))).toEqual(["PutSecretValue countersign/dev/app"]);
    expect(out).toContain("countersign/dev/app, changed\n  SLACK_SIGNING_SECRET: (secret)\n");
    expect(out).toContain("countersign/dev/webhooks, as it was");
  });

  test("the model and webhooks have secrets of their own, and a webhook's that is made is told once", async () => {
    const { manager, secret, setup } = await operator();
    await setup(ALL);
    const { out } = await setup("--stage dev --model-key sk-sekrit --model gpt-large --webhook-secrets new");
    expect(secret("model")).toEqual({ OPENAI_API_KEY: "sk-sekrit", OPENAI_MODEL: "gpt-large" });
    const { WEBHOOK_SECRETS: made = "" } = secret("webhooks");
    expect(made).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(out.split("\n").filter((line) => line === made)).toHaveLength(1);
    expect([out.includes("sk-sekrit"), out.includes("OPENAI_MODEL: gpt-large")]).toEqual([false, true]);
    expect(
      parseConfig({
        ...secret("app"),
        ...secret("webhooks"),
        TABLE_NAME: "t",
        QUEUE_URL: "https://q.example",
      }).webhookSecrets,
    ).toEqual([made]);
    const again = await setup("--stage dev --webhook-secrets new");
    const [newer = "", ...older] = (secret("webhooks")["WEBHOOK_SECRETS"] ?? "").split(" ");
    expect([older, newer === made]).toEqual([[made], false]);
    expect(again.out).toContain(`${newer}\nWhat was there before counts as well.`);
    expect(again.out).not.toContain(made);
    expect(
      await setup("--stage dev --webhook-secrets ask", { "webhook-secrets": newer, "Write this?": "y" }),
    ).toMatchObject({ code: 0 });
    expect(secret("webhooks")).toEqual({ WEBHOOK_SECRETS: newer });
    expect((await setup("--stage dev --webhook-secrets off")).out).not.toContain(made);
    expect(manager.secrets.get("countersign/dev/webhooks")).toBe('{"WEBHOOK_SECRETS":"off"}');
  });

  test("what is exported stands in for what is not there yet, which is said, and never for what is kept", async () => {
    const { manager, secret, setup } = await operator({ OPENAI_API_KEY: "sk-sekrit", OPENAI_MODEL: "large" });
    const { out } = await setup(ALL);
    expect(out).toContain("OPENAI_API_KEY: (secret, from the environment)\n");
    expect(out).toContain("OPENAI_MODEL: large (from the environment)\n");
    expect(out).toContain("SLACK_BOT_TOKEN: (secret)\n");
    const exported = await operator({ SLACK_BOT_TOKEN: "xoxb-of-another-app", OPENAI_API_KEY: "sk-other" });
    for (const [name, contents] of manager.secrets) exported.manager.secrets.set(name, contents);
    expect(await exported.setup("--stage dev --channel #general")).toMatchObject({ code: 0 });
    expect(exported.secret("app")).toEqual({ ...APP, SLACK_DEFAULT_CHANNEL: channels.general });
    expect(exported.secret("model")).toEqual(secret("model"));
  });

  test("a secret that is of no use is written anew", async () => {
    const { manager, secret, setup } = await operator();
    await setup(ALL);
    manager.secrets.set("countersign/dev/app", "not JSON");
    expect(await setup("--stage dev")).toMatchObject({
      code: 2,
      err: expect.stringContaining("Say --signing-secret") as string,
    });
    expect(await setup(ALL)).toMatchObject({ code: 0 });
    expect(secret("app")).toEqual(APP);
  });
});

test("what is secret is typed at a terminal without being seen there", async () => {
  const typed = async (isHidden: boolean): Promise<readonly [answer: string, seen: string]> => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const answer = terminalPrompt(input, output)("Bot token", { isHidden });
    input.write(" xoxb-typed \n");
    return [await answer, String(output.read())];
  };
  expect(await typed(true)).toEqual(["xoxb-typed", "Bot token: \n"]);
  expect((await typed(false))[1]).toContain("xoxb-typed");
});

const WRONG: Readonly<Record<string, readonly [options: string, code: number, says: string]>> = {
  "no stage": [GIVEN, 2, "Say which deployment: --stage dev"],
  "an option that is none": ["--stage dev --colour red", 2, '"setup" has no option --colour.'],
  "something missing and nobody to ask": [
    "--stage dev --channel #deploys",
    2,
    "Say --signing-secret, --bot-token, --approvers, --operators, --ops-url: nobody is there to be asked.",
  ],
  "a token that Slack refuses": [
    ALL.replace(APP.SLACK_BOT_TOKEN, "xoxb-sekrit"),
    1,
    "Slack refuses the bot token (invalid_auth).",
  ],
  "a channel that is none": [
    ALL.replace("#deploys", "#deplois"),
    1,
    "There is no channel #deplois that the app can see. Nearest: #deploys",
  ],
  "two groups that are none": [
    ALL.replace("@oncall", "@oncal").replace(groups.ops, "@opps"),
    1,
    "There is no user group @opps",
  ],
  "an address that is none": [ALL.replace("https://ops.example", "ops.example"), 2, "OPS_URL is not a URL."],
  "a webhook secret that is too short": [
    `${ALL} --webhook-secrets sekrit`,
    2,
    "WEBHOOK_SECRETS has a secret of less than 24 characters",
  ],
};

test.each(Object.entries(WRONG))(
  "%s is told with what to do, and nothing is written",
  async (_, [options, code, says]) => {
    const { manager, setup } = await operator();
    const ended = await setup(options);
    expect(ended).toEqual({ code, out: "", err: expect.stringContaining(says) as string });
    expect(ended.err).not.toContain("sekrit");
    expect(manager.secrets.size).toBe(0);
  },
);

/** A Slack that says of every token that it may do this, or does not say what it may do. */
async function slackSaying(scopes?: string): Promise<string> {
  const { url } = await startLocalSlack();
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
      const { authorization = "", "content-type": type = "" } = request.headers;
      const headers = { authorization, "content-type": type };
      const answer = await fetch(`${url}${request.url ?? ""}`, { method: "POST", headers, body });
      const said = scopes === undefined ? {} : { "x-oauth-scopes": scopes };
      response.writeHead(200, { "content-type": "application/json", ...said }).end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
}

test("a token that may not do all that the app does is refused with what it lacks", async () => {
  const { manager, setup } = await operator({ SLACK_API_URL: await slackSaying("commands,chat:write") });
  const { code, err } = await setup(ALL);
  expect([code, err]).toEqual([
    1,
    expect.stringContaining("The bot token lacks app_mentions:read, chat:write.public, "),
  ]);
  expect(err).not.toContain("commands");
  expect(manager.secrets.size).toBe(0);
});

test("a token of which Slack does not say what it may do is taken", async () => {
  const { secret, setup } = await operator({ SLACK_API_URL: await slackSaying() });
  expect(await setup(ALL)).toMatchObject({ code: 0, err: "" });
  expect(secret("app")).toEqual(APP);
});

test("a token of another workspace is refused, since all that is kept belongs to the one before", async () => {
  const { manager, setup } = await operator();
  await setup(ALL);
  manager.secrets.set("countersign/dev/app", JSON.stringify({ ...APP, SLACK_TEAM_ID: "T0OTHER" }));
  const { code, err } = await setup(`--stage dev --bot-token ${APP.SLACK_BOT_TOKEN}`);
  expect(code).toBe(1);
  expect(err).toContain(`The bot token is of ${teamName} (${teamId}), and this deployment serves T0OTHER`);
});

test.each([
  ["AccessDeniedException", "your AWS credentials do not allow it"],
  ["InternalServiceError", "Secrets Manager did not give the secret countersign/dev/"],
])("of AWS's %s it is told what to do", async (type, says) => {
  const { manager, setup } = await operator();
  if (type === "AccessDeniedException")
    manager.before = () => {
      manager.refusal = manager.asked.length > 3 ? { status: 400, type } : undefined;
      return Promise.resolve();
    };
  else manager.refusal = { status: 503, type };
  const { code, err } = await setup(ALL);
  expect([code, err]).toEqual([1, expect.stringContaining(says)]);
  expect(manager.secrets.size).toBe(0);
});

test("the commands that it advises are for the region that was said", async () => {
  const { manager, setup } = await operator();
  const { out } = await setup(`${ALL} --region us-east-1`);
  expect(out).toContain("setup --stage dev --region us-east-1 --model-key ask");
  manager.refusal = { status: 400, type: "InvalidRequestException" };
  const { err } = await setup("--stage dev --region us-east-1");
  expect(err).toMatch(
    /restore-secret --secret-id countersign\/dev\/\w+ --region us-east-1\. Nothing more was written\.$/m,
  );
});
