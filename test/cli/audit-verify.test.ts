// npm run audit:verify on exported histories: whole ones, and ones that somebody has worked on.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { appended, EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import { verified } from "../../src/cli/histories/verified-words.ts";
import { exportOf } from "../../src/runs/audit-export.ts";
import type { Run } from "../../src/runs/run.ts";
import { failure } from "../approvals/entries.ts";
import { someRun, THREAD } from "../slack/fixtures.ts";

interface Verified {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** As its process does, which is tried by npm below. */
function verify(...args: readonly string[]): Verified {
  const { code, text } = verified(args);
  return { code, out: code === 2 ? "" : `${text}\n`, err: code === 2 ? `${text}\n` : "" };
}

/** As people type it: npm keeps what it takes for an option of its own. */
function verifyByNpm(...args: readonly string[]): Promise<Verified> {
  return new Promise((resolve) => {
    execFile("npm", ["run", "--silent", "audit:verify", ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
  });
}

function fileOf(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "audit.jsonl");
  writeFileSync(file, content);
  return file;
}

/** Five entries and the run that ends in them. */
function history(run: Run = someRun()): { readonly lines: readonly string[]; readonly head: string } {
  const entries = [1, 2, 3, 4, 5].map((n) => failure(`failed:${n}`, `It broke ${n} times.`));
  const { open } = appended(EMPTY_AUDIT, entries, { key: run });
  const text = exportOf({ ...run, audit: open }, open.entries, "2026-05-04T16:00:00.000Z");
  return { lines: text.trimEnd().split("\n"), head: open.head };
}

const { lines, head } = history();
const [HEADER = "", FIRST = "", SECOND = "", THIRD = "", FOURTH = "", FIFTH = ""] = lines;
const WHOLE = `${lines.join("\n")}\n`;

test("a whole history is said to be whole, with what it is of and its head, all of it or its first twelve characters", () => {
  const file = fileOf(WHOLE);
  const said = `Whole: 5 entries of r-7f3a21 (thread ${THREAD}), up to the head ${head}.\n`;
  expect(verify(file, "--head", head)).toEqual({ code: 0, out: said, err: "" });
  expect(verify(file, "--head", head.slice(0, 12))).toMatchObject({ code: 0, out: said });
  expect(verify(fileOf(WHOLE.replaceAll("\n", "\r\n")), "--head", head)).toMatchObject({ code: 0 });
});

test("without a head it says what nobody can see without one", () => {
  const { code, out } = verify(fileOf(WHOLE));
  expect(code).toBe(0);
  expect(out).toMatch(
    /^Whole as far as it goes: 5 entries .* Without --head .* nobody can see whether its end was cut off/,
  );
});

test("a history that went on after its head was written down is whole, and the rest is counted", () => {
  const earlier = (JSON.parse(THIRD) as { hash: string }).hash;
  const { code, out } = verify(fileOf(WHOLE), "--head", earlier);
  expect([code, out]).toEqual([
    0,
    `Whole: 5 entries of r-7f3a21 (thread ${THREAD}), up to the head ${head}. 2 entries of them came after the head that you gave.\n`,
  ]);
});

const told = (change: (header: Record<string, unknown>) => Record<string, unknown>): string =>
  JSON.stringify(change(JSON.parse(HEADER) as Record<string, unknown>));
const fromElsewhere = history(someRun({ thread: "b".repeat(32) })).lines[3] ?? "";
const cutHeader = told((header) => ({
  ...header,
  ...{ length: 4, head: (JSON.parse(FOURTH) as { hash: string }).hash },
}));

const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "one entry was changed",
    [HEADER, FIRST, SECOND, THIRD.replace("broke 3", "broke 2"), FOURTH, FIFTH],
    /^Entry 3 of the history is not what was recorded/,
  ],
  ["one entry is missing", [HEADER, FIRST, SECOND, FOURTH, FIFTH], /^Entry 3 of the history is missing/],
  [
    "the end was cut off",
    [HEADER, FIRST, SECOND, THIRD, FOURTH],
    /^The history was cut off: it ends before entry 5/,
  ],
  [
    "the end was cut off and the first line says so, too",
    [cutHeader, FIRST, SECOND, THIRD, FOURTH],
    /^The history was cut off, or is not the one that ended in /,
  ],
  [
    "two entries were exchanged",
    [HEADER, FIRST, THIRD, SECOND, FOURTH, FIFTH],
    /^Entry 2 of the history stands further behind/,
  ],
  [
    "one entry is from another run",
    [HEADER, FIRST, SECOND, fromElsewhere, FOURTH, FIFTH],
    /^Entry 3 of the history does not belong here/,
  ],
  [
    "all of it is said to be of another run",
    [told((header) => ({ ...header, thread: "b".repeat(32) })), FIRST, SECOND, THIRD, FOURTH, FIFTH],
    /^Entry 1 of the history does not belong here/,
  ],
  [
    "it is said to be of a run of another name",
    [told((header) => ({ ...header, run: "r-bbbbbb" })), FIRST, SECOND, THIRD, FOURTH, FIFTH],
    /^The first line of the file calls it r-bbbbbb, and it is of r-/,
  ],
  [
    "a line was cut in its middle",
    [HEADER, FIRST, SECOND.slice(0, 80)],
    /^Line 3 of the file is not an entry/,
  ],
  ["an empty line stands within it", [HEADER, FIRST, "", SECOND], /^Line 3 of the file is not an entry/],
];

test.each(WRONG)("a history is not whole when %s", (_, changed, expected) => {
  const { code, out, err } = verify(fileOf(`${changed.join("\n")}\n`), "--head", head);
  expect([code, err]).toEqual([1, ""]);
  expect(out).toMatch(expected);
});

const NOTHING: readonly (readonly [string, () => readonly string[], RegExp])[] = [
  ["no file is named", () => [], /^Usage: /],
  ["two files are named", () => [fileOf(WHOLE), fileOf(WHOLE)], /^Usage: /],
  ["the file is not there", () => [join(tmpdir(), "nothing-of-that-name")], /cannot be read/],
  ["the file is a folder", () => [tmpdir()], /cannot be read/],
  ["the file is empty", () => [fileOf("")], /is no exported history/],
  ["the file is not JSON", () => [fileOf("Hello.\nHello?\n")], /is no exported history/],
  ["the file is of another kind", () => [fileOf('{"format":"other/1"}\n')], /is no exported history/],
  [
    "the file is of a newer format",
    () => [fileOf(WHOLE.replace("countersign.audit/1", "countersign.audit/2"))],
    /^This history was exported in the format "countersign\.audit\/2", which this version of Countersign does not know/,
  ],
  ["the head is none", () => [fileOf(WHOLE), "--head", "abc"], /^"abc" is no head of a history/],
  ["an option is none of its own", () => [fileOf(WHOLE), "--heat", head], /Usage: /],
];

test.each(NOTHING)("there is nothing to verify when %s", (_, args, expected) => {
  const { code, out, err } = verify(...args());
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(expected);
});

test("npm hands the head on, with and without two dashes before it", async () => {
  const file = fileOf(WHOLE);
  const cut = fileOf(`${lines.slice(0, -1).join("\n")}\n`);
  for (const dashes of [[], ["--"]]) {
    expect((await verifyByNpm(file, ...dashes, "--head", head)).code).toBe(0);
    expect((await verifyByNpm(cut, ...dashes, "--head", head)).code).toBe(1);
  }
});
