// doctor on the file of one machine: what is said where nothing is wrong, and of each thing that is.
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { lockFile } from "../../src/sqlite/file.ts";
import { createSqliteStores, type SqliteStores } from "../../src/sqlite/stores.ts";
import { someRun } from "../slack/fixtures.ts";
import { startLocalSlack } from "../slack/support.ts";
import { freshFile } from "../support/sqlite.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { answering, doctor, type Looked, served } from "./doctor-support.ts";

const run = (): ReturnType<typeof someRun> => someRun({ status: { kind: "waiting" }, version: 1 });
const job = { kind: "resume", team: run().team, thread: run().thread } as const;

interface OnFile extends SqliteStores {
  readonly file: string;
  release(): void;
  look(env?: Readonly<Record<string, string>>): Promise<Looked>;
}

/** With an app that has it, as far as anybody can see. */
function onFile(nowMs: () => number = Date.now): OnFile {
  const file = freshFile();
  const lock = lockFile(file);
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs });
  let isHeld = true;
  const release = (): void => {
    if (isHeld) lock.release();
    isHeld = false;
  };
  onTestFinished(() => {
    stores.close();
    release();
  });
  const look = (env = {}): Promise<Looked> => doctor(env, `--store sqlite:${file}`);
  return { ...stores, file, look, release };
}

const says = (looked: Looked, name: string): readonly string[] =>
  looked.of(name).map(({ kind, says: text }) => `${kind}: ${text}`);

test("of a file that is whole and in use it says so, and of what is not known here that it was not looked at; none of it is changed", async () => {
  const { records, look, file } = onFile();
  await records.saveRun(run());
  const before = readFileSync(file);
  const looked = await look();
  expect(looked).toMatchObject({ code: 0, kind: "fine", problems: 0 });
  expect(says(looked, "File")).toEqual([
    expect.stringMatching(/^fine: .*data\.db is whole, of format 1, \d+ kB\.$/),
    "fine: An app has the file.",
    expect.stringMatching(/^fine: [\d.]+ MB are free on its disk\.$/),
    "fine: Only its owner may read it.",
  ]);
  expect(says(looked, "Queue")).toEqual(["fine: 0 jobs wait, 0 in hand.", "fine: No dead letters."]);
  expect(says(looked, "Runs")).toHaveLength(2);
  expect(says(looked, "Configuration")).toEqual([
    expect.stringMatching(/^unknown: SLACK_BOT_TOKEN is not known/),
  ]);
  expect(looked.text).toMatch(/^Looked at the file .*data\.db\./);
  expect(looked.text).not.toMatch(/DynamoDB|AWS|SQS/);
  expect(readFileSync(file).equals(before)).toBe(true);
});

const WRONG: Readonly<Record<string, readonly [breaks: (on: OnFile) => Promise<void> | void, says: RegExp]>> =
  {
    "a file that no app has": [
      ({ release }) => release(),
      /^No app has the file: nobody answers in Slack\. Start it: npm run start:slack -- --store sqlite:.*data\.db$/,
    ],
    "a file that others may read": [
      ({ file }) => chmodSync(file, 0o644),
      /^Others than its owner may read or write data\.db: .* chmod 600 data\.db, /,
    ],
    "dead letters": [
      async ({ queue }) => {
        await queue.send(job);
        for (let nowMs = Date.now(), times = 0; times < 6; times++)
          queue.receive("waiting", { nowMs: (nowMs += 1), hideMs: 0 });
      },
      /^1 dead letter waits: .* redrive shows them, with the same --store\.$/,
    ],
    "a run that nobody wakes": [
      async ({ records }) => {
        await records.saveRun(run(), "2026-01-01T00:00:00.000Z");
      },
      /^1 thread should have gone on more than five minutes ago, the first one at 2026-01-01 00:00 UTC\./,
    ],
  };

test.each(Object.entries(WRONG))(
  "of %s it says what is wrong and how to mend it",
  async (_, [breaks, sentence]) => {
    const on = onFile();
    await breaks(on);
    const { wrong, code } = await on.look({ SLACK_TEAM_ID: run().team });
    expect([code, wrong]).toEqual([1, [expect.stringMatching(sentence)]]);
  },
);

test("a job that has waited for longer than a worker takes is told with since when", async () => {
  const { queue, look } = onFile(() => Date.parse("2026-01-01T00:00:00.000Z"));
  await queue.send(job);
  expect((await look()).wrong).toEqual([
    expect.stringMatching(
      /^1 job waits, 0 in hand; the first one since 2026-01-01 00:00 UTC\. Look whether the app/,
    ),
  ]);
});

