// The app's log in a file: what cannot be written there is said elsewhere, and nothing fails by it.
import { mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { linesInto } from "../../src/local/log-file.ts";
import { freshFile } from "../support/sqlite.ts";

test("lines go into the file, and into a new one once somebody has taken it away", () => {
  const file = freshFile();
  const write = linesInto(file);
  write("one\n");
  renameSync(file, `${file}.1`);
  write("two\n");
  expect([`${file}.1`, file].map((each) => readFileSync(each, "utf8"))).toEqual(["one\n", "two\n"]);
});

test("what a full disk refuses is said elsewhere, so that whoever logs it goes on", () => {
  const [full, folder] = [freshFile(), freshFile()];
  symlinkSync("/dev/full", full);
  mkdirSync(folder);
  const lines: string[] = [];
  for (const file of [full, folder]) linesInto(file, (line) => lines.push(line))(`of ${file}\n`);
  expect(lines).toEqual([`of ${full}\n`, `of ${folder}\n`]);
});
