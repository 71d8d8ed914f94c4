// Alertmanager's webhook: each alert that fires starts one run, however often it is sent, and one that is over marks its run.
import { createHash } from "node:crypto";
import * as z from "zod";
import { webhookRequester } from "../../approvals/actor.ts";
import { argsFromWords, fieldsOf } from "../../approvals/schema.ts";
import { alertResolved } from "../../runs/alert.ts";
import { type Run, threadOf } from "../../runs/run.ts";
import { startRunWith } from "../../runs/start.ts";
import type { Listing } from "../../runs/workflow.ts";
import { startTrouble } from "../words.ts";
import { problem } from "../problem.ts";
import { type WebhookContext, webhookRoute, WorkflowName } from "./route.ts";

const Texts = z.record(z.string(), z.string()).default({});
/** Of one notification; what is beyond them is refused, so Alertmanager is best told to send no more. */
const MOST_ALERTS = 100;
/** So many are taken at a time: each is a write and a job. */
const AT_ONCE = 10;

const Alert = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: Texts,
  annotations: Texts,
  startsAt: z.iso.datetime({ offset: true }),
  generatorURL: z.string().exactOptional(),
  fingerprint: z.string().max(200).exactOptional(),
});
type Alert = z.infer<typeof Alert>;

const Notification = z
  .object({
    version: z.literal("4", 'must be "4", as Alertmanager sends it'),
    groupKey: z.string().min(1).max(10_000),
    alerts: z
      .array(z.unknown())
      .min(1)
      .describe("each with status, labels, annotations, startsAt and fingerprint; at most 100 are taken"),
  })
  .meta({ id: "AlertmanagerNotification", description: "What Alertmanager sends to a webhook receiver." });

const Taken = z.object({
  fingerprint: z.string(),
  came: z
    .enum(["started", "resolved", "ignored", "refused"])
    .describe("ignored: it is over, and no run was started by it"),
  run: z.string().exactOptional(),
  detail: z.string().exactOptional(),
});
type Taken = z.infer<typeof Taken>;

export const alertmanagerRoute = webhookRoute({
  path: "/v1/webhooks/alertmanager/{workflow}",
  webhook: "alertmanager",
  summary: "Alerts that start runs",
  description:
    "For Alertmanager's webhook_config, with bearer or basic auth. Each field of the workflow's input is the alert's label of that name, or else its annotation. An alert that is sent again starts nothing more; one that is over marks its run, and approves nothing.",
  asks: z.object({ params: z.object({ workflow: WorkflowName }), body: Notification }),
  answers: {
    status: 200,
    description: "What came of each alert.",
    schema: z.object({ alerts: z.array(Taken) }).meta({ id: "AlertsTaken" }),
  },
  act: async (context, listing, { body }) => {
    const taken = await takeAll(context, listing, body);
    const isRefused = taken.every(({ came }) => came === "refused");
    const [{ detail = "" } = {}] = taken;
    return isRefused ? problem("does-not-fit", detail) : { status: 200, body: { alerts: taken } };
  },
});

/** Each by itself: one that cannot be read takes no other with it. What begins is taken before what is over, wherever it stands. */
async function takeAll(
  context: WebhookContext,
  listing: Listing,
  { groupKey, alerts }: z.infer<typeof Notification>,
): Promise<readonly Taken[]> {
  const taken: Taken[] = alerts.map((_, at) => (at < MOST_ALERTS ? UNREADABLE : TOO_MANY));
  const read = alerts.slice(0, MOST_ALERTS).flatMap((given, at) => {
    const { data: alert } = Alert.safeParse(given);
    return alert === undefined ? [] : [{ at, alert }];
  });
  for (const status of ["firing", "resolved"] as const) {
    const these = read.filter(({ alert }) => alert.status === status);
    for (let from = 0; from < these.length; from += AT_ONCE)
      await Promise.all(
        these.slice(from, from + AT_ONCE).map(async ({ at, alert }) => {
          taken[at] = await take(context, listing, { alert, groupKey });
        }),
      );
  }
  return taken;
}

const UNREADABLE: Taken = {
  ...{ fingerprint: "", came: "refused" },
  detail: "Nothing was started: this is no alert as Alertmanager sends it.",
};
const TOO_MANY: Taken = {
  ...{ fingerprint: "", came: "refused" },
  detail: `Nothing was started: it is beyond the first ${MOST_ALERTS}. Set max_alerts: ${MOST_ALERTS} for this receiver, and group by more labels.`,
};

interface Fired {
  readonly alert: Alert;
  readonly groupKey: string;
}

async function take(context: WebhookContext, listing: Listing, fired: Fired): Promise<Taken> {
  const { deps, team } = context;
  const { alert } = fired;
  const fingerprint = fingerprintOf(alert);
  const delivery = deliveryOf(listing, fired);
  if (alert.status === "resolved") {
    const resolved = await alertResolved(deps, { team, thread: threadOf(team, delivery) });
    return resolved.kind === "unknown"
      ? { fingerprint, came: "ignored" }
      : { fingerprint, came: "resolved", run: resolved.run.thread };
  }
  const starting = { team, delivery, workflow: listing.name, requester: webhookRequester("alertmanager") };
  const started = await startRunWith(deps, starting, inputOf(listing, fired));
  if (started.kind === "started") return { fingerprint, came: "started", run: started.run.thread };
  const { body } = startTrouble(started);
  return { fingerprint, came: "refused", detail: sentenceIn(body) };
}

const Refusal = z.object({ detail: z.string(), errors: z.record(z.string(), z.string()).default({}) });

/** With what is wrong with which field: Alertmanager logs the answer, and nobody asks for more. */
function sentenceIn(body: unknown): string {
  const { detail, errors } = Refusal.parse(body);
  const wrong = Object.entries(errors).map(([field, error]) => `${field}: ${error}`);
  return [detail, ...wrong].join(" ");
}

/** The same alert of the same group, since it began: Alertmanager repeats it for as long as it fires. */
function deliveryOf({ name }: Listing, { alert, groupKey }: Fired): string {
  const startsAt = new Date(alert.startsAt).toISOString();
  return `alertmanager:${JSON.stringify([name, groupKey, fingerprintOf(alert), startsAt])}`;
}

/** Old versions send none: an alert is its labels. */
function fingerprintOf({ fingerprint, labels }: Alert): string {
  if (fingerprint !== undefined) return fingerprint;
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}

/** What the workflow asks for, and the alert says. */
function inputOf({ inputSchema }: Listing, { alert, groupKey }: Fired): Run["input"] {
  const { labels, annotations, startsAt, generatorURL } = alert;
  const own = {
    groupKey,
    startsAt,
    fingerprint: fingerprintOf(alert),
    ...(generatorURL !== undefined && { generatorURL }),
  };
  const known = new Map(Object.entries({ ...annotations, ...labels, ...own }));
  const names = Object.keys(fieldsOf(inputSchema)?.properties ?? {});
  const words = names.flatMap((name) => {
    const word = known.get(name);
    return word === undefined ? [] : [[name, word] as const];
  });
  return argsFromWords(inputSchema, Object.fromEntries(words));
}
