// What workflows act upon, as a target that honours idempotency keys: it performs each key once, and tells the first answer again.

export interface Act {
  /** Which of the workflow's effects. */
  readonly name: string;
  readonly key: string;
  /** What it was done with. */
  readonly value: string;
  readonly process: string;
  /** Which call it was, of all. */
  readonly call: number;
  readonly isReplay: boolean;
}

export interface TargetModel {
  act(act: Omit<Act, "isReplay">): void;
  readonly acts: readonly Act[];
}

export function createTargetModel(): TargetModel {
  const acts: Act[] = [];
  return {
    acts,
    act: (act) => acts.push({ ...act, isReplay: acts.some(({ key }) => key === act.key) }),
  };
}
