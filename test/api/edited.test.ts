// Edits over REST, whatever is asked: what is not named never changes, and what is masked never does.
import fc from "fast-check";
import { expect, test } from "vitest";
import { editedArgs } from "../../src/api/edited.ts";
import { JsonObject } from "../../src/approvals/json.ts";
import { isMasked, maskedArgs } from "../../src/approvals/redaction.ts";

const SCHEMA = { type: "object", properties: { hook: { type: "string", format: "password" } } };
const name: fc.Arbitrary<string> = fc.constantFrom(
  "a",
  "b",
  "token",
  "password",
  "hook",
  "__proto__",
  "constructor",
  "",
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom("••••", "ghp_0123456789abcdefghijklmnopqrstuvwxyz"),
);
const object = fc
  .array(fc.tuple(name, value), { maxLength: 6 })
  .map((entries) => JsonObject.parse(JSON.parse(JSON.stringify(Object.fromEntries(entries)))));

test("an edit gives what it names, takes away what it removes, and leaves everything else and every secret as it was", () => {
  fc.assert(
    fc.property(object, object, fc.uniqueArray(name, { maxLength: 2 }), (before, args, remove) => {
      const edited = editedArgs(before, SCHEMA, { args, remove });
      if (edited.kind === "refused") {
        expect(Object.keys(edited.errors).length).toBeGreaterThan(0);
        return;
      }
      for (const key of new Set([
        ...Object.keys(before),
        ...Object.keys(args),
        ...Object.keys(edited.args),
      ])) {
        const [was, is] = [before, edited.args].map((all) =>
          Object.hasOwn(all, key) ? all[key] : undefined,
        );
        const isTouched = Object.hasOwn(args, key) || remove.includes(key);
        const isSecret = Object.hasOwn(before, key) && isMasked(key, before, SCHEMA);
        if (!isTouched || isSecret) expect(is).toEqual(was);
        else if (Object.hasOwn(args, key)) expect(is).toEqual(args[key]);
        else expect(Object.hasOwn(edited.args, key)).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

test("what is shown, sent back as it is, changes nothing", () => {
  fc.assert(
    fc.property(object, (before) => {
      const shown = maskedArgs(before, SCHEMA).value;
      expect(editedArgs(before, SCHEMA, { args: shown })).toEqual({ kind: "args", args: before });
    }),
    { numRuns: 300 },
  );
});
