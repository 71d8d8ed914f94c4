// The list that Slack reads is the list that the worker runs.
import { expect, test } from "vitest";
import { argsFromWords, checkArgs } from "../../src/approvals/schema.ts";
import manifest from "../../src/workflows/manifest.json" with { type: "json" };
import { listings } from "../../infra/listings.ts";
import { parseCommand } from "../../src/slack/command.ts";

test("the manifest is what the registry says; `npm run manifest` writes it", () => {
  expect(manifest).toEqual(listings());
});

test.each(listings())(
  "the example of $name is a complete and valid command",
  ({ name, example, inputSchema }) => {
    const intent = parseCommand(`run ${name} ${example}`);
    if (intent.kind !== "run") throw new Error("The example is not read as a run.");
    expect(intent.stray).toEqual([]);
    expect(checkArgs(inputSchema, argsFromWords(inputSchema, intent.words)).kind).toBe("fits");
  },
);
