// Chance that can be played again: one number gives the same request each time.

export interface Chance {
  /** A whole number from 0 up to, and not with, `below`. */
  below(below: number): number;
  of<One>(list: readonly One[]): One;
  /** One in so many times. */
  oneIn(times: number): boolean;
}

/** For the request with this number of the run with this seed. */
export function chanceOf(seed: number, number: number): Chance {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    of: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new RangeError("There is nothing to choose from.");
      return one;
    },
    oneIn: (times) => below(times) === 0,
  };
}
