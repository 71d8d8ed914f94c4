// What routes take and answer, as schemas: requests are parsed by them, and the OpenAPI document is made from them.
import * as z from "zod";
import { JsonObject } from "../approvals/json.ts";
import { Risk } from "../approvals/request.ts";
import { Scope } from "../runs/api-keys.ts";
import { Outcome } from "../runs/run.ts";
import { ModelUsage } from "../runs/usage.ts";

/** As it is answered. Zod's own records drop a key "__proto__". */
export const AnyObject = z
  .custom<JsonObject>((value) => JsonObject.safeParse(value).success, "must be a JSON object")
  .meta({ override: { type: "object", additionalProperties: true } });

/** As it is taken, with nothing in it that could not be stored or shown. */
export const GivenObject = AnyObject.transform((value) => JsonObject.parse(value));

const actor = z
  .string()
  .describe('a Slack user id, "U0RITA", or one with the API key that was used, "U0RITA/ci"');
const moment = z.iso.datetime();

const Fact = z.object({ label: z.string(), value: z.string() });

const Decision = z
  .object({
    kind: z.enum(["approved", "edited", "rejected", "chosen", "responded", "reviewed", "expired"]),
    by: actor,
    at: moment,
    votes: z.array(z.object({ by: actor, at: moment })).exactOptional(),
    comment: z.string().exactOptional(),
    forRun: z.boolean().exactOptional().describe("such actions are allowed for the rest of the run, too"),
    reason: z.string().exactOptional(),
    stop: z.boolean().exactOptional(),
    option: z.string().exactOptional(),
    text: z.string().exactOptional(),
    args: AnyObject.exactOptional(),
    before: AnyObject.exactOptional().describe("the arguments as they were asked"),
    items: z.array(AnyObject).exactOptional(),
  })
  .meta({ id: "Decision", description: "What people answered. Secrets in it are masked." });

/** How a request can be answered: the last part of the route. */
export const Way = z.enum(["approve", "edit", "reject", "respond"]);
export type Way = z.infer<typeof Way>;

export const RequestView = z
  .object({
    id: z.string().describe("the interrupt's id"),
    run: z.string().describe("the id of its run"),
    workflow: z.string(),
    kind: z.enum(["approve", "choose", "ask", "review"]),
    state: z.enum(["pending", "decided", "expired", "superseded", "cancelled"]),
    digest: z.string().describe("hash of exactly what is asked; send it as If-Match to decide"),
    revision: z.int().describe("raised whenever what is asked changes"),
    title: z.string(),
    summary: z.string(),
    said: z.string().exactOptional().describe("what the agent says of it"),
    target: z.string(),
    risk: Risk,
    facts: z.array(Fact),
    details: z.array(Fact).exactOptional(),
    action: z.object({ name: z.string(), args: AnyObject }),
    schema: AnyObject.exactOptional().describe("JSON Schema of the arguments that may be edited"),
    ways: z.array(Way).describe("how it can be answered"),
    options: z.array(z.object({ id: z.string(), label: z.string(), effect: z.string() })).exactOptional(),
    items: z
      .array(
        z.object({
          ...{ name: z.string(), description: z.string(), args: AnyObject },
          ways: z.array(Way),
          schema: AnyObject.exactOptional(),
        }),
      )
      .exactOptional(),
    approvers: z.object({
      users: z.array(z.string()),
      groups: z.array(z.string()),
      apiKeys: z.array(z.string()),
    }),
    quorum: z.int(),
    votes: z.array(z.object({ by: actor, at: moment, kind: z.string() })),
    requester: z.string(),
    askedAt: moment,
    expiresAt: moment.exactOptional(),
    decision: Decision.exactOptional(),
    masked: z.int().describe("how many values are masked; they keep what they are"),
  })
  .meta({ id: "Request", description: "A question that a run asks, as people read it." });
export type RequestView = z.infer<typeof RequestView>;

export const RunView = z
  .object({
    id: z.string(),
    name: z.string().describe('what people call it: "r-1a2b3c"'),
    workflow: z.string(),
    workflowVersion: z.string(),
    status: z.enum(["queued", "waiting", "done", "failed", "cancelled"]),
    requester: z.string().describe("whoever it was started for"),
    apiKey: z.string().exactOptional().describe("the API key it was started with"),
    channel: z.string().describe("where it is shown in Slack"),
    input: AnyObject,
    createdAt: moment,
    outcome: Outcome.exactOptional(),
    error: z.string().exactOptional(),
    cancelled: z.object({ by: actor, at: moment, reason: z.string().exactOptional() }).exactOptional(),
    alertResolvedAt: moment
      .exactOptional()
      .describe("when the alert that started it stopped firing; what it asks waits all the same"),
    next: z.array(z.string()).describe("the nodes it stands at"),
    requests: z.array(RequestView).describe("what it has asked, oldest first"),
    usage: ModelUsage.exactOptional(),
    removed: z
      .object({
        kind: z.enum(["expired", "purged"]),
        at: moment,
        by: z.string().exactOptional().describe("who purged it"),
        reason: z.string().exactOptional().describe("why it was purged"),
      })
      .exactOptional()
      .describe(
        "since when its details are not kept any more: it had been over for as long as they are, or an operator purged it, and its history with it",
      ),
  })
  .meta({ id: "Run", description: "One execution of a workflow. Secrets in it are masked." });
export type RunView = z.infer<typeof RunView>;

export const WorkflowView = z
  .object({
    name: z.string(),
    description: z.string(),
    version: z.string(),
    example: z.string().describe("the input as somebody would type it in Slack"),
    inputSchema: AnyObject.describe("JSON Schema of the input"),
  })
  .meta({ id: "Workflow" });

export const KeyView = z
  .object({ name: z.string(), owner: z.string(), scopes: z.array(Scope) })
  .meta({ id: "ApiKey", description: "The API key that a request was sent with." });

export const HistoryEntry = z
  .object({ seq: z.int(), prev: z.string(), hash: z.string(), entry: AnyObject })
  .meta({
    id: "HistoryEntry",
    description: "One entry of a run's history, exactly as it was chained to the one before it.",
  });
