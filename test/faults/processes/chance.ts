// Chance that can be had again: the same words give the same draws.
import { createHash } from "node:crypto";

export interface Chance {
  /** From 0 to 1, without 1. */
  part(): number;
  between(low: number, high: number): number;
  /** The heavier, the more often. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
}

export function chanceOf(words: string): Chance {
  let state = createHash("sha256").update(words).digest().readUInt32LE(0);
  // Mulberry32.
  const part = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    part,
    between: (low, high) => low + Math.floor(part() * (high - low + 1)),
    weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
      const all = Object.entries(weights) as [T, number][];
      let at = part() * all.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of all) {
        at -= weight;
        if (at < 0) return name;
      }
      throw new Error("Nothing has any weight.");
    },
  };
}
