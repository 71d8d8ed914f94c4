// What is taken for a secret and what is not, by name, by form and by schema; what runs is never touched.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { approvalDigest, decide } from "../../src/approvals/approval.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import { digestOf, type JsonObject } from "../../src/approvals/json.ts";
import { maskedApproval } from "../../src/approvals/masked-approval.ts";
import {
  isMasked,
  isMaskedWithin,
  maskedArgs,
  maskedChange,
  maskedRequest,
  maskedText,
} from "../../src/approvals/redaction.ts";
import { checkArgs } from "../../src/approvals/schema.ts";
import { someApproval, someChoice } from "../slack/fixtures.ts";
import { ANA, NOW } from "./fixtures.ts";

/** In parts, so that nobody's scanner takes a made-up secret for a real one. */
const made = (...parts: readonly string[]): string => parts.join("");
const KEY_ID = made("AKIA", "IOSFODNN7EXAMPLE");
const AWS_SECRET = made("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY");
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----`;
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

describe("a value is masked because of its name", () => {
  test.each([
    ...[
      "password",
      "Password",
      "PASSWORD",
      "dbPassword",
      "db_password",
      "db-password",
      "password2",
      "passwd",
    ],
    ...[
      "secret",
      "clientSecret",
      "client_secret",
      "SECRET_KEY",
      "secrets",
      "apiKey",
      "api_key",
      "API-Key",
      "APIKey",
    ],
    ...["apikey", "X-Api-Key", "token", "accessToken", "auth_token", "Authorization", "cookie", "Set-Cookie"],
    ...["privateKey", "private_key", "credential", "dbCredentials", "connectionString", "connection string"],
    ...["passphrase", "signing_key", "secret_access_key", "ｐａｓｓｗｏｒｄ", "pass\u200Bword"],
  ])("%s", (name) => {
    expect(maskedArgs({ [name]: "hunter two" })).toEqual({ value: { [name]: "••••" }, count: 1 });
  });

  test("at any depth, in lists, and in everything below it", () => {
    const args = { db: [{ host: "h", auth: { password: "p1" } }], credentials: { user: "u", keys: ["k"] } };
    expect(maskedArgs(args)).toEqual({
      value: {
        db: [{ host: "h", auth: { password: "••••" } }],
        credentials: { user: "••••", keys: ["••••"] },
      },
      count: 3,
    });
  });

  test("also when the name stands beside it, as in lists of variables and headers", () => {
    const env = [
      { name: "DB_PASSWORD", value: "p1" },
      { name: "REGION", value: "eu" },
    ];
    expect(maskedArgs({ env })).toEqual({
      value: {
        env: [
          { name: "DB_PASSWORD", value: "••••" },
          { name: "REGION", value: "eu" },
        ],
      },
      count: 1,
    });
  });

  test("a number is one, too, unless it counts tokens", () => {
    const args = {
      password: 1234,
      otp: 123_456,
      tokens_used: 12,
      maxTokens: 4_096,
      tokens: { in: 1, out: 2 },
    };
    expect(maskedArgs(args).value).toEqual({ ...args, password: "••••", otp: "••••" });
  });
});

describe("nothing is masked", () => {
  test.each<readonly [string, JsonObject[string]]>([
    ["secretary", "Lee"],
    ["tokens_used", "12"],
    ["token_count", 12],
    ["tokenizer", "cl100k"],
    ["secret_name", "prod/db"],
    ["secretArn", "arn:aws:secretsmanager:eu-west-1:1:secret:db"],
    ["passwordPolicy", "strong"],
    ["token_type", "bearer"],
    ["token_expires_in", 3_600],
    ["cookie_consent", true],
    ["pass", 12],
    ["note", "pass: 12\nfail: 3"],
    ["page", "https://example.com/?sig=short"],
    ["password", false],
    ["password", null],
    ["password", ""],
    ["passenger", "Lee"],
    ["compass", "north"],
    ["author", "Ana"],
    ["keyboard", "de"],
    ["key", "region"],
    ["monkey", "George"],
    ["commit", "0123456789abcdef0123456789abcdef01234567"],
    ["id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
    ["image", "registry.example.com/team/app@sha256:abc"],
    ["repo", "ssh://git@github.com/team/app.git"],
    ["note", "Bearer of bad news; basic understanding of tokens is required"],
    ["note", "Rotate the secret: database first. Ask for the password: Ana knows it"],
    ["note", "tokens_used=12 max_tokens=400 token_type=bearer password=true secret="],
    ["note", "risk-free desk-top task-force"],
    ["time", "10:30:45"],
    ["url", "https://example.com/a?page=2#token"],
  ])("in %s: %j", (name, value) => {
    expect(maskedArgs({ [name]: value })).toEqual({ value: { [name]: value }, count: 0 });
  });
});

describe("a secret is masked inside of any text", () => {
  test.each([
    [made("Slack said xoxb-", "1234567890-abcdefghij no"), "Slack said •••• no"],
    [made("xapp-1-A0", "123456789-abcdef"), "••••"],
    [`id ${KEY_ID}`, "id ••••"],
    [`${KEY_ID} ${AWS_SECRET}`, "•••• ••••"],
    [`csk_ci-of-2_${"a1-_".repeat(10)}abc starts it`, "•••• starts it"],
    [`ghp_${"a1B2".repeat(9)} pushed`, "•••• pushed"],
    [`github_pat_${"a1B2_".repeat(9)}`, "••••"],
    [made("sk-", "proj-abcDEF123456789012345"), "••••"],
    [made("sk_live_", "abcDEF1234567890"), "••••"],
    [`jwt ${JWT}.`, "jwt ••••"],
    [`key:\n${PEM}\nend`, "key:\n••••\nend"],
    ["Authorization: Bearer abc123def456.x", "Authorization: Bearer ••••"],
    ["curl -H 'authorization: basic dXNlcjpwYXNz=='", "curl -H 'authorization: basic ••••'"],
    ["postgres://app:hunter2@db.internal/prod", "postgres://app:••••@db.internal/prod"],
    ["redis://:p@ss@host:6379", "redis://:••••@host:6379"],
    [
      "https://x.example/cb?code=1&access_token=abc.def&state=2",
      "https://x.example/cb?code=1&access_token=••••&state=2",
    ],
    [
      "Server=db;User Id=app;Password=hunter2;Pooling=true",
      "Server=db;User Id=app;Password=••••;Pooling=true",
    ],
    [`{"user":"a","password":"hun\\"ter"}`, `{"user":"a","password":"••••"}`],
    [`"{\\"apiKey\\":\\"k1\\"}"`, `"{\\"apiKey\\":\\"••••\\"}"`],
    ["{ 'token': 'abc' }", "{ 'token': '••••' }"],
    ["DB_PASSWORD=hunter2 npm start", "DB_PASSWORD=•••• npm start"],
    ["user: a\n  password: hunter2\nport: 1", "user: a\n  password: ••••\nport: 1"],
    ["deploy --api-key abc123 --dry", "deploy --api-key •••• --dry"],
    ["Cookie: sid=abc; theme=dark", "Cookie: ••••"],
    [
      "https://b.example/x?X-Amz-Date=1&X-Amz-Signature=0123456789abcdef0123456789abcdef&y=1",
      "https://b.example/x?X-Amz-Date=1&X-Amz-Signature=••••&y=1",
    ],
    [made("ya29.", "a0AfH6SMBxxxxxxxxxxxxxxxxx"), "••••"],
  ])("%s", (text, shown) => {
    expect(maskedText(text)).toBe(shown);
    expect(maskedArgs({ note: text }).count).toBeGreaterThan(0);
    expect(maskedText(shown)).toBe(shown);
  });

  test("and a text of a megabyte is read in a moment", () => {
    const fillers = [
      "a",
      "A1",
      "=",
      "x=",
      '"',
      "://",
      ":",
      "@",
      "-",
      "--a ",
      "eyJ",
      "Bearer ",
      "password=",
      "\\",
      " ",
    ];
    for (const filler of fillers) {
      const started = performance.now();
      maskedText(filler.repeat(1_000_000 / filler.length));
      expect(performance.now() - started, filler).toBeLessThan(2_000);
    }
  });
});

