// Plays src/workflows/remediate.ts: reads metrics, logs and runbooks, does what the alert's name asks for, and says what became of it.
import * as z from "zod";
import { parsedJson } from "../../approvals/json.ts";
import { type Called, isUnknown, refusalIn, type Script, type Told } from "./script.ts";

export const remediate: Script = (told) => {
  const [, alert, service, env] =
    /^The alert (.+) \(severity: [^)]*\) fires for (\S+) in (\S+)\. /.exec(told.asked[0] ?? "") ?? [];
  if (!told.tools.includes("scale_service") || alert === undefined) return undefined;
  if (service === undefined || env === undefined) return undefined;
  const at = { service, env };
  const metrics = last(told, "read_metrics");
  if (metrics === undefined)
    return {
      calls: [
        ["read_metrics", at],
        ["read_logs", at],
        ["find_runbooks", { alert }],
      ],
    };
  const refused = refusalIn(metrics);
  if (refused !== undefined) return `I could not look into ${alert}. ${refused} Nothing was done.`;
  const act = last(told, "scale_service") ?? last(told, "restart_service");
  const found = foundIn(metrics, at);
  if (act === undefined) return { said: found, calls: [actFor(alert, at, replicasIn(metrics))] };
  return [found, doneBy(act, at), nextIn(last(told, "find_runbooks"))].join(" ");
};

interface At {
  readonly service: string;
  readonly env: string;
}

function last({ called }: Told, wanted: string): Called | undefined {
  return called.findLast(({ name }) => name === wanted);
}

function actFor(alert: string, at: At, replicas: number): readonly [name: string, args: object] {
  const says = (words: RegExp): boolean => words.test(alert);
  const scaled = (to: number) => ["scale_service", { ...at, replicas: to }] as const;
  if (says(/idle|overprovisioned|replica|cost/i)) return scaled(Math.max(1, replicas - 1));
  if (says(/load|latency|cpu|queue|saturation/i)) return scaled(Math.ceil(replicas * 1.25));
  return ["restart_service", at];
}

const Metrics = z.object({
  metrics: z.object({
    ...{ replicas: z.int(), errorsPercent: z.number(), p99Ms: z.number() },
    ...{ memoryPercent: z.number(), loadPercent: z.number() },
  }),
});

function replicasIn({ answer }: Called): number {
  return Metrics.safeParse(parsedJson(answer)).data?.metrics.replicas ?? 1;
}

function foundIn({ answer }: Called, { service, env }: At): string {
  const { data } = Metrics.safeParse(parsedJson(answer));
  if (data === undefined) return `${service} in ${env} says nothing of itself that I can read.`;
  const { memoryPercent, loadPercent, errorsPercent, p99Ms } = data.metrics;
  const share = `${memoryPercent} % of its memory and ${loadPercent} % of its capacity`;
  return `${service} in ${env} used ${share}, with ${errorsPercent} % errors and a p99 latency of ${p99Ms} ms.`;
}

const Scaling = z.object({ scaling: z.object({ replicas: z.int(), previous: z.int() }) });

function doneBy(act: Called, { service }: At): string {
  if (isUnknown(act)) return "It is not known whether anything was changed.";
  const refused = refusalIn(act);
  if (refused !== undefined) return `Nothing was changed. ${refused}`;
  if (act.name === "restart_service") return "I restarted it.";
  // Behind a line on what people have changed of it, where they have.
  const { data } = Scaling.safeParse(parsedJson(act.answer.split("\n").at(-1)));
  if (data === undefined) return `I scaled ${service}.`;
  return `I scaled it from ${data.scaling.previous} to ${data.scaling.replicas} replicas.`;
}

const Runbooks = z.object({ runbooks: z.array(z.object({ name: z.string() })) });

function nextIn(found: Called | undefined): string {
  const { data } = Runbooks.safeParse(parsedJson(found?.answer));
  const name = data?.runbooks[0]?.name;
  return name === undefined ? "There is no runbook for it." : `Go on with the runbook ${name}.`;
}
