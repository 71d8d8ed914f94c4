// Whatever state may hold survives storage, and what cannot is refused by name: examples, to what the model in test/models tries at random.
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  decodeSlot,
  decodeValue,
  encodeSlot,
  encodeValue,
  UndecodableValueError,
} from "../../src/graph/index.ts";
import { checkpoint, pause, set } from "../contract/slots.ts";

describe("the codec", () => {
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

  it("keeps a channel and a task that are named like its own tags", () => {
    const paused = { ...pause(1), results: { $cs1: { updates: [], goto: [], value: new Date(0) } } };
    for (const slot of [checkpoint(0, { $cs1: set(["date", 0]) }), paused])
      expect(decodeSlot(encodeSlot(slot))).toEqual(slot);
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
    expect(() => decodeValue({ $cs1: ["temporal", 1] })).toThrow(
      'A stored value with the tag "temporal" is of a newer version',
    );
    expect(() => decodeValue({ $cs2: ["date", 1] })).toThrow(
      'A stored value with the tag "$cs2" is of a newer',
    );
  });

  it("takes a field that is called as the tag of a newer version for what it is", () => {
    const value = { $cs2: ["date", 1] };
    expect(decodeValue(encodeValue(value, "x"))).toEqual(value);
  });
});
