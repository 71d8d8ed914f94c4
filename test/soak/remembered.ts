// What the soak has been told, and must therefore be true: runs that were acknowledged, clicks that were, and what people saw.
import type { Story } from "./stories.ts";

export interface Click {
  readonly person: string;
  readonly what: string;
  readonly interrupt: string;
  readonly thread: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How Slack was answered; undefined when the click never got that far. */
  readonly answer: "ok" | "late" | "failed" | undefined;
  /** How much this person had been told in private before. */
  readonly told: number;
}

export interface Remembered {
  readonly story: Story;
  readonly startedAt: number;
  /** The run's name, once somebody was told. */
  name: string | undefined;
  thread: string | undefined;
  cardAt: number | undefined;
  /** It was asked to be cancelled, and that was acknowledged. */
  isCancelled: boolean;
  readonly clicks: Click[];
}

export interface Memory {
  readonly runs: ReadonlyMap<number, Remembered>;
  begin(story: Story): Remembered;
}

export function createMemory(): Memory {
  const runs = new Map<number, Remembered>();
  return {
    runs,
    begin(story) {
      const one: Remembered = {
        ...{ story, startedAt: Date.now(), clicks: [], isCancelled: false },
        ...{ name: undefined, thread: undefined, cardAt: undefined },
      };
      runs.set(story.number, one);
      return one;
    },
  };
}
