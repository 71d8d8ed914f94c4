// Ways to spoil what was well formed: values in JSON, texts that are JSON themselves, and raw bytes.
import { HOSTILE } from "../slack/hostile.ts";
import type { Chance } from "./chance.ts";

type Path = readonly (string | number)[];
type Holder = Record<string | number, unknown>;

const TEXTS = Object.values(HOSTILE);
const NAMES = ["__proto__", "constructor", "prototype", "toString", "then", "toJSON", "", "\u0000", "$cs1"];

const isHolder = (value: unknown): value is Holder => typeof value === "object" && value !== null;

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (!isHolder(value)) return [path];
  const within = Object.keys(value).flatMap((key) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return pathsIn(value[key], [...path, step]);
  });
  return [path, ...within];
}

function nested(levels: number, list: boolean): unknown {
  let value: unknown = "x";
  for (let level = 0; level < levels; level++) value = list ? [value] : { a: value };
  return value;
}

/** Another type in the same place. */
function retyped(value: unknown, chance: Chance): unknown {
  const others: readonly unknown[] = [
    ...[null, true, false, 0, -1, 1e308, 1.5, "", " ", "null", "[]", "0", [], {}, [[]], [null]],
    ...[[value], { value }, { [typeof value]: 1 }, { id: value }, { toString: 1 }, { length: 5 }],
  ];
  return chance.of(others);
}

function enormous(chance: Chance): unknown {
  return chance.of([
    "x".repeat(200_000),
    "\u202e".repeat(30_000),
    "😀".repeat(20_000),
    Array.from({ length: 5_000 }, (_, n) => n),
    Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`k${n}`, n])),
    nested(1_500, true),
    nested(1_500, false),
  ]);
}

/** What else stands in such places: other people, threads, digests and teams. */
export type Others = readonly string[];

/** Nothing may be sent anywhere but to this machine. */
const mayBe = (name: string | number, text: string): boolean =>
  name !== "response_url" || !/^[a-z]+:\/\//i.test(text) || text.startsWith("http://127.0.0.1:9/");

interface Spot {
  readonly holder: Holder;
  readonly name: string | number;
  readonly value: unknown;
  readonly chance: Chance;
  readonly others: Others;
}

function put({ holder, name }: Pick<Spot, "holder" | "name">, value: unknown): void {
  // Defined, so that one named "__proto__" is data, as JSON has it.
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function putText(spot: Spot, text: string): void {
  if (mayBe(spot.name, text)) put(spot, text);
}

function drop({ holder, name }: Spot): void {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else Reflect.deleteProperty(holder, name);
}

function double(spot: Spot): void {
  if (Array.isArray(spot.holder)) spot.holder.push(spot.value);
  else put(spot, [spot.value, spot.value]);
}

function retype(spot: Spot): void {
  put(spot, retyped(spot.value, spot.chance));
}

function spoilWithin(spot: Spot): void {
  if (typeof spot.value !== "string") retype(spot);
  else putText(spot, spoiltText(spot.value, spot.chance, spot.others));
}

const WAYS: readonly ((spot: Spot) => void)[] = [
  ...[drop, double, retype, retype, spoilWithin],
  (spot) => putText(spot, spot.chance.of(TEXTS)),
  (spot) => putText(spot, spot.chance.of(spot.others)),
  (spot) => put(spot, spot.chance.oneIn(4) ? enormous(spot.chance) : spot.chance.of(TEXTS).slice(0, 5)),
  ({ holder, value, chance }) => put({ holder, name: chance.of(NAMES) }, retyped(value, chance)),
];

/** One value in it made another; `json` itself is changed. */
function spoilOnce(json: Holder, chance: Chance, others: Others): void {
  const paths = pathsIn(json).filter(({ length }) => length > 0);
  if (paths.length === 0) return;
  const path = chance.of(paths);
  const name = path.at(-1) ?? "";
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (isHolder(value) ? value[key] : undefined), json);
  if (isHolder(holder)) chance.of(WAYS)({ holder, name, value: holder[name], chance, others });
}

/** JSON in a text is spoilt as JSON; what names several things has them swapped. */
function spoiltText(text: string, chance: Chance, others: Others): string {
  try {
    const inner: unknown = JSON.parse(text);
    if (isHolder(inner)) return JSON.stringify(spoilt(inner, chance, others));
  } catch {
    // It is text and nothing more.
  }
  if (text.includes(":")) return text.split(":").reverse().join(":");
  return chance.of([text.slice(1), `${text}x`, text.toUpperCase(), text.repeat(2), text.slice(0, 3)]);
}

/** A copy with one to three values made others. */
export function spoilt(json: unknown, chance: Chance, others: Others): Holder {
  const copy: unknown = structuredClone(json);
  if (!isHolder(copy)) throw new TypeError("There is nothing in it to spoil.");
  for (let times = chance.below(3); times >= 0; times--) spoilOnce(copy, chance, others);
  return copy;
}

/** Bytes cut off, changed, doubled, or no text at all any more. */
export function spoiltBytes(bytes: Buffer, chance: Chance): Buffer {
  const at = chance.below(bytes.length + 1);
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (chance.below(7)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, Buffer.of(chance.below(256)), behind.subarray(1)]);
    case 2:
      return Buffer.concat([before, Buffer.from([0xc3, 0x28, 0xff, 0xed, 0xa0, 0x80]), behind]);
    case 3:
      return Buffer.concat([before, Buffer.from("%ZZ%00%C3%28&&=&payload"), behind]);
    case 4:
      return Buffer.concat([bytes, Buffer.from("&"), bytes]);
    case 5:
      return Buffer.concat([before, Buffer.from([0xef, 0xbb, 0xbf, 0x00]), behind]);
    default:
      return Buffer.from(Array.from({ length: chance.below(300) }, () => chance.below(256)));
  }
}
