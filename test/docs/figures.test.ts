// What pages count and list is what there is.
import { expect, test } from "vitest";
import manifest from "../../src/workflows/manifest.json" with { type: "json" };
import { FUNCTIONS } from "../../src/aws/tally.ts";
import { pageAt } from "./pages.ts";

test("the comparison has as many scenarios as the page that lists them", () => {
  const [summary = ""] = /^\d+ scenarios: .*$/m.exec(pageAt("docs/langgraph.md").text) ?? [];
  const [all, same, different] = summary.match(/\d+/g) ?? [];
  expect(pageAt("docs/comparison.md").text).toContain(
    `Of ${all} scenarios that are played on both, ${same} come out the same, and ${different} differ on purpose`,
  );
});

test("every workflow is among the examples", () => {
  const listed = [...pageAt("docs/writing-workflows.md").text.matchAll(/^\| \[`([\w-]+)`\]/gm)];
  expect(listed.map(([, name]) => name).toSorted()).toEqual(manifest.map(({ name }) => name).toSorted());
});

test.each(FUNCTIONS)("the architecture says what the %s function is for", (name) => {
  expect(pageAt("docs/architecture.md").text).toMatch(new RegExp(`^- \\*\\*${name}\\*\\* `, "m"));
});