describe("a schema says what is secret", () => {
  const schema = {
    type: "object",
    properties: {
      pin: { type: "string", format: "password" },
      users: { type: "array", items: { $ref: "#/$defs/user" } },
      maybe: { anyOf: [{ type: "null" }, { type: "boolean", writeOnly: true }] },
      plain: { type: "string" },
    },
    $defs: { user: { type: "object", properties: { code: { type: "integer", writeOnly: true } } } },
  };

  test("at any depth, by format or as write-only", () => {
    const args = { pin: "1234", users: [{ code: 7, name: "Lee" }], maybe: true, plain: "x" };
    expect(maskedArgs(args, schema)).toEqual({
      value: { pin: "••••", users: [{ code: "••••", name: "Lee" }], maybe: "••••", plain: "x" },
      count: 3,
    });
    expect([isMasked("pin", {}, schema), isMasked("plain", { plain: "x" }, schema)]).toEqual([true, false]);
  });

  test("also by the name that stands beside it, at the top and within an argument", () => {
    const variable = { name: "API_TOKEN", value: "hunter2" };
    const args = { ...variable, plain: "x", inner: variable };
    expect([isMasked("value", args), isMasked("name", args), isMasked("plain", args)]).toEqual([
      ...[true, false, false],
    ]);
    expect([isMaskedWithin(["inner", "value"], args), isMaskedWithin(["inner", "name"], args)]).toEqual([
      ...[true, false],
    ]);
    expect(isMasked("value", { name: "colour", value: "red" })).toBe(false);
  });

  test("as zod writes it, and edits are still held against it", () => {
    const written = z.toJSONSchema(
      z.object({ pin: z.string().meta({ writeOnly: true, format: "password" }) }),
    );
    const own = JSON.parse(JSON.stringify(written)) as JsonObject;
    expect(isMasked("pin", { pin: "1234" }, own)).toBe(true);
    expect(checkArgs(own, { pin: "1234" })).toMatchObject({ kind: "fits" });
  });

  test("one that contains itself is followed as deep as the value is", () => {
    const node: JsonObject = {
      anyOf: [{ $ref: "#" }, { properties: { next: { $ref: "#" }, x: { writeOnly: true } } }],
    };
    expect(maskedArgs({ next: { next: { x: 1 } } }, node).count).toBe(1);
  });
});

