// Every alarm has its section in docs/operations.md, every section its alarm, and each says what it means, what to check and what to do.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { METRICS } from "../../src/runs/metrics.ts";
import { pageAt, proseOf, ROOT } from "./pages.ts";

const infra = join(ROOT, "infra");
const templates = readdirSync(infra)
  .filter((name) => /^alarms.*\.yml$/.test(name))
  .map((name) => readFileSync(join(infra, name), "utf8"))
  .join("\n");
const alarms = [...templates.matchAll(/AlarmName: \S+-\$\{sls:stage\}-([\w-]+)$/gm)].map(
  ([, name = ""]) => name,
);

const [, section = ""] = /^## Alarms\n([^]*?)^## /m.exec(proseOf(pageAt("docs/operations.md"))) ?? [];
const described = section
  .split(/^### /m)
  .slice(1)
  .map((text) => ({ name: text.slice(0, text.indexOf("\n")), text }));

test("every alarm has a section, and every section an alarm", () => {
  expect(alarms.length).toBeGreaterThan(10);
  expect(described.map(({ name }) => name).toSorted()).toEqual(alarms.toSorted());
});

test.each(described)("the section of $name says what it means, what to check and what to do", ({ text }) => {
  for (const part of [/^- \*\*Means:\*\* /m, /^- \*\*Check\b/m, /\bdo:\*\* /i]) expect(text).toMatch(part);
});

test("what an alarm says leads to its section", () => {
  const led = [...templates.matchAll(/docs\/operations\.md#([\w-]+)/g)].map(([, anchor = ""]) => anchor);
  expect(led.toSorted()).toEqual(alarms.toSorted());
});

test("every metric of ours is explained, and no other", () => {
  const [, metrics = ""] = /^## Metrics\n([^]*?)^## /m.exec(proseOf(pageAt("docs/operations.md"))) ?? [];
  const names = [...metrics.matchAll(/^\| `[^|]*/gm)].flatMap(([cell]) => cell.match(/\w+(?=`)/g) ?? []);
  expect(names.toSorted()).toEqual(Object.keys(METRICS).toSorted());
});
