// Where a sentence about an argument that does not fit stands in the form.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { blockErrors } from "../../../src/slack/modals/edit.ts";
import { startDoor } from "../support.ts";
import { asking, inputIds } from "./edit-support.ts";

describe("a sentence about a field", () => {
  const properties = { diff: { type: "string" }, version: { type: "string" }, env: { type: "string" } };
  const args = { diff: "x".repeat(3_001), version: "v2", env: "prod" };

  test("stands at its input; without one, at the first input, with its name", () => {
    const approval = asking(args, properties);
    expect(blockErrors(approval, { env: "Wrong." })).toEqual({ "arg:env": "Wrong." });
    expect(blockErrors(approval, { diff: "Too long.", gone: "Unknown." })).toEqual({
      "arg:version": "diff: Too long. gone: Unknown.",
    });
    expect(blockErrors(approval, { "": "Not like this.", version: "Wrong." })).toEqual({
      "arg:version": "Not like this. Wrong.",
    });
  });

  test("stands at the JSON box with the field's name, whatever it is called", () => {
    const approval = asking({ json: {} }, { json: { type: "object" } });
    expect(blockErrors(approval, { json: "Wrong.", "": "Bad." })).toEqual({
      json: "json: Wrong. Bad.",
    });
  });

  test("of a field called json stands at its own input", () => {
    expect(blockErrors(asking({ json: "x" }, { json: { type: "string" } }), { json: "Wrong." })).toEqual({
      "arg:json": "Wrong.",
    });
  });

  test("never stands anywhere but at an input that is there", () => {
    const names = fc.constantFrom("diff", "version", "env", "json", "", "gone");
    const schemas = fc.constantFrom<JsonObject>(properties, { ...properties, env: { type: "object" } });
    fc.assert(
      fc.property(fc.dictionary(names, fc.constant("Wrong."), { minKeys: 1 }), schemas, (errors, schema) => {
        const approval = asking({ ...args, diff: schema === properties ? args.diff : "x" }, schema);
        for (const block of Object.keys(blockErrors(approval, errors)))
          expect(inputIds(approval)).toContain(block);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  test("that concerns a field without an input reaches the person, and decides nothing", async () => {
    const { slack, ask, records } = await startDoor();
    const limited = { ...properties, diff: { type: "string", maxLength: 100 } };
    const approval = asking(args, limited);
    const ana = slack.person(SEED.users.ana);
    await ana.click(await ask(approval), "Edit…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    const submitted = await ana.submit(form, { "arg:version": "v3" });
    expect(submitted).toMatchObject({ ok: true, answer: { kind: "ok" } });
    const { errors } = await ana.waitFor(({ views }) =>
      views.find((view) => Object.keys(view.errors).length > 0),
    );
    expect(errors).toEqual({ "arg:version": expect.stringMatching(/^diff: /) as unknown });
    expect((await records.approval(approval, approval.interrupt))?.state).toEqual({ kind: "pending" });
  });
});
