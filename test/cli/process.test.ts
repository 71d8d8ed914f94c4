// The command line as a process, where whoever reads its answer stops early, or has no room for it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

interface Where {
  readonly stdout?: number;
  readonly cwd?: string;
}

function start(words: string, { stdout, cwd }: Where = {}) {
  const args = ["--disable-warning=ExperimentalWarning", MAIN, ...words.split(" ")];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", stdout ?? "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
  });
  return { child, err: child.stderr === null ? "" : text(child.stderr) };
}

test("whoever reads no further, as head does, is no error", async () => {
  const { child, err } = start("--help");
  child.stdout?.destroy();
  await once(child, "close");
  expect([child.exitCode, await err]).toEqual([0, ""]);
});

test("an answer that the disk has no room for is a failure, told in one line", async () => {
  const full = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(full));
  const { child, err } = start("--help", { stdout: full });
  await once(child, "close");
  expect([child.exitCode, await err]).toEqual([
    1,
    expect.stringMatching(/^The answer could not be written: ENOSPC[^\n]*\n$/),
  ]);
});

test("an .env that cannot be read is said beside the answer, which is one object all the same", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "cli-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, ".env"));
  const { child, err } = start("runs --store sqlite:none.db --json", { cwd });
  const out = child.stdout === null ? "" : await text(child.stdout);
  expect(JSON.parse(out)).toMatchObject({ kind: "no-place" });
  expect(await err).toMatch(/^\.env cannot be read, so none of its variables counts: [^\n]*\n$/);
});
