// countersign export and audit verify: what is written is whole, is never written over by chance, and what somebody worked on in the store is found.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { appended, EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import { createRecords } from "../../src/aws/records.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { readExport } from "../../src/runs/audit-export.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Run } from "../../src/runs/run.ts";
import { failure } from "../approvals/entries.ts";
import { someRun } from "../slack/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { ask, type Environment, onTable, say } from "./support.ts";

const { teamId: team } = SEED;
const threadOf = (number: number): string => number.toString(16).padStart(6, "0").padEnd(32, "0");

/** With so many entries in its history. */
function runWith(entries: number, number: number, version = 1): Run {
  const run = { ...someRun(), team, thread: threadOf(number), version };
  const all = Array.from({ length: entries }, (_, at) => failure(`failed:${at}`, `It broke ${at} times.`));
  return { ...run, audit: appended(EMPTY_AUDIT, all, { key: run }).open };
}

interface Stored {
  readonly env: Environment;
  readonly save: (...runs: readonly Run[]) => Promise<void>;
  readonly folder: string;
}

async function stored(...runs: readonly Run[]): Promise<Stored> {
  const { dynamo, table } = await freshDynamo();
  const records = createRecords(dynamo, table, UNCOUNTED);
  const save = async (...some: readonly Run[]): Promise<void> => {
    for (const run of some) expect(await records.saveRun(run)).toBe(true);
  };
  await save(...runs);
  const folder = mkdtempSync(join(tmpdir(), "histories-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { env: onTable(table), save, folder };
}

/** As whoever can write to the table might: an entry says something else, and its hash is left alone. */
function forged(run: Run): Run {
  const [first, ...rest] = run.audit.entries;
  if (first === undefined) throw new Error("There is nothing to forge.");
  const entry = { ...first.entry, error: "Nothing broke." };
  return { ...run, audit: { ...run.audit, entries: [{ ...first, entry }, ...rest] } };
}

describe("export", () => {
  test("writes to standard output exactly the file that verifies, and nothing beside it", async () => {
    const run = runWith(3, 1);
    const { env, folder } = await stored(run);
    const { code, out, err } = await say("export r-000001", env);
    expect([code, err]).toEqual([0, ""]);
    const read = readExport(out);
    expect(read).toMatchObject({ kind: "export", header: { run: "r-000001", length: 3 } });
    const file = join(folder, "history.jsonl");
    writeFileSync(file, out);
    const { head } = run.audit;
    expect(await ask(`audit verify ${file} --head ${head.slice(0, 12)}`, {})).toMatchObject({
      ...{
        code: 0,
        data: { kind: "whole", run: "r-000001", thread: run.thread, isEndKnown: true, later: 0 },
      },
    });
  });

  test("writes a file for its owner alone, and over another one only when that is said", async () => {
    const { env, folder } = await stored(runWith(2, 1));
    const file = join(folder, "history.jsonl");
    expect(await ask(`export r-000001 --out ${file}`, env)).toMatchObject({
      code: 0,
      data: { kind: "exported" },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, "mine");
    const again = await ask(`export r-000001 --out ${file}`, env);
    expect(again).toMatchObject({ code: 1, data: { kind: "not-written", file } });
    expect([readFileSync(file, "utf8"), readdirSync(folder)]).toEqual(["mine", ["history.jsonl"]]);
    expect((await say(`export r-000001 --out ${file} --force`, env)).code).toBe(0);
    expect((await say(`audit verify ${file}`, {})).out).toMatch(
      /^Whole as far as it goes: 2 entries of r-000001 /,
    );
    const beside = `${file}.part`;
    writeFileSync(beside, "mine, too", { mode: 0o644 });
    expect((await say(`export r-000001 --out ${file} --force`, env)).code).toBe(0);
    expect([readFileSync(beside, "utf8"), statSync(file).mode & 0o777]).toEqual(["mine, too", 0o600]);
    expect(readdirSync(folder).sort()).toEqual(["history.jsonl", "history.jsonl.part"]);
    const nowhere = await say(`export r-000001 --out ${join(folder, "none", "file")}`, env);
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("cannot be written") as string });
  });

  test("of all runs goes on where it stopped, renews what has gone on, and leaves alone what is not its own", async () => {
    const { env, save, folder } = await stored(runWith(1, 1), runWith(1, 2), runWith(0, 3), runWith(2, 4));
    const fileOf = (number: number): string => join(folder, `${threadOf(number)}.jsonl`);
    writeFileSync(fileOf(4), "mine");
    const first = await say(`export --all --out ${folder}`, env);
    expect(first).toMatchObject({ code: 1, progress: ["3 written, 0 there already…"] });
    expect(first.err).toContain("r-000004: The file");
    expect(readFileSync(fileOf(4), "utf8")).toBe("mine");
    rmSync(fileOf(2));
    rmSync(fileOf(4));
    await save(runWith(2, 1, 2));
    const counts = { written: 2, renewed: 1, there: 1, left: [] };
    expect(await ask(`export --all --out ${folder}`, env)).toMatchObject({
      code: 0,
      data: { kind: "exported", ...counts },
    });
    for (const number of [1, 2, 3, 4]) expect((await say(`audit verify ${fileOf(number)}`, {})).code).toBe(0);
    expect(readdirSync(folder)).toHaveLength(4);
  });
});

const Verified = z.strictObject({
  ...{ kind: z.enum(["whole", "broken"]), checked: z.int(), entries: z.int(), text: z.string() },
  ...{ deleted: z.int(), purged: z.int() },
  broken: z.array(z.strictObject({ run: z.string(), thread: z.string(), why: z.string() })),
});

describe("audit verify", () => {
  test("of a run reads it where it is stored, and says what was changed there", async () => {
    const [whole, broken] = [runWith(3, 1), forged(runWith(3, 2))];
    const { env } = await stored(whole, broken);
    const { head } = whole.audit;
    expect((await say(`audit verify --run r-000001 --head ${head}`, env)).out).toBe(
      `Whole: 3 entries of r-000001 (thread ${whole.thread}), up to the head ${head}.\n`,
    );
    const elsewhere = await ask(`audit verify --run r-000001 --head ${"0".repeat(11)}1`, env);
    expect(elsewhere).toMatchObject({ code: 1, data: { kind: "broken", how: "cut" } });
    expect(await ask("audit verify --run r-000002", env)).toMatchObject({
      ...{ code: 1, data: { kind: "broken", run: "r-000002", at: 1, how: "changed" } },
    });
  });

  test("of all runs names those that are broken, and exits with 1 for a single one", async () => {
    const { env, save } = await stored(...[1, 2, 3].map((number) => runWith(2, number)));
    const whole = await ask("audit verify --all", env);
    expect([whole.code, Verified.parse(whole.data)]).toMatchObject([
      0,
      { checked: 3, entries: 6, broken: [] },
    ]);
    await save(forged(runWith(2, 4)));
    const { code, data } = await ask("audit verify --all", env);
    const { broken, checked } = Verified.parse(data);
    expect([code, checked]).toEqual([1, 4]);
    expect(broken).toEqual([
      { run: "r-000004", thread: threadOf(4), why: expect.stringMatching(/^Entry 1 /) as string },
    ]);
    expect((await say("audit verify --all", env)).progress).toEqual(["4 histories verified, 1 broken…"]);
  });
});

/** Three entries, of which the first is kept outside of its record, and is deleted by now; or all of them. */
function gone(number: number, kind: "expired" | "purged"): Run {
  const run = runWith(3, number);
  const at = "2026-01-01T00:00:00.000Z";
  const removed =
    kind === "expired" ? { kind, at, historyUntil: at } : { kind, at, by: "otto", reason: "Her data" };
  return {
    ...run,
    removed,
    audit: { ...run.audit, entries: kind === "expired" ? run.audit.entries.slice(1) : [] },
  };
}

describe("histories that are deleted as their time was over, and purged ones", () => {
  test("are none of those that are broken, and are counted apart", async () => {
    const { env } = await stored(runWith(2, 1), gone(2, "expired"), gone(3, "purged"));
    const { code, data } = await ask("audit verify --all", env);
    expect([code, Verified.parse(data)]).toMatchObject([
      0,
      { kind: "whole", checked: 3, entries: 2, deleted: 1, purged: 1 },
    ]);
    expect((await say("audit verify --all", env)).out).toMatch(
      /^1 of 3 histories are whole as far as they go: 2 entries\. Of the others, 1 deleted in part or whole, as their time was over, and 1 purged with their runs\. /,
    );
    expect(await ask("audit verify --run r-000002", env)).toMatchObject({
      code: 1,
      data: { kind: "deleted", left: 2, length: 3, since: "2026-01-01T00:00:00.000Z" },
    });
    expect(await ask("audit verify --run r-000003", env)).toMatchObject({
      code: 1,
      data: { kind: "purged" },
    });
  });

  test("are exported as far as they are there, and never over what was written of them before", async () => {
    const before = [runWith(3, 2), runWith(3, 3)];
    const { env, save, folder } = await stored(...before);
    expect((await say(`export --all --out ${folder}`, env)).code).toBe(0);
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    const later = [gone(2, "expired"), gone(3, "purged")].map((run) => ({ ...run, version: 2 }));
    await save(...later);
    rmSync(join(folder, `${threadOf(2)}.jsonl`));
    expect(await ask(`export --all --out ${folder}`, env)).toMatchObject({
      code: 0,
      data: { kind: "exported", written: 1, there: 1 },
    });
    expect(readFileSync(join(folder, `${threadOf(3)}.jsonl`), "utf8")).toBe(files[1]);
    expect(await ask(`audit verify ${join(folder, `${threadOf(2)}.jsonl`)}`, {})).toMatchObject({
      code: 1,
      data: { kind: "deleted" },
    });
    expect(await ask("export r-000003", env)).toMatchObject({ code: 1, data: { kind: "purged" } });
  });
});

const WRONG: Readonly<Record<string, readonly [words: string, says: string]>> = {
  "nothing to do with it": ["audit", 'Say what to do: "audit verify"'],
  "something else to do": ["audit verfy x", 'There is no "audit verfy". Did you mean "audit verify"?'],
  "nothing to verify": ["audit verify", "Say one thing to verify"],
  "two things to verify": ["audit verify x --all", "Say one thing to verify"],
  "two files": ["audit verify x y", "Say one thing to verify"],
  "no file": ["audit verify /nowhere/at/all", "The file /nowhere/at/all cannot be read."],
  "another file": ["audit verify package.json", "package.json is no exported history"],
  "a head that is none": ["audit verify x --head abc", '"abc" is no head of a history'],
  "one head for all": [`audit verify --all --head ${"a".repeat(12)}`, "does not go with --all"],
  "no run to export": ["export", 'Say which run: "export r-1a2b3c"'],
  "no folder": ["export --all", "Say into which folder: --out <folder>."],
  "all and one": ["export --all r-1a2b3c --out x", '"export --all" takes no run'],
  "force for nothing": ["export r-1a2b3c --force", "--force goes with --out"],
  "no run to reckon": ["cost", 'Say which run: "cost r-1a2b3c"'],
};

test.each(Object.entries(WRONG))("with %s it says so, and nothing is written", async (_, [words, says]) => {
  const env = onTable("t", "http://127.0.0.1:9");
  expect(await say(words, env)).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining(says) as string,
  });
  expect(await ask(words, env)).toMatchObject({ code: 2, data: { kind: "wrong-words" } });
  expect(existsSync("x")).toBe(false);
});
