// The command line on the file of one machine: beside the app that works on it, and where the file is not what it should be.
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { type Run, runName } from "../../src/runs/run.ts";
import { createSqliteStores, type SqliteStores } from "../../src/sqlite/stores.ts";
import { someRun } from "../slack/fixtures.ts";
import { freshFolder, saidBy, startSlack, startWorkspace } from "../support/slack-process.ts";
import { freshFile } from "../support/sqlite.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, pendingCard } from "../support/system.ts";
import { ask, say } from "./support.ts";

const { teamId: team } = SEED;

/** As the app has it. */
function stored(file: string = freshFile()): SqliteStores & { readonly file: string } {
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: Date.now });
  onTestFinished(() => stores.close());
  return { ...stores, file };
}

const run = (change: Partial<Run> = {}): Run => ({ ...someRun(), team, version: 1, ...change });

test("beside the running app every command that has a place reads its file, and what one of them deletes is gone for the app", async () => {
  const { env: around, rita, ana } = await startWorkspace();
  const folder = freshFolder();
  const file = join(folder, "data.db");
  const app = startSlack({ ...around, COUNTERSIGN_DATA: join(folder, "around") }, [
    "--store",
    `sqlite:${file}`,
  ]);
  await saidBy(app, "/docs)");
  const at = `--store sqlite:${file}`;
  const env = { SLACK_BOT_TOKEN: "xoxb-local", SLACK_API_URL: around["SLACK_API_URL"] ?? "" };
  // Nothing is there yet that says whose it is.
  expect(await ask(`runs ${at}`, env)).toMatchObject({ code: 1, data: { kind: "no-place" } });

  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  const card = await pendingCard(ana);
  const waiting = await say(`runs --waiting ${at}`, env);
  expect([waiting.code, waiting.err]).toEqual([0, ""]);
  const name = /r-\w+/.exec(waiting.out)?.[0] ?? "";
  expect(await ask(`run ${name} ${at}`, env)).toMatchObject({
    code: 0,
    data: { kind: "run", run: { name, status: "waiting" }, checkpoint: { nodes: ["approve"] } },
  });
  const reason = "--reason over";
  const live = await say(`purge ${name} ${reason} --yes ${at}`, env);
  expect([live.code, live.err]).toEqual([1, expect.stringMatching(/was not purged: it is waiting/)]);

  await ana.click(card, "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  await expect.poll(async () => (await say(`runs --status done ${at}`, env)).out).toContain(name);
  const { out: cost } = await say(`cost ${name} ${at}`, env);
  expect(cost).toMatch(/^r-\w+ is kept on one machine, where nobody charges by run\. On AWS it would have/);
  const history = join(folder, "history.jsonl");
  expect(await ask(`export ${name} --out ${history} ${at}`, env)).toMatchObject({ code: 0 });
  expect(await say(`audit verify ${history}`, {})).toMatchObject({ code: 0 });
  expect(await ask(`audit verify --all ${at}`, env)).toMatchObject({
    code: 0,
    data: { kind: "whole", checked: 1 },
  });
  expect(await ask(`key create name=ci owner=${SEED.users.rita} scopes=read ${at}`, env)).toMatchObject({
    code: 0,
  });
  expect((await say(`key ${at}`, env)).out).toContain("ci");
  expect(await ask(`redrive ${at}`, env)).toMatchObject({ code: 0, data: { kind: "listed", dead: [] } });
  const doctor = await ask(`doctor ${at}`, around);
  expect(doctor, JSON.stringify(doctor.data)).toMatchObject({ code: 0, data: { kind: "fine", problems: 0 } });
  expect(JSON.stringify(doctor.data)).toContain("An app has the file.");
  expect(await ask(`retention apply --dry-run ${at}`, env)).toMatchObject({
    code: 0,
    data: { kind: "dry-run", runs: 1 },
  });

  expect(await ask(`purge ${name} ${reason} --yes ${at}`, env)).toMatchObject({
    code: 0,
    data: { kind: "purged" },
  });
  await messageLike(ana, new RegExp(`${name} was purged`));
  const left = readdirSync(folder).filter((one) => !one.startsWith("data.db.lock"));
  expect(left.sort()).toEqual(["around", "data.db", "data.db-shm", "data.db-wal", "history.jsonl"]);
  app.kill("SIGINT");
  expect(await once(app, "exit")).toEqual([0, null]);
}, 60_000);

test("a file that is not there is not made, and what is no file of Countersign's is left as it is", async () => {
  const file = freshFile();
  const said = async (words: string): Promise<readonly unknown[]> => {
    const { code, out, err } = await say(words, {});
    return [code, out, err.split("\n")[0]];
  };
  for (const command of [
    ...["runs", "run r-1a2b3c", "cost r-1a2b3c", "export r-1a2b3c", "audit verify --all", "key", "doctor"],
    ...["redrive --all", "purge r-1a2b3c --reason x --yes", "retention apply"],
  ])
    expect(await said(`${command} --store sqlite:${file}`), command).toEqual([
      1,
      "",
      `There is no file ${file}. Name the one that npm run start:slack -- --store was given; it is made there, and by no other command.`,
    ]);
  expect(existsSync(file)).toBe(false);

  const other = join(dirname(file), "other.db");
  const somebodys = new DatabaseSync(other);
  somebodys.exec("CREATE TABLE notes (text TEXT); PRAGMA user_version = 1");
  somebodys.close();
  writeFileSync(join(dirname(file), "notes.txt"), "No database at all. ".repeat(100));
  mkdirSync(join(dirname(file), "folder"));
  const empty = join(dirname(file), "empty.db");
  writeFileSync(empty, "");
  for (const [what, why] of [
    [other, /is not Countersign's: it has none of its tables\. Nothing of it was changed/],
    [empty, /is not Countersign's/],
    [join(dirname(file), "notes.txt"), /it is no database of SQLite's, or is damaged/],
    [join(dirname(file), "folder"), /it is a folder\. Name a file/],
  ] as const) {
    const before = what.endsWith("folder") ? "" : readFileSync(what).toString("hex");
    expect(await said(`runs --store sqlite:${what}`), what).toEqual([1, "", expect.stringMatching(why)]);
    if (before !== "") expect(readFileSync(what).toString("hex")).toBe(before);
  }
  expect(await ask(`runs --store ${file}`, {})).toMatchObject({ code: 2, data: { kind: "wrong-words" } });
  expect(await ask(`runs --store sqlite:${file} --stage dev`, {})).toMatchObject({
    code: 2,
    data: { text: "Name one place: --stage, --data or --store, and not several." },
  });
});

test("a file of a newer version is refused by name, and left alone", async () => {
  const { file } = stored();
  const newer = new DatabaseSync(file);
  newer.exec("PRAGMA user_version = 99");
  newer.close();
  const { code, data } = await ask(`runs --store sqlite:${file}`, {});
  expect([code, data]).toMatchObject([1, { kind: "no-place" }]);
  expect(JSON.stringify(data)).toContain(`${file} was written by a newer version of Countersign`);
});

test("the file says which workspace's it is; with two of them SLACK_TEAM_ID says which is meant", async () => {
  const { records, file } = stored();
  const at = `--store sqlite:${file}`;
  const [one, two] = ["1a2b3c4d".padEnd(32, "0"), "5e6f7a8b".padEnd(32, "0")];
  await records.saveRun(run({ thread: one }));
  // Another deployment's, which the shell still knows, is not asked for.
  const env = { SLACK_TEAM_ID: "T0ELSEWHERE", TABLE_NAME: "t-of-somebody" };
  expect((await say(`runs ${at}`, env)).out).toContain(runName(one));
  await records.saveRun(run({ thread: two, team: "T0OTHER" }));
  expect(await ask(`runs ${at}`, env)).toMatchObject({
    code: 1,
    data: { kind: "no-place", teams: [team, "T0OTHER"].sort() },
  });
  const { out } = await say(`runs ${at}`, { SLACK_TEAM_ID: "T0OTHER" });
  expect([out.includes(runName(two)), out.includes(runName(one))]).toEqual([true, false]);
});
