// What was counted, for tests that look; nobody else need.
import type { InvocationMetrics } from "../../src/lambda/emf.ts";
import { type MetricName, type Metrics, UNCOUNTED } from "../../src/runs/metrics.ts";

/** Where nobody looks. */
export const NOT_WRITTEN: InvocationMetrics = { ...UNCOUNTED, flush: () => undefined };

export interface Counted extends Metrics {
  /** All values of this name since it was made, or those of one workflow, oldest first. */
  of(name: MetricName, by?: { readonly workflow: string }): readonly number[];
}

export function counted(): Counted {
  const added: { readonly name: MetricName; readonly value: number; readonly workflow?: string }[] = [];
  return {
    add: (name, value, of) => added.push({ ...of, name, value }),
    of: (name, by) =>
      added
        .filter((one) => one.name === name && (by === undefined || one.workflow === by.workflow))
        .map(({ value }) => value),
  };
}