test("a file that is damaged is said to be, and nothing else is read of it", async () => {
  const { records, file } = onFile();
  for (const digit of "123456789") await records.saveRun({ ...run(), thread: digit.repeat(32) });
  const copy = `${file}.damaged`;
  const whole = new DatabaseSync(file);
  whole.prepare("VACUUM INTO ?").run(copy);
  whole.close();
  const bytes = readFileSync(copy);
  // The last pages alone: the tables' names are before.
  writeFileSync(copy, bytes.fill(0x5a, bytes.length - 2 * 4_096));
  const looked = await doctor({}, `--store sqlite:${copy}`);
  expect(looked.wrong).toContainEqual(
    expect.stringMatching(
      /data\.db\.damaged is damaged: .*\. Stop the app, keep a copy of the file as it is, /,
    ),
  );
  expect(says(looked, "Runs")).toEqual([expect.stringMatching(/^unknown: No run was looked at/)]);
});

test("a copy is no damage: its journal is the app's to change", async () => {
  const { file } = onFile();
  const copy = `${file}.copy`;
  const whole = new DatabaseSync(file);
  whole.prepare("VACUUM INTO ?").run(copy);
  whole.close();
  copyFileSync(copy, `${copy}.before`);
  const looked = await doctor({}, `--store sqlite:${copy}`);
  expect(says(looked, "File")).toContain(
    "unknown: Its journal is delete and not WAL, as of a copy: the app changes that when it starts.",
  );
  expect(readFileSync(copy).equals(readFileSync(`${copy}.before`))).toBe(true);
});

test("names of a channel and of user groups are looked up as the app does, and what they do not name is said at once", async () => {
  const slack = await startLocalSlack();
  const { look } = onFile();
  const env = {
    ...{ SLACK_APP_TOKEN: "xapp-local", SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken },
    ...{ SLACK_API_URL: `${slack.url}/api/`, SLACK_DEFAULT_CHANNEL: "#deploys" },
    ...{ APPROVER_GROUP: "@oncall", OPERATOR_GROUP: "@ops" },
  };
  const fine = await look(env);
  expect(fine.wrong).toEqual([]);
  expect(says(fine, "Channel")).toEqual(["fine: #deploys (C0DEPLOYS) is there, and the app is in it."]);
  expect(says(fine, "User groups")[0]).toMatch(/^fine: @oncall \(S0ONCALL\)/);
  const { wrong, all } = await look({ ...env, APPROVER_GROUP: "@nobody", SLACK_APP_TOKEN: "xoxb-sekrit" });
  expect(wrong).toEqual([
    expect.stringMatching(
      /^The app cannot begin: these variables, .*SLACK_APP_TOKEN is not the right.*APPROVER_GROUP names nothing/s,
    ),
  ]);
  expect(all).not.toContain("sekrit");
  const away = await look({ ...env, SLACK_API_URL: "http://127.0.0.1:9/api/" });
  expect(away.wrong).toEqual([expect.stringMatching(/^Slack could not be reached from here\./)]);
});

test("what is wrong with its app's variables is mended in .env, and no sentence speaks of a deployment's setup", async () => {
  const slack = await startLocalSlack();
  const { look } = onFile();
  const { groups, users } = SEED;
  const emptied = { kind: "group", group: groups.ops, user: users.ana, isMember: false } as const;
  await createAdministrator(slack.url).change(emptied);
  const { host: model } = new URL(await served(answering(401, "{}")));
  const { wrong, all } = await look({
    ...{ SLACK_APP_TOKEN: "xapp-local", SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken },
    ...{ SLACK_API_URL: `${slack.url}/api/`, SLACK_DEFAULT_CHANNEL: "C0DEPLOYS" },
    ...{ APPROVER_GROUP: "@oncall", OPERATOR_GROUP: "@ops" },
    ...{ OPENAI_API_KEY: "sk-sekrit", OPENAI_BASE_URL: `http://${model}/v1` },
  });
  expect(wrong).toEqual([
    expect.stringMatching(/has nobody in it: .* or name another one: OPERATOR_GROUP in \.env, and start the/),
    `The model at ${model} does not accept the key (401). Write another one: OPENAI_API_KEY in .env, and start the app again.`,
  ]);
  expect(all).not.toMatch(/setup|--stage|sekrit/);
});
