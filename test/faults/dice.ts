// Chance that can be had again: the same seed, the same throws.

export interface Dice {
  /** From 0 up to 1. */
  next(): number;
  /** From 0 up to `sides`, whole. */
  below(sides: number): number;
  /** A name that no other throw gives. */
  name(what: string): string;
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  let names = 0;
  // A well-known generator of 32 bits (mulberry32): enough to choose by, and nothing to guess from.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (sides: number): number => Math.floor(next() * sides);
  return { next, below, name: (what) => `${what}-${++names}-${below(0x10000).toString(16)}` };
}
