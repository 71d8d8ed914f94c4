// Virtual time, and whose turn it is: everybody waits at the seam until it is theirs, so that a run is the same each time it is played.
import type { Process } from "./seam.ts";

interface Waiting {
  readonly process: Process;
  readonly atMs: number;
  readonly go: () => void;
}

/** Something that may happen next. */
export type Choice = () => void;

export interface Scheduler {
  readonly nowMs: () => number;
  readonly now: () => string;
  advanceTo(ms: number): void;
  /** Waits until this process is let go on, not before `atMs`. */
  turn(process: Process, atMs: number): Promise<void>;
  /** Runs something in a process; it is over when that is, or when the process has died. */
  run(process: Process, body: () => Promise<void>): void;
  /** Resolves when nobody is doing anything but waiting here. */
  quiet(): Promise<void>;
  /** Who may be let go on now, the one that has waited longest first. */
  ready(): readonly Choice[];
  /** When the first of those who wait may go on. */
  nextMs(): number | undefined;
  /** Whether anybody is alive and not done. */
  isBusy(): boolean;
  /** Waiting for a time that has not come. */
  isAsleep(process: Process): boolean;
  note(process: Process, text: string, fault?: string): void;
  readonly trace: readonly string[];
}

const START_MS = Date.parse("2026-03-01T03:00:00.000Z");
/** Turns of the event loop that those need who are not at the seam yet; then it is waited for in real time. */
const TURNS = 60;
const PATIENCE_MS = 20_000;

export function createScheduler(): Scheduler {
  let nowMs = START_MS;
  const waiting = new Set<Waiting>();
  const running = new Map<symbol, Process>();
  const trace: string[] = [];
  const now = (): string => new Date(nowMs).toISOString();

  /** Neither waiting here, nor dead, nor done. */
  function isAnyoneElsewhere(): boolean {
    for (const process of running.values()) {
      if (process.isDead) continue;
      let isHere = false;
      for (const one of waiting) isHere ||= one.process === process;
      if (!isHere) return true;
    }
    return false;
  }

  function bury(): void {
    for (const one of waiting) if (one.process.isDead) waiting.delete(one);
    for (const [key, process] of running) if (process.isDead) running.delete(key);
  }

  return {
    nowMs: () => nowMs,
    now,
    trace,
    advanceTo: (ms) => {
      nowMs = Math.max(nowMs, ms);
    },
    turn: (process, atMs) =>
      new Promise((go) => {
        waiting.add({ process, atMs, go });
      }),
    run(process, body) {
      const key = Symbol(process.name);
      running.set(key, process);
      void body().finally(() => running.delete(key));
    },
    async quiet() {
      // Once in any case: who has just been let go on is still listed as nowhere.
      await new Promise(setImmediate);
      bury();
      for (let turns = 0; isAnyoneElsewhere() && turns < TURNS; turns++) {
        await new Promise(setImmediate);
        bury();
      }
      for (let waited = 0; isAnyoneElsewhere(); waited++) {
        if (waited > PATIENCE_MS) throw new Error(`Somebody neither calls nor ends: ${trace.at(-1) ?? ""}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        bury();
      }
    },
    ready() {
      const choices: Choice[] = [];
      for (const one of waiting) {
        if (one.atMs > nowMs) continue;
        choices.push(() => {
          waiting.delete(one);
          one.go();
        });
      }
      return choices;
    },
    nextMs() {
      let next: number | undefined;
      for (const { atMs } of waiting) next = Math.min(next ?? atMs, atMs);
      return next;
    },
    isBusy: () => running.size > 0,
    isAsleep: (process) => [...waiting].some((one) => one.process === process && one.atMs > nowMs),
    note(process, text, fault) {
      const struck = fault === undefined ? "" : `  <<< ${fault}`;
      trace.push(`${now().slice(11, 23)} ${process.name.padEnd(12)} ${text}${struck}`);
    },
  };
}
