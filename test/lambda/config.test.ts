// The configuration's door: every problem at once, and no value of a variable in the message.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseConfig, parseModel, parseSecretNames } from "../../src/lambda/config.ts";
import { localEnvironment } from "../../src/local/config.ts";

const environment = localEnvironment({
  slackUrl: "http://127.0.0.1:1",
  opsUrl: "http://127.0.0.1:2/",
  dynamoUrl: "http://127.0.0.1:3",
  sqsUrl: "http://127.0.0.1:4",
  queueUrl: "http://127.0.0.1:4/queue",
  table: "table",
});

function problemsOf(env: Readonly<Record<string, string | undefined>>): string {
  try {
    parseConfig(env);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test("an empty environment is reported whole, in one sentence", () => {
  const problems = problemsOf({});
  const required = Object.keys(environment).filter(
    (name) =>
      !/^(AWS_|OPENAI_|SLACK_API_URL|SLACK_COMMAND|WEBHOOK_SECRETS|SERVICE_NAME|LOG_LEVEL)/.test(name),
  );
  for (const name of required) expect(problems).toContain(`${name} is missing`);
  expect(problems).not.toContain("OPENAI");
  expect(problems).toContain(".env.example");
});

test("what is wrong with a value is said without the value", () => {
  const problems = problemsOf({
    ...environment,
    QUEUE_URL: "sekrit",
    SLACK_BOT_TOKEN: "  ",
    OPENAI_BASE_URL: "sekrit",
  });
  expect(problems).toContain("QUEUE_URL is not a URL");
  expect(problems).toContain("SLACK_BOT_TOKEN is empty");
  expect(problems).toContain("OPENAI_BASE_URL is not a URL");
  expect(problems).not.toContain("sekrit");
});

test.each([
  "file:///etc/passwd",
  "ftp://example.com",
  "data:text/plain,hello",
  "https://sekrit@example.com",
  "https://user:sekrit@example.com/v1",
  "https://example.com?key=sekrit",
  "https://example.com/v1#sekrit",
  "https://example.com/?",
])("where requests go below is a plain address, and %j is none", (address) => {
  for (const name of ["OPS_URL", "OPENAI_BASE_URL"]) {
    const problems = problemsOf({ ...environment, [name]: address });
    expect(problems).toContain(`${name} must begin with http:// or https:// and have no user, query`);
    expect(problems).not.toContain("sekrit");
  }
});

test("what is no address at all is one problem, not two", () => {
  expect(problemsOf({ ...environment, OPS_URL: "sekrit" })).toContain("OPS_URL is not a URL. See");
});

test("the optional variables may be absent, and a trailing slash does not matter", () => {
  const { slack, opsUrl, openai } = parseConfig({ ...environment, SLACK_API_URL: undefined });
  expect({ apiUrl: slack.apiUrl, opsUrl, openai }).toEqual({
    apiUrl: undefined,
    opsUrl: "http://127.0.0.1:2",
    openai: { apiKey: undefined, baseUrl: undefined, model: "gpt-5.4-mini" },
  });
});

test("a variable left empty, as in a copied example, counts as absent", () => {
  const empty = { OPENAI_API_KEY: "", OPENAI_BASE_URL: "", OPENAI_MODEL: "" };
  const { openai } = parseConfig({ ...environment, ...empty, AWS_ENDPOINT_URL_SQS: "" });
  expect(openai).toEqual({ apiKey: undefined, baseUrl: undefined, model: "gpt-5.4-mini" });
  expect(parseModel(empty)).toEqual(openai);
});

test("a model is named by its own variables alone, and a wrong one is refused without its value", () => {
  expect(
    parseModel({ OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://127.0.0.1:9/v1", OPENAI_MODEL: "large" }),
  ).toEqual({ apiKey: "k", baseUrl: "http://127.0.0.1:9/v1", model: "large" });
  expect(() => parseModel({ OPENAI_BASE_URL: "sekrit" })).toThrow("OPENAI_BASE_URL is not a URL");
  expect(() => parseModel({ OPENAI_BASE_URL: "sekrit" })).not.toThrow("sekrit");
});

test("the example environment names exactly the variables that are read", () => {
  const listed = readFileSync(new URL("../../.env.example", import.meta.url), "utf8").match(
    /^[A-Z_]+(?==)/gm,
  );
  const read = new Set<string>();
  const recorder = new Proxy(environment, {
    get: (target, name) => {
      read.add(String(name));
      return Reflect.get(target, name) as unknown;
    },
  });
  parseConfig(recorder);
  parseSecretNames(recorder);
  expect([...(listed ?? [])].sort()).toEqual([...read].filter((name) => /^[A-Z_]+$/.test(name)).sort());
});

test("the command has a name of its own where it is said, and one that Slack would not take is refused", () => {
  expect(parseConfig(environment).slack.command).toBe("/countersign");
  expect(parseConfig({ ...environment, SLACK_COMMAND: "" }).slack.command).toBe("/countersign");
  expect(parseConfig({ ...environment, SLACK_COMMAND: "/approve" }).slack.command).toBe("/approve");
  for (const name of ["approve", "/", "/Approve", "/two words", `/${"a".repeat(32)}`])
    expect(problemsOf({ ...environment, SLACK_COMMAND: name })).toContain(
      "SLACK_COMMAND is no name of a command",
    );
});

test("how long runs are kept is said in days, and a history is never kept for less than what it is about", () => {
  const day = 24 * 3_600_000;
  const keeping = (details: string, history: string) =>
    parseConfig({ ...environment, RETENTION_DAYS: details, AUDIT_RETENTION_DAYS: history }).keeping;
  expect(keeping("", "")).toEqual({ detailsMs: 90 * day, historyMs: 400 * day });
  expect(keeping("30", "30")).toEqual({ detailsMs: 30 * day, historyMs: 30 * day });
  expect(keeping("1", "forever")).toEqual({ detailsMs: day });
  const problem = (details: string, history: string): string =>
    problemsOf({ ...environment, RETENTION_DAYS: details, AUDIT_RETENTION_DAYS: history });
  for (const wrong of ["0", "-1", "1.5", "ninety", "40000"])
    expect(problem(wrong, "")).toContain("RETENTION_DAYS is no whole number of days");
  expect(problem("forever", "")).toContain("RETENTION_DAYS is no whole number of days");
  expect(problem("90", "89")).toContain("AUDIT_RETENTION_DAYS is less than RETENTION_DAYS");
  expect(problem("401", "")).toContain("AUDIT_RETENTION_DAYS is less than RETENTION_DAYS");
});

test("webhooks are known by one secret or several, none of them short, and by none where it says off", () => {
  const secretsOf = (WEBHOOK_SECRETS: string): readonly string[] =>
    parseConfig({ ...environment, WEBHOOK_SECRETS }).webhookSecrets;
  const [one, other] = ["a".repeat(24), `whsec_${"b".repeat(32)}`];
  expect(secretsOf(one)).toEqual([one]);
  expect(secretsOf(` ${one}  ${other}\n`)).toEqual([one, other]);
  expect([secretsOf("off"), secretsOf("")]).toEqual([[], []]);
  const problems = problemsOf({ ...environment, WEBHOOK_SECRETS: `${one} sekrit` });
  expect(problems).toContain("WEBHOOK_SECRETS has a secret of less than 24 characters");
  expect(problems).not.toContain("sekrit");
});
