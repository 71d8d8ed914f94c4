// What the functions read when they start, and again: through the handlers, with a Secrets Manager that is theirs to ask.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { composeApi, composeSlack } from "../../src/lambda/app.ts";
import type { Config } from "../../src/lambda/config.ts";
import { isUnprovenWebhook, isUnsigned, live } from "../../src/lambda/live.ts";
import { createLog } from "../../src/lambda/log.ts";
import { SECRET_CONTENTS, type SecretKind, secretName } from "../../src/lambda/secret-contents.ts";
import type { Surroundings } from "../../src/lambda/surroundings.ts";
import { createClock } from "../../src/local/clock.ts";
import { NOT_WRITTEN } from "../support/counted.ts";
import { type Delivery, slashCommand } from "../support/deliver.ts";
import { startLocalSlack } from "../slack/support.ts";
import { NOWHERE } from "../support/nowhere.ts";
import { type SecretsManager, startSecretsManager } from "../support/secrets-manager.ts";

const NAMES = { app: "APP_SECRET", model: "MODEL_SECRET", webhooks: "WEBHOOKS_SECRET" } as const;

interface Stage {
  readonly manager: SecretsManager;
  /** As serverless.yml makes it: nothing of a secret is in it. */
  readonly env: Readonly<Record<string, string>>;
  readonly around: Surroundings;
  readonly advance: (seconds: number) => void;
  readonly lines: string[];
  /** Another value for a name in a secret; undefined takes the name out. */
  readonly change: (kind: SecretKind, name: string, value: string | undefined) => void;
}

async function stage(...kinds: readonly SecretKind[]): Promise<Stage> {
  const manager = await startSecretsManager();
  const secretly: readonly string[] = Object.values(SECRET_CONTENTS).flat();
  const open = Object.entries(NOWHERE).filter(([name]) => !secretly.includes(name));
  for (const kind of kinds) {
    const values = SECRET_CONTENTS[kind].map((name) => [name, NOWHERE[name] ?? ""]);
    manager.secrets.set(secretName("test", kind), JSON.stringify(Object.fromEntries(values)));
  }
  const named = kinds.map((kind) => [NAMES[kind], secretName("test", kind)] as const);
  const clock = createClock(() => Date.parse("2026-05-04T03:00:00.000Z"));
  const lines: string[] = [];
  return {
    manager,
    env: {
      ...Object.fromEntries([...open, ...named]),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
    },
    around: { clock, newId: () => "id", log: createLog((line) => lines.push(line)), metrics: NOT_WRITTEN },
    advance: clock.advance,
    lines,
    change: (kind, name, value) => {
      const before = JSON.parse(manager.secrets.get(secretName("test", kind)) ?? "{}") as object;
      manager.secrets.set(secretName("test", kind), JSON.stringify({ ...before, [name]: value }));
    },
  };
}

/** A function that answers with what it was composed of. */
function telling(tell: (config: Config) => unknown): {
  readonly name: "worker";
  readonly compose: (config: Config) => () => Promise<unknown>;
} {
  return { name: "worker", compose: (config) => () => Promise.resolve(tell(config)) };
}

/** Does nothing, and counts how often it was composed. */
function counted({ env, around }: Stage): {
  readonly handler: () => Promise<void>;
  readonly composed: () => number;
} {
  let times = 0;
  const compose = () => {
    times += 1;
    return () => Promise.resolve();
  };
  return { handler: live({ name: "worker", compose }, env, around), composed: () => times };
}

/** The Slack function, asked for help: with the status that it answers. */
function helpOf({ env, around }: Stage): (secret?: string) => Promise<number | undefined> {
  const handler = live({ name: "slack", compose: composeSlack, isUnproven: isUnsigned }, env, around);
  return async (secret) => {
    const signing = { ...signingAt({ around }), ...(secret !== undefined && { secret }) };
    return (await handler(eventOf(slashCommand("help", {}, signing)))).statusCode;
  };
}

function signingAt({ around }: Pick<Stage, "around">): { readonly nowMs: number } {
  return { nowMs: Date.parse(around.clock.now()) };
}

