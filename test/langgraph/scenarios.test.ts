// Every scenario on LangGraph.js and on Countersign, side by side.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { DOCS, docsOf } from "./docs.ts";
import { langgraph, ours } from "./runtimes.ts";
import { normalised } from "./scenario.ts";
import { topics } from "./scenarios/index.ts";

describe.each(topics)("$topic", ({ scenarios }) => {
  test.each(scenarios)("$title", async ({ play, differs }) => {
    const came = { langgraph: normalised(await play(langgraph)), ours: normalised(await play(ours)) };
    if (differs === undefined) expect(came.ours).toEqual(came.langgraph);
    else expect(came).toEqual({ langgraph: differs.langgraph, ours: differs.ours });
  });
});

test("docs/langgraph.md says what the scenarios show; npm run docs writes it anew", async () => {
  expect(await readFile(DOCS, "utf8")).toBe(docsOf(topics));
});

test("no two scenarios have the same title", () => {
  const titles = topics.flatMap(({ topic, scenarios }) => scenarios.map(({ title }) => `${topic}: ${title}`));
  expect(titles.filter((title, index) => titles.indexOf(title) < index)).toEqual([]);
});
