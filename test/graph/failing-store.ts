// Storage that fails on purpose, by the number of the call, before or after carrying it out.
import { type Checkpointer, MemorySaver } from "../../src/graph/index.ts";

/** What a worker hears of a call that failed. */
export class Outage extends Error {}

export interface Crash {
  /** Which call of any worker: a load, an append or a saveTask. */
  readonly call: number;
  /**
   * `fails`: this call. `dies`: this call, and nothing more that its worker asks for is carried out. `stalls`: its worker is given
   * up for dead, and goes on after some calls of others.
   */
  readonly kind: "fails" | "dies" | "stalls";
  /** It is carried out before, and the worker does not hear of it. */
  readonly isAfter: boolean;
  /** For how many calls, when it stalls. */
  readonly stallsFor: number;
}

export interface Watcher {
  stored(written: unknown): void;
  troubled(): void;
}

export interface Worker {
  readonly saver: Checkpointer;
  /** Settles when nobody waits for the worker any more. */
  readonly givenUp: Promise<undefined>;
}

export interface FailingStore {
  worker(): Worker;
  /** Carries out what stalls still, and fails no more. */
  release(): void;
}

export function failingStore(crashes: readonly Crash[], watcher: Watcher): FailingStore {
  const inner = new MemorySaver();
  const stalled: { readonly until: number; readonly goOn: (value: undefined) => void }[] = [];
  let calls = 0;
  let isReleased = false;
  const releaseUntil = (call: number): void => {
    for (const { until, goOn } of stalled) if (until <= call) goOn(undefined);
  };
  const nextCrash = (): Crash | undefined => {
    const number = calls++;
    releaseUntil(number);
    return isReleased ? undefined : crashes.find(({ call }) => call === number);
  };
  const worker = (): Worker => {
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<undefined>();
    let isDead = false;
    const strike = async ({ call, kind, stallsFor }: Crash): Promise<void> => {
      watcher.troubled();
      if (kind !== "stalls") {
        isDead ||= kind === "dies";
        throw new Outage(`call ${call} failed`);
      }
      const { promise, resolve } = Promise.withResolvers<undefined>();
      stalled.push({ until: call + stallsFor, goOn: resolve });
      giveUp(undefined);
      await promise;
    };
    const guarded = async <Result>(
      carryOut: () => Promise<Result>,
      written: unknown = "",
    ): Promise<Result> => {
      const crash = nextCrash();
      if (crash?.isAfter === false) await strike(crash);
      if (isDead) throw new Outage("its worker is dead");
      const result = await carryOut();
      watcher.stored(written);
      if (crash?.isAfter === true) await strike(crash);
      return result;
    };
    return {
      givenUp,
      saver: {
        load: (id) => guarded(() => inner.load(id)),
        history: (id) => guarded(() => inner.history(id)),
        // What a slot leads to is not what it stores of what is done.
        append: (id, slot) => guarded(() => inner.append(id, slot), { ...slot, next: [] }),
        saveTask: (id, memo) => guarded(() => inner.saveTask(id, memo), memo),
        claim: (id, memo) => guarded(() => inner.claim(id, memo), memo),
        delete: (id) => inner.delete(id),
      },
    };
  };
  const release = (): void => {
    isReleased = true;
    releaseUntil(Infinity);
  };
  return { worker, release };
}
