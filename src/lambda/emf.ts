// What is counted, as lines of the log that CloudWatch makes metrics of (its embedded metric format): written once for each invocation.
import { Metrics as Emf } from "@aws-lambda-powertools/metrics";
import { METRICS, type Metrics } from "../runs/metrics.ts";
import { DEFAULT_LOGGING } from "./config.ts";

export interface InvocationMetrics extends Metrics {
  /** Writes what was added since the last time, if anything was. */
  readonly flush: () => void;
}

/** Alarms look for them there. */
const NAMESPACE = "Countersign";
/** At a hundred values of one name Powertools would write by itself, and to the process's output. */
const MOST_AT_ONCE = 90;

/**
 * @example
 * const metrics = createMetrics((line) => process.stdout.write(line), "countersign-dev");
 * metrics.add("TimeToDecision", 42_000, { workflow: "deploy" });
 * metrics.flush();
 */
export function createMetrics(
  write: (line: string) => void,
  serviceName = DEFAULT_LOGGING.service,
): InvocationMetrics {
  const byWorkflow = new Map<string | undefined, Emf>();
  let waiting = 0;
  const emfOf = (workflow: string | undefined): Emf => {
    const known = byWorkflow.get(workflow);
    if (known !== undefined) return known;
    const defaultDimensions = workflow === undefined ? {} : { workflow };
    const made = new Emf({ namespace: NAMESPACE, serviceName, defaultDimensions });
    byWorkflow.set(workflow, made);
    return made;
  };
  const flush = (): void => {
    waiting = 0;
    for (const emf of byWorkflow.values()) {
      if (!emf.hasStoredMetrics()) continue;
      write(`${JSON.stringify(emf.serializeMetrics())}\n`);
      emf.clearMetrics();
    }
  };
  return {
    add(name, value, of) {
      emfOf(of?.workflow).addMetric(name, METRICS[name], value);
      waiting += 1;
      if (waiting >= MOST_AT_ONCE) flush();
    },
    flush,
  };
}
