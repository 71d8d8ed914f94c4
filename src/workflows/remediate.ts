// Looks into an alert: an agent reads metrics, logs and runbooks, restarts and scales by itself, and asks before a database gets smaller.
import * as z from "zod";
import { createAgent } from "../agent/agent.ts";
import { agentOutcome } from "../agent/agent-state.ts";
import { tool } from "../agent/tool.ts";
import { defineWorkflow } from "../runs/workflow.ts";
import {
  act,
  At,
  type Context,
  findRunbooks,
  isElsewhere,
  readLogs,
  readMetrics,
  restartService,
} from "./remediate-tools.ts";

/** Named as Prometheus names labels and annotations: an alert fills them in by itself. */
const Alert = z.object({
  alertname: z.string().min(1).max(200).describe("what fires, such as HighMemory"),
  ...At.shape,
  severity: z.string().max(40).describe("how bad it is, such as critical").optional(),
  summary: z.string().max(2_000).describe("what the alert says").optional(),
});

const Running = z.object({ kind: z.string(), replicas: z.int() });

/** What the target says of it, and not what the model calls it; nothing of what is not the alert's. */
async function look(at: At, context: Context) {
  if (isElsewhere(at, context)) return null;
  const { services, signal } = context;
  const found = await services.ops.get(["services", at.env, at.service], { signal });
  return z.object({ service: Running }).parse(found).service;
}

const seenIn = ({ seen }: Context) => Running.safeParse(seen).data;

function factsOf(context: Context) {
  return [{ label: "Replicas now", value: String(seenIn(context)?.replicas ?? "not known") }];
}

const Replicas = z.object({ replicas: z.int().min(1).max(50).describe("how many are to run") });

const scaleService = tool({
  name: "scale_service",
  description: "Sets how many replicas of a service run. People are asked before a database gets fewer.",
  input: At.extend(Replicas.shape),
  approval: {
    look,
    // Whatever is not known to do without its replicas is taken for a database.
    when: (args, context: Context) => {
      const now = seenIn(context);
      return now !== undefined && now.kind !== "app" && args.replicas < now.replicas;
    },
    title: ({ service, env, replicas }) => `Scale ${service} in ${env} down to ${replicas}`,
    summary: "It is a database: with fewer replicas reads lose capacity, and copies of the data go.",
    target: ({ service, env }) => `${service} in ${env}`,
    risk: "high",
    schema: Replicas,
    facts: (_, context) => factsOf(context),
    revalidate: (_, context) => Promise.resolve({ facts: factsOf(context) }),
  },
  // The target refuses when it is another number by then: nobody has judged that one.
  run: (args, context: Context) => act("scalings", { ...args, from: seenIn(context)?.replicas }, context),
});

export const remediate = defineWorkflow({
  name: "remediate",
  description: "Looks into an alert: restarts by itself, and asks before a database gets smaller.",
  example: 'alertname=HighMemory service=checkout env=prod severity=critical summary="Memory above 95 %"',
  version: "1",
  input: Alert,
  webhooks: ["alertmanager", "signed"],
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: (services) =>
    createAgent(services, {
      input: Alert,
      task: ({ alertname, service, env, severity = "unknown", summary = "It says nothing more." }) =>
        `The alert ${alertname} (severity: ${severity}) fires for ${service} in ${env}. ${summary}`,
      prompt:
        "You look into alerts. Read metrics, logs and runbooks before you act, and act on nothing but the alert's service. Prefer a restart to scaling, and say in a sentence why beside either call. What people reject stays undone. Close with three plain sentences: what was wrong, what you did, and the name of the runbook to go on with.",
      tools: [readMetrics, readLogs, findRunbooks, restartService, scaleService],
      limits: { steps: 12, timeMs: 300_000, callsAtOnce: 4 },
    }),
  outcome: ({ agent }) => agentOutcome(agent),
});