test("names like __proto__ stay names, and their values are masked like any", () => {
  const args = JSON.parse('{"__proto__":{"password":"p1"},"constructor":"x"}') as JsonObject;
  expect(JSON.stringify(maskedArgs(args).value)).toBe('{"__proto__":{"password":"••••"},"constructor":"x"}');
});

test("everything of a request that people read is masked and counted, and its digest is the one of what runs", () => {
  const approval = someApproval({
    title: made("Rotate sk-", "abcdefghijklmnop1"),
    summary: "DB_PASSWORD=hunter2",
    facts: [{ label: "API key", value: "k-1" }],
    action: { name: "rotate", args: { token: "t-1", replicas: 2 } },
  });
  const { value, count } = maskedApproval(approval);
  expect(count).toBe(4);
  expect(value.request).toMatchObject({
    title: "Rotate ••••",
    summary: "DB_PASSWORD=••••",
    facts: [{ label: "API key", value: "••••" }],
    action: { args: { token: "••••", replicas: 2 } },
  });
  expect(value.digest).toBe(approvalDigest(approval));
  const choice = someChoice({
    options: [{ id: "1", label: "Use it", value: { token: "t" }, effect: "sets a=1" }],
  });
  expect(maskedRequest(choice.request)).toMatchObject({
    value: { options: [{ id: "1", label: "Use it", value: { token: "••••" } }] },
    count: 1,
  });
});

test("an edit of a masked value says that it was changed, and the history keeps digests instead of values", () => {
  const before = { password: "one", replicas: 1 };
  const args = { password: "two", replicas: 1 };
  expect(maskedChange({ before, args })).toMatchObject({
    before: { password: "••••", replicas: 1 },
    args: { password: "•••• (changed)", replicas: 1 },
  });
  const approval = someApproval({
    action: { name: "set", args: before },
    schema: { type: "object", properties: { password: { type: "string" }, replicas: { type: "number" } } },
  });
  const groups = approval.policy.approvers.groups;
  const person = { ...ANA, groups };
  const verdict = decide(approval, {
    vote: { kind: "edit", args },
    digest: approval.digest,
    person,
    now: NOW,
  });
  if (verdict.kind === "refused") throw new Error(verdict.because);
  const entries = entriesOfApproval(verdict.approval, NOW);
  expect(JSON.stringify(entries)).not.toMatch(/"one"|"two"/);
  expect(entries.at(-1)).toMatchObject({
    answer: { change: { kind: "values", digests: { before: digestOf(before), after: digestOf(args) } } },
  });
});
