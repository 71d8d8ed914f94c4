// Ways to spoil a body that was well formed; some of them leave it so.
import type { Chance } from "../chance.ts";

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, "", " ", "x", "null", [], {}, [[]], { a: null }],
  ...["y".repeat(5_000), { id: 1 }, [1, "a"], "2026-01-01", "\u202e<@U0ANA> <!channel>", "\u0000"],
];
const NAMES = [
  "extra",
  "requester",
  "constructor",
  "toString",
  "then",
  "",
  "$ref",
  "by",
  "owner",
  "key",
  "args",
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function spoiltBody(value: unknown, chance: Chance): string {
  if (!isObject(value) || chance.oneIn(6)) return JSON.stringify(chance.of(VALUES));
  const names = Object.keys(value);
  const name = names.length > 0 ? chance.of(names) : "extra";
  const { [name]: part, ...others } = value;
  switch (chance.below(6)) {
    case 0:
      return JSON.stringify(others);
    case 1:
      return JSON.stringify({ ...value, [name]: chance.of(VALUES) });
    case 2:
      return JSON.stringify({ ...value, [chance.of(NAMES)]: chance.of(VALUES) });
    case 3:
      return JSON.stringify({ ...value, [name]: isObject(part) ? { ...part, deeper: { a: [1] } } : [part] });
    case 4:
      // Read by most as another prototype, and by JSON as a name.
      return `{"__proto__":{"reason":"x"},${JSON.stringify(value).slice(1)}`.replace(",}", "}");
    default:
      return JSON.stringify(value).slice(0, -1 - chance.below(4));
  }
}
