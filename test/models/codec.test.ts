// What is stored comes back as it was, in the same bytes each time; and what was damaged is refused by name, at once.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Approval } from "../../src/approvals/approval.ts";
import { approvalOf, recordAttributes } from "../../src/aws/record-item.ts";
import { packed, unpacked } from "../../src/aws/items.ts";
import {
  canonicalJson,
  type Change,
  decodeMemo,
  decodeSlot,
  decodeValue,
  encodeMemo,
  encodeSlot,
  encodeValue,
  type JsonValue,
  type Slot,
  takenApart,
  UndecodableValueError,
  UnencodableValueError,
} from "../../src/graph/index.ts";
import { pending } from "../approvals/fixtures.ts";
import { checkpoint, memo, pause } from "../contract/slots.ts";
import { value } from "./values.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 300);
const settings = { seed: 20_260_302, numRuns: RUNS };
const timeout = Math.max(20_000, RUNS * 20);

const textOf = (one: unknown): string => JSON.stringify(encodeValue(one, "it"));
const valueIn = (text: string): unknown => decodeValue(JSON.parse(text) as JsonValue);

const name = fc.constantFrom("plan", "log", "__proto__", "constructor", "$cs1");
const change = fc.oneof(
  value.map((one): Change => ({ kind: "set", value: one })),
  fc.array(value, { maxLength: 3 }).map((items): Change => ({ kind: "append", items })),
);
const slots: fc.Arbitrary<Slot> = fc
  .tuple(fc.array(fc.tuple(name, change), { maxLength: 3 }), value, fc.boolean())
  .map(([entries, one, isPause]) => {
    const changes = Object.fromEntries(entries);
    const next = [{ kind: "send", path: "a:0", node: "a", args: one }] as const;
    if (!isPause) return { ...checkpoint(3, changes), next };
    const results = Object.fromEntries([["__proto__", { updates: [{ plan: one }], goto: [], value: one }]]);
    return { ...pause(3), changes, next, results };
  });

describe("what is accepted", () => {
  test("comes back equal, however it is nested", { timeout }, () => {
    // Not `toStrictEqual`: it trips over data with a key named "constructor".
    fc.assert(
      fc.property(value, (one) => assert.deepStrictEqual(valueIn(textOf(one)), one)),
      settings,
    );
  });

  test(
    "has the same bytes each time, also once it was read back, and in whatever order its keys were set, the same hash",
    { timeout },
    () => {
      fc.assert(
        fc.property(value, fc.dictionary(fc.string(), value, { maxKeys: 4 }), (one, record) => {
          const text = textOf(one);
          expect(textOf(one)).toBe(text);
          expect(textOf(valueIn(text))).toBe(text);
          const turned = Object.fromEntries(Object.entries(record).reverse());
          expect(canonicalJson(encodeValue(turned, "it"))).toBe(canonicalJson(encodeValue(record, "it")));
        }),
        settings,
      );
    },
  );

  test("comes back equal in slots and memos, also without a look at the values", { timeout }, () => {
    fc.assert(
      fc.property(slots, value, (slot, one) => {
        const text = encodeSlot(slot);
        assert.deepStrictEqual(decodeSlot(text), slot);
        expect(encodeSlot(decodeSlot(text))).toBe(text);
        const apart = takenApart(text);
        assert.deepStrictEqual(apart.slot, { ...slot, changes: {} });
        expect(Object.keys(apart.changes)).toEqual(Object.keys(slot.changes));
        const kept = memo(4, "a", one);
        assert.deepStrictEqual(decodeMemo(encodeMemo(kept)), kept);
      }),
      settings,
    );
  });

  test("is as deep as hundreds of levels, and deeper it is refused by name", () => {
    const deep = (levels: number, wrap: (one: unknown) => unknown): unknown =>
      Array.from({ length: levels }).reduce((one: unknown) => wrap(one), 1);
    for (const wrap of [
      (one: unknown) => [one],
      (a: unknown) => ({ a }),
      (a: unknown) => new Map([[a, a]]),
    ]) {
      const isMap = wrap(1) instanceof Map;
      assert.deepStrictEqual(valueIn(textOf(deep(isMap ? 12 : 400, wrap))), deep(isMap ? 12 : 400, wrap));
    }
    for (const wrap of [(one: unknown) => [one], (a: unknown) => ({ a })])
      expect(() => encodeValue(deep(100_000, wrap), "it")).toThrow(UnencodableValueError);
  });

  test("has holes filled: a list with some is stored as one with undefined in their places", () => {
    const holes = Object.assign<unknown[], Record<number, unknown>>([], { 0: 1, 3: new Date(0) });
    expect(holes).toHaveLength(4);
    assert.deepStrictEqual(valueIn(textOf(holes)), [1, undefined, undefined, new Date(0)]);
  });
});

describe("what is not accepted", () => {
  const deceiving = (constructor: unknown): unknown => Object.create({ constructor }) as unknown;
  test.each<readonly [string, unknown]>([
    ["other typed arrays", new Float64Array(2)],
    ["a buffer's memory", new ArrayBuffer(8)],
    ["a boxed text", new String("x")],
    ["a pattern", /x/],
    ["a weak map", new WeakMap()],
    ["an object of no class", Object.create(Object.create(null) as object)],
    ["an object whose class is a number", deceiving(5)],
    ["an object whose class is nothing", deceiving(undefined)],
    ["a list inside itself", inItself<unknown[]>([], (list) => list.push(list))],
    ["a map inside itself, as a key", inItself(new Map(), (map) => map.set(map, 1))],
    ["a set inside itself", inItself(new Set(), (set) => set.add([set]))],
    ["an error caused by itself", inItself(new Error("x"), (error) => (error.cause = { error }))],
  ])("%s: by a sentence that says where it is", (_what, refused) => {
    expect(() => encodeValue({ a: [refused] }, "it")).toThrow(UnencodableValueError);
    expect(() => encodeValue({ a: [refused] }, "it")).toThrow(/^it\.a\[0\].* holds an? .*cannot be stored/);
  });
});

