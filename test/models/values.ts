// Random values of every kind that state may hold, with the names and texts that break careless code.
import fc from "fast-check";

/** Half characters too, in any place. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "\udc00\ud800", "a\ud83d", "__proto__", "$cs1", "\u0000", "\u2028", ""),
);
const name = fc.oneof(
  fc.string(),
  fc.constantFrom("$cs1", "__proto__", "constructor", "toString", "toJSON", "then", "length", "0", "\ud800"),
);

/** A list with holes is a list with `undefined` in them. */
export const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, undefined, true, -0, NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324),
    text,
    fc.double(),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    fc.tuple(text, tie("value")).map(([message, cause]) => new Error(message, { cause })),
    // Data that looks like our own tags.
    fc
      .tuple(fc.constantFrom("date", "map", "undefined", "object", "message", "nonsense"), tie("value"))
      .map((tag) => ({ $cs1: tag })),
    // The same object in several places.
    tie("value").map((one) => ({ here: one, there: [one, one] })),
  ),
}));
