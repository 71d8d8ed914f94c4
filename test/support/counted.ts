// What was counted, for tests that look; nobody else need.
import type { InvocationMetrics } from "../../src/lambda/emf.ts";
import { type MetricName, type Metrics, UNCOUNTED } from "../../src/runs/metrics.ts";

/** Where nobody looks. */
export const NOT_WRITTEN: InvocationMetrics = { ...UNCOUNTED, flush: () => undefined };

export interface Counted extends Metrics {
  /** All values of this name since it was made, oldest first. */
  of(name: MetricName): readonly number[];
}

export function counted(): Counted {
  const added: { readonly name: MetricName; readonly value: number }[] = [];
  return {
    add: (name, value) => added.push({ name, value }),
    of: (name) => added.filter((one) => one.name === name).map(({ value }) => value),
  };
}