function inItself<One>(one: One, put: (one: One) => unknown): One {
  put(one);
  return one;
}

/** Text as it may be after it was damaged. */
const damages = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("byte" as const), at: fc.nat(), to: fc.nat(255) }),
  fc.record({ kind: fc.constant("twice" as const), at: fc.nat(), to: fc.nat(40) }),
  fc.record({
    kind: fc.constant("tag" as const),
    at: fc.nat(),
    to: fc.constantFrom(
      "bigint",
      "date",
      "error",
      "map",
      "message",
      "bytes",
      "number",
      "set",
      "object",
      "none",
    ),
  }),
);
type Damage = typeof damages extends fc.Arbitrary<infer One> ? One : never;

function damaged(bytes: Buffer, damage: Damage): Buffer {
  const at = damage.at % (bytes.length + 1);
  switch (damage.kind) {
    case "cut":
      return bytes.subarray(0, at);
    case "byte":
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(damage.to), bytes.subarray(at + 1)]);
    case "twice":
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - damage.to))]);
    case "tag": {
      let count = 0;
      const tags = /\["(?:bigint|date|error|map|message|bytes|number|set|object)"/g;
      const found = [...bytes.toString("latin1").matchAll(tags)].length || 1;
      const put = (tag: string): string => (count++ === damage.at % found ? `["${damage.to}"` : tag);
      return Buffer.from(bytes.toString("latin1").replaceAll(tags, put), "latin1");
    }
  }
}

/** What reading ends in: a value, or the error that says whose text it was. */
function endOf(read: () => unknown, isOwn: (error: unknown) => boolean): void {
  const began = performance.now();
  try {
    read();
  } catch (error) {
    if (!isOwn(error)) throw error;
  }
  expect(performance.now() - began).toBeLessThan(5_000);
}

const isUndecodable = (error: unknown): boolean => error instanceof UndecodableValueError;

describe("what was damaged", () => {
  test(
    "in a slot or memo is read, or refused by the codec's own error, and never anything else",
    { timeout },
    () => {
      fc.assert(
        fc.property(slots, value, fc.array(damages, { minLength: 1, maxLength: 3 }), (slot, one, each) => {
          for (const text of [encodeSlot(slot), encodeMemo(memo(4, "a", one))]) {
            const now = each.reduce(damaged, Buffer.from(text)).toString();
            for (const read of [decodeSlot, decodeMemo, takenApart]) endOf(() => read(now), isUndecodable);
          }
        }),
        settings,
      );
    },
  );

  test.each([
    ["a number that is none", { $cs1: ["bigint", "12x"] }],
    ["a fraction", { $cs1: ["bigint", "1.5"] }],
    ["a date of an object", { $cs1: ["date", { toString: 1, valueOf: 2 }] }],
    ["a number of an object", { $cs1: ["number", { valueOf: { x: 1 }, toString: null }] }],
    [
      "an error whose message has no text",
      { $cs1: ["error", { name: { toString: 1 }, message: { toString: 1 } }] },
    ],
    ["a message of nothing", { $cs1: ["message", null] }],
    ["a message of lists", { $cs1: ["message", { type: [], tool_calls: [null, 1], content: {} }] }],
    ["no tag", { $cs1: [] }],
    ["a tag that is an object", { $cs1: [{ toString: 1 }, 1] }],
    ["a hundred thousand lists in each other", JSON.parse("[".repeat(100_000) + "]".repeat(100_000))],
  ])("to %s is read, or refused by the codec's own error", (_what, json) => {
    endOf(() => decodeValue(json as JsonValue), isUndecodable);
  });

  test.each([
    "",
    "{",
    "null",
    "1",
    '"x"',
    "[]",
    "{}",
    '{"v":1}',
    '{"v":1,"body":null}',
    '{"v":1,"body":[1]}',
  ])("to the text %j is refused by the codec's own error", (text) => {
    for (const read of [decodeSlot, decodeMemo, takenApart])
      expect(() => read(text)).toThrow(UndecodableValueError);
  });

  test("in packed bytes is read, or refused by a sentence", { timeout }, () => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 800, maxLength: 2_000 }));
    fc.assert(
      fc.property(texts, fc.array(damages, { minLength: 1, maxLength: 2 }), (text, each) => {
        const bytes = Buffer.from(packed(text));
        expect(unpacked(bytes, "d")).toBe(text.toWellFormed());
        endOf(
          () => unpacked(each.reduce(damaged, bytes), "d"),
          (error) => error instanceof Error && error.message.startsWith('The stored bytes "d" '),
        );
      }),
      settings,
    );
  });

  test("in a record is read as a record, or refused by a sentence that names it", { timeout }, () => {
    const text = recordAttributes(pending)["d"]?.S ?? "";
    const key = { pk: { S: "T#T1#t" }, sk: { S: "A#f" } };
    expect(approvalOf({ ...key, d: { S: text } })).toEqual(pending);
    fc.assert(
      fc.property(fc.array(damages, { minLength: 1, maxLength: 2 }), (each) => {
        const d = { S: each.reduce(damaged, Buffer.from(text)).toString() };
        endOf(
          () => expect(Approval.safeParse(approvalOf({ ...key, d })).success).toBe(true),
          (error) => error instanceof Error && error.message.startsWith('The record "A#f" of "T#T1#t" '),
        );
      }),
      settings,
    );
  });
});
