// The README's own workflow, written and run as a newcomer would: in a copy of the project, by its words alone. test/docs compiles it.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson } from "../src/local/slack/person.ts";
import { SEED } from "../src/local/slack/seed.ts";
import { startProduct } from "./support/product.ts";
import { pendingCard } from "./support/system.ts";

const ROOT = resolve(import.meta.dirname, "..");
const run = promisify(execFile);

/** The code blocks of one section, in order. */
function blocksOf(section: string): readonly string[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const text = readme.split(/^## /m).find((part) => part.startsWith(section)) ?? "";
  return [...text.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
}

const [workflow = "", registry = "", command = ""] = blocksOf("Write your own workflow");

/** With the README's import, and the last name of its list. */
function registered(source: string): string {
  const [importLine = "", , list = ""] = registry.split("\n");
  const own = /(\w+) \}\);$/.exec(list)?.[1] ?? "";
  const place = /\n\n(export const workflows = registryOf\(\{[^}]*?),?(\s*\}\))/;
  return source.replace(place, `\n${importLine}\n\n$1, ${own}$2`);
}

describe("the README's workflow", () => {
  let copy = "";
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "countersign-readme-"));
    for (const part of ["src", "infra", "package.json", "tsconfig.json"])
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, "src/workflows/notice.ts"), workflow);
    const list = join(copy, "src/workflows/registry.ts");
    writeFileSync(list, registered(readFileSync(list, "utf8")));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test("has thirty lines at the most", () => {
    expect(workflow.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  });

  test("runs from its command to its effect, which happens once", async () => {
    await run("npm", ["run", "manifest"], { cwd: copy });
    const product = await startProduct(copy);
    try {
      const [rita, ana] = [
        createPerson(product.url, SEED.users.rita),
        createPerson(product.url, SEED.users.ana),
      ];
      await rita.say(SEED.channels.deploys, command.trim());
      await ana.click(await pendingCard(ana), "Approve");
      await rita.waitFor(({ messages }) => messages.find(({ text }) => text.includes("Notice approved.")));
      const ops = (await (await fetch(`${product.url}/panels/ops`)).json()) as { outbox: unknown };
      expect(ops.outbox).toMatchObject([{ to: "lee@example.com", body: "We are back.", replays: 0 }]);
    } finally {
      await product.stop();
    }
  }, 60_000);
});
