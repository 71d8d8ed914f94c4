// Every scenario on LangGraph.js and on Countersign, side by side.
import { describe, expect, test } from "vitest";
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