function eventOf({ body, headers }: Delivery, rawPath = "/slack/events"): APIGatewayProxyEventV2 {
  const event = {
    rawPath,
    rawQueryString: "",
    headers,
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
  return { ...event, requestContext: { http: { method: "POST" } } } as unknown as APIGatewayProxyEventV2;
}

const GET_APP = "GetSecretValue countersign/test/app";

describe("when a function starts", () => {
  test("nothing is read before the first invocation, which reads once for all that follow", async () => {
    const here = await stage("app");
    const help = helpOf(here);
    expect(here.manager.asked).toEqual([]);
    expect([await help(), await help()]).toEqual([200, 200]);
    here.advance(299);
    expect(await help()).toBe(200);
    expect(here.manager.asked).toEqual([GET_APP]);
    expect(here.lines).toEqual([]);
  });

  test("all secrets are asked for at once", async () => {
    const here = await stage("app", "model");
    const both = Promise.withResolvers<undefined>();
    here.manager.before = () => {
      if (here.manager.asked.length === 2) both.resolve(undefined);
      return both.promise;
    };
    const handler = live(
      telling(({ slack, openai }) => [slack.team, openai.model]),
      here.env,
      here.around,
    );
    expect(await handler()).toEqual([NOWHERE["SLACK_TEAM_ID"], "gpt-5.4-mini"]);
    expect(here.manager.asked.toSorted()).toEqual([GET_APP, "GetSecretValue countersign/test/model"]);
  });

  test("invocations that come at the same time wait for one reading and share what is composed of it", async () => {
    const here = await stage("app");
    const { handler, composed } = counted(here);
    await Promise.all([handler(), handler(), handler()]);
    expect([composed(), here.manager.asked]).toEqual([1, [GET_APP]]);
  });

  test("a secret of the environment counts less than that of the same name in Secrets Manager", async () => {
    const here = await stage("app");
    const env = { ...here.env, SLACK_BOT_TOKEN: "xoxb-of-the-environment" };
    expect(
      await live(
        telling(({ slack }) => slack.token),
        env,
        here.around,
      )(),
    ).toBe(NOWHERE["SLACK_BOT_TOKEN"]);
  });

  test("without the name of a secret, it is composed of the environment, and refuses to load when that is not whole", async () => {
    const { around } = await stage();
    expect(
      await live(
        telling(({ slack }) => slack.token),
        NOWHERE,
        around,
      )(),
    ).toBe("xoxb-local");
    expect(() =>
      live(
        telling(({ slack }) => slack.token),
        {},
        around,
      ),
    ).toThrow("SLACK_BOT_TOKEN is missing");
  });
});

describe("a secret that is replaced", () => {
  test("signs the very request that could not be proven by the one before, and the one before counts no more", async () => {
    const here = await stage("app");
    const help = helpOf(here);
    expect(await help()).toBe(200);
    here.change("app", "SLACK_SIGNING_SECRET", "another-signing-secret");
    here.advance(10);
    expect(await help("another-signing-secret")).toBe(200);
    here.advance(10);
    expect(await help()).toBe(401);
  });

  test("is not asked for again within ten seconds, whoever sends what is not signed", async () => {
    const here = await stage("app");
    const help = helpOf(here);
    expect([await help("guessed"), await help("guessed")]).toEqual([401, 401]);
    here.advance(9);
    expect(await help("guessed")).toBe(401);
    expect(here.manager.asked).toHaveLength(1);
    here.advance(1);
    expect([await help("guessed"), await help("guessed")]).toEqual([401, 401]);
    expect(here.manager.asked).toHaveLength(2);
  });

  test("is not waited for by a click that comes after a guess", async () => {
    const here = await stage("app");
    const help = helpOf(here);
    expect(await help()).toBe(200);
    here.advance(5);
    expect(await help("guessed")).toBe(401);
    here.advance(6);
    expect(await help()).toBe(200);
    expect(here.manager.asked).toHaveLength(1);
  });

  test("proves the very webhook that it was sent with, and API keys that do not count are no cause to look", async () => {
    const here = await stage("app", "webhooks");
    const handler = live(
      { name: "api", compose: composeApi, isUnproven: isUnprovenWebhook },
      here.env,
      here.around,
    );
    const sent = async (
      secret: string,
      path = "/v1/webhooks/alertmanager/none",
    ): Promise<number | undefined> => {
      const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
      return (await handler(eventOf({ body: Buffer.from("{}"), headers }, path))).statusCode;
    };
    const [before = "", after] = [NOWHERE["WEBHOOK_SECRETS"], "another-secret-of-that-length"];
    // Nothing is of that name: whoever hears so has been believed.
    expect(await sent(before)).toBe(404);
    here.change("webhooks", "WEBHOOK_SECRETS", after);
    here.advance(60);
    expect(await sent(after, "/v1/runs")).toBe(401);
    expect(here.manager.asked).toHaveLength(2);
    expect(await sent(after)).toBe(404);
    expect(here.manager.asked).toHaveLength(4);
    expect(await sent(before)).toBe(401);
  });

  test("of the bot is used by the next invocation after Slack has refused the one before", async () => {
    const [here, slack] = [await stage("app"), await startLocalSlack()];
    const env = { ...here.env, SLACK_API_URL: `${slack.url}/api/` };
    const handler = live({ name: "slack", compose: composeSlack, isUnproven: isUnsigned }, env, here.around);
    const started = async (): Promise<string> => {
      const typed = slashCommand("run deploy service=checkout version=v1 env=prod", {}, signingAt(here));
      return (await handler(eventOf(typed))).body ?? "";
    };
    here.change("app", "SLACK_BOT_TOKEN", "xoxb-revoked");
    expect(await started()).toContain("Slack");
    here.change("app", "SLACK_BOT_TOKEN", "xoxb-local");
    here.advance(9);
    expect(await started()).toContain("Slack");
    here.advance(1);
    expect(await started()).toContain("Must be: a version like");
    expect(here.manager.asked).toEqual([GET_APP, GET_APP]);
    here.advance(60);
    await started();
    expect(here.manager.asked).toHaveLength(2);
  });

  test("is used after five minutes at the latest, as the model's key is", async () => {
    const here = await stage("app", "model");
    const handler = live(
      telling(({ openai }) => openai.apiKey),
      here.env,
      here.around,
    );
    here.change("model", "OPENAI_API_KEY", "sk-one");
    expect(await handler()).toBe("sk-one");
    here.change("model", "OPENAI_API_KEY", "sk-other");
    here.advance(299);
    expect(await handler()).toBe("sk-one");
    here.advance(1);
    expect(await handler()).toBe("sk-other");
  });

  test("composes anew, and secrets that are the same do not", async () => {
    const here = await stage("app");
    const { handler, composed } = counted(here);
    for (const _ of [1, 2, 3]) {
      await handler();
      here.advance(300);
    }
    expect([composed(), here.manager.asked.length]).toEqual([1, 3]);
    here.change("app", "APPROVER_GROUP", "S0OTHER");
    await handler();
    expect(composed()).toBe(2);
  });
});

describe("a secret that is of no use", () => {
  const app = secretName("test", "app");
  const cases: readonly (readonly [string, (here: Stage) => void, string])[] = [
    [
      "is not there",
      ({ manager }) => manager.secrets.delete(app),
      `There is no secret ${app}. Write it with: npm run countersign -- setup --stage test --region eu-west-1.`,
    ],
    [
      "may not be read",
      ({ manager }) => (manager.refusal = { status: 400, type: "AccessDeniedException" }),
      `The secret ${app} is not there, or may not be read from here. Write it with: npm run countersign -- setup --stage test --region eu-west-1. If it is there, compare the function's role with infra/roles.yml.`,
    ],
    [
      "is to be deleted",
      ({ manager }) => (manager.refusal = { status: 400, type: "InvalidRequestException" }),
      `Restore it with: aws secretsmanager restore-secret --secret-id ${app} --region eu-west-1.`,
    ],
    [
      "is no JSON",
      ({ manager }) => manager.secrets.set(app, "xoxb-sekrit"),
      `The secret ${app} is not what was written there: it must be a JSON object of texts.`,
    ],
    [
      "holds what is no text",
      ({ manager }) => manager.secrets.set(app, '{"SLACK_BOT_TOKEN":["xoxb-sekrit"]}'),
      `The secret ${app} is not what was written there: it must be a JSON object of texts.`,
    ],
    [
      "lacks a name",
      ({ change }) => change("app", "SLACK_TEAM_ID", undefined),
      "The configuration is not usable: SLACK_TEAM_ID is missing.",
    ],
    [
      "has a value that is none",
      ({ change }) => change("app", "OPS_URL", "sekrit"),
      "The configuration is not usable: OPS_URL is not a URL.",
    ],
    [
      "is not given out, since Secrets Manager is down",
      ({ manager }) => (manager.refusal = { status: 503, type: "InternalServiceError" }),
      `Secrets Manager did not give the secret ${app}: `,
    ],
  ];

  test.each(cases)(
    "at the start fails the invocation when it %s, with what to do in the log",
    async (_, spoil, said) => {
      const here = await stage("app");
      const [before, help] = [here.manager.secrets.get(app) ?? "", helpOf(here)];
      spoil(here);
      await expect(help()).rejects.toThrow(said);
      expect(here.lines).toHaveLength(1);
      const { level, message, reason, names } = JSON.parse(here.lines[0] ?? "") as Readonly<
        Record<string, unknown>
      >;
      expect([level, names]).toEqual(["ERROR", [app]]);
      expect(message).toContain("npm run countersign -- setup");
      expect(reason).toContain(said);
      expect(here.lines.join()).not.toContain("sekrit");
      // The next one tries again.
      here.manager.refusal = undefined;
      here.manager.secrets.set(app, before);
      expect(await help()).toBe(200);
    },
  );

  test.each(cases)(
    "later is told in the log when it %s, and the one before goes on",
    async (_, spoil, said) => {
      const here = await stage("app");
      const help = helpOf(here);
      expect(await help()).toBe(200);
      spoil(here);
      here.advance(300);
      expect([await help(), await help()]).toEqual([200, 200]);
      expect(here.lines).toHaveLength(1);
      expect(here.lines[0]).toContain("those that were read before are still used");
      expect(here.lines[0]).toContain(JSON.stringify(said).slice(1, -1));
      expect(here.lines.join()).not.toContain("sekrit");
      here.advance(10);
      expect(await help()).toBe(200);
      expect(here.lines).toHaveLength(2);
    },
  );
});
