// Whatever state may hold survives storage, and what cannot is refused by name.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  decodeSlot,
  decodeValue,
  encodeValue,
  UndecodableValueError,
} from "../../src/graph/index.ts";

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, undefined, true, -0, NaN, Infinity, -Infinity),
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$cs1", "__proto__", "constructor")), tie("value"), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    fc.tuple(fc.string(), tie("value")).map(([message, cause]) => new Error(message, { cause })),
    // Data that looks like our own tags.
    fc
      .tuple(fc.constantFrom("date", "map", "undefined", "object", "nonsense"), tie("value"))
      .map((tag) => ({ $cs1: tag })),
  ),
}));

describe("the codec", () => {
  it("gives every value back as it was, through text", () => {
    fc.assert(
      fc.property(value, (original) => {
        const text = JSON.stringify(encodeValue(original, "it"));

        // Not `toStrictEqual`: it trips over data with a key named "constructor".
        assert.deepStrictEqual(decodeValue(JSON.parse(text) as never), original);
      }),
    );
  });

  it("keeps the name of an error and what caused it", () => {
    const error = new TypeError("bad", { cause: new RangeError("worse") });

    const decoded = decodeValue(encodeValue(error, "it"));

    expect(decoded).toMatchObject({
      name: "TypeError",
      message: "bad",
      cause: { name: "RangeError", message: "worse" },
    });
    expect(decoded).toBeInstanceOf(Error);
  });

  it("keeps a key named __proto__ as data", () => {
    const decoded = decodeValue(encodeValue(JSON.parse('{"__proto__":{"admin":true}}'), "it"));

    expect(Object.keys(decoded as object)).toEqual(["__proto__"]);
    expect((decoded as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ["a function", { f: () => 1 }, "it.f holds a function"],
    ["a symbol", [Symbol("s")], "it[0] holds a symbol"],
    ["a symbol as key", { a: { [Symbol("s")]: 1 } }, "it.a holds a key that is a symbol"],
    ["an instance of a class", { url: new URL("https://a.example") }, "it.url holds an instance of URL"],
    ["a promise", new Map([["p", Promise.resolve()]]), "it[1] holds an instance of Promise"],
  ])("refuses %s and says where it is", (_, refused, message) => {
    expect(() => encodeValue(refused, "it")).toThrow(message);
  });

  it("refuses an object inside itself, and allows the same object twice", () => {
    const round: Record<string, unknown> = {};
    round["self"] = { round };
    const shared = { a: 1 };

    expect(() => encodeValue(round, "it")).toThrow("it.self.round holds an object that contains itself");
    expect(decodeValue(encodeValue([shared, shared], "it"))).toEqual([shared, shared]);
  });

  it("makes the same canonical text whatever the order of keys", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: "x" })).toBe('{"a":"x","b":[{"c":2,"d":1}]}');
  });

  it("refuses text and tags of another version", () => {
    expect(() => decodeSlot('{"v":2,"body":{}}')).toThrow(UndecodableValueError);
    expect(() => decodeValue({ $cs1: ["temporal", 1] })).toThrow('The stored tag "temporal" is unknown');
  });
});
