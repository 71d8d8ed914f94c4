// What a model may say at its worst, and what people may answer to it: names, arguments and ids of every kind that has ever broken something.
import fc from "fast-check";
import type { AssistantMessage } from "../../src/graph/index.ts";

const DEEP = 20_000;
const LONG = 60_000;

const NAMES = [
  ...["__proto__", "constructor", "toString", "", " ", "free ", "Free", "a|b:0", "functions.free"],
  ...["\ud800", "x".repeat(3_000), "🧨".repeat(700), "free\u200b", "free\u0000"],
];
const IDS = [
  ...["", "same", "call_1_0", "call_1_1", "call_3_0", "__proto__", "constructor", "a|b:0", "#t#"],
  ...["\ud800", "\ud801", "y".repeat(3_000), "é".repeat(900)],
];
const TEXTS = [
  ...["fine", "", "\ud800", "a\udfffb", "x".repeat(LONG), "🧨".repeat(300), "\u0000\u202e", "<!channel> *a*"],
];

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** As the text in which a model writes them. */
const ARGUMENTS = [
  ...["", "null", "[]", "7", "{", '{"n":', "nonsense", '"text"', "{}", '{"n":1}}', '{"n":1e999}', '{"n":-0}'],
  ...['{"__proto__":{"n":1}}', '{"n":1,"__proto__":{"n":9}}', '{"constructor":{"prototype":{"n":1}}}'],
  ...[`{"n":1,"any":${nested(DEEP)}}`, `{"n":1,"any":${nested(300)}}`, nested(DEEP), '{"n":1,"n":99}'],
];

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("free", "asked", "odd", "once") },
  fc.constantFrom(...NAMES),
);
const id = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 999_999 }).map((n) => `call_${n}x`) },
  fc.constantFrom(...IDS),
);

/** Arguments that fit, and some that almost do. */
export const args = fc.record(
  {
    n: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.constantFrom(-1, 10, "1", null)),
    text: fc.constantFrom(...TEXTS),
    any: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...TEXTS)),
    __proto__: fc.constant(1),
  },
  { requiredKeys: ["n"] },
);

const written = fc.oneof(
  { weight: 4, arbitrary: args.map((value) => JSON.stringify(value)) },
  fc.constantFrom(...ARGUMENTS),
);

const call = fc.record({
  id,
  type: fc.constant("function" as const),
  function: fc.record({ name, arguments: written }),
});

const message = (calls: fc.Arbitrary<AssistantMessage["tool_calls"]>): fc.Arbitrary<AssistantMessage> =>
  fc
    .tuple(fc.option(fc.constantFrom(...TEXTS)), calls)
    .map(([content, tool_calls = []]) => ({ role: "assistant" as const, content, tool_calls }));

/** What it says one after the other; then it has come to its end. */
export const talk = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: message(fc.array(call, { minLength: 1, maxLength: 5 })) },
    { weight: 1, arbitrary: message(fc.constant([])) },
    { weight: 1, arbitrary: fc.tuple(id, name).map(([same, called]) => saying500(same, called)) },
  ),
  { minLength: 1, maxLength: 4 },
);

/** Small ones: half a thousand long ones would be more than any model says. */
function saying500(same: string, called: string): AssistantMessage {
  const one = { id: same, type: "function" as const, function: { name: called, arguments: '{"n":2}' } };
  return { role: "assistant", content: null, tool_calls: Array.from({ length: 500 }, () => one) };
}

export type Answer =
  | { readonly kind: "approve" | "reject" | "respond" | "expire" }
  | { readonly kind: "edit"; readonly args: object };

/** In the order in which people come to answer; begun again when there are more questions. */
export const people = fc.array(
  fc.oneof(
    fc.constantFrom<Answer>(
      ...(["approve", "reject", "respond", "expire"] as const).map((kind) => ({ kind })),
    ),
    args.map((edited): Answer => ({ kind: "edit", args: edited })),
  ),
  { minLength: 1, maxLength: 8 },
);
