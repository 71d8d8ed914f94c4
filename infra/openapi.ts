// The OpenAPI document, made from the routes themselves; `npm run manifest` writes it, and it is served as it was written.
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiComponentsObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from "zod-openapi";
import project from "../package.json" with { type: "json" };
import { Problem, PROBLEM_TYPE, type ProblemKind, problemKinds } from "../src/api/problem.ts";
import type { Described } from "../src/api/route.ts";
import { ROUTES } from "../src/api/routes/all.ts";
import { WEBHOOKS } from "../src/api/webhooks/all.ts";
import type { Webhook } from "../src/approvals/actor.ts";

type Documented = Described<z.ZodType>;

/** Of every route, whatever it takes. */
const ALWAYS: readonly ProblemKind[] = ["malformed", "unauthenticated", "forbidden", "unavailable"];
const WITH_BODY: readonly ProblemKind[] = ["too-large", "not-json"];

const SCHEMES: NonNullable<ZodOpenApiComponentsObject["securitySchemes"]> = {
  apiKey: { type: "http", scheme: "bearer", bearerFormat: "csk_…" },
  webhookBearer: { type: "http", scheme: "bearer", description: "a secret of WEBHOOK_SECRETS" },
  webhookBasic: { type: "http", scheme: "basic", description: "any user, a secret of WEBHOOK_SECRETS" },
  webhookSignature: {
    type: "apiKey",
    in: "header",
    name: "webhook-signature",
    description: "as Standard Webhooks has it, with webhook-id and webhook-timestamp",
  },
};

/** By any one of them. */
const PROOFS: Readonly<Record<Webhook, Record<string, string[]>[]>> = {
  alertmanager: [{ webhookBearer: [] }, { webhookBasic: [] }],
  signed: [{ webhookSignature: [] }],
};

export function openApiDocument(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of ROUTES)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  for (const route of WEBHOOKS)
    paths[route.path] = { [route.method]: { ...operationOf(route), security: PROOFS[route.webhook] } };
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "Countersign",
      version: project.version,
      description:
        "Starts runs, shows what they ask, and decides it. An API key belongs to somebody in Slack, who counts as the requester of what it starts; it decides only what a policy lets that very key decide. Errors are problem details (RFC 9457).",
    },
    servers: [{ url: "/" }],
    security: [{ apiKey: [] }],
    components: { securitySchemes: SCHEMES },
    paths,
  });
}

function operationOf(route: Documented): ZodOpenApiOperationObject {
  const { summary, description, scope, answers } = route;
  const { params, query, headers, body } = partsOf(route);
  const needs = scope === undefined ? "" : `Needs the scope "${scope}".`;
  const said = [description, needs].filter((text) => text !== undefined && text !== "").join(" ");
  return {
    operationId: operationId(route),
    summary,
    ...(said !== "" && { description: said }),
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(headers && { header: headers }),
    },
    ...(body && {
      requestBody: { required: !takesNothing(body), content: { "application/json": { schema: body } } },
    }),
    responses: {
      [String(answers.status)]: {
        description: answers.description,
        content: {
          "application/json": { schema: answers.schema },
          ...(answers.also !== undefined && { [answers.also]: { schema: { type: "string" } } }),
        },
      },
      ...(headers !== undefined &&
        "if-none-match" in headers.shape && { "304": { description: "It is still as the caller has it." } }),
      ...problemsOf(route),
    },
  };
}

function takesNothing(body: z.ZodType): boolean {
  return body.safeParse(undefined).success;
}

/** "POST /v1/runs/{run}/cancel" as "post_runs_run_cancel". */
function operationId({ method, path }: Documented): string {
  return [method, ...path.split("/").slice(2)].join("_").replaceAll(/[{}]/g, "");
}

interface Parts {
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly headers: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
}

function partsOf({ asks }: Documented): Parts {
  const shape: Readonly<Record<string, unknown>> = asks instanceof z.ZodObject ? asks.shape : {};
  const objectIn = (name: string): z.ZodObject | undefined => {
    const part = shape[name];
    return part instanceof z.ZodObject ? part : undefined;
  };
  const { body } = shape;
  return {
    params: objectIn("params"),
    query: objectIn("query"),
    headers: objectIn("headers"),
    body: body instanceof z.ZodType ? body : undefined,
  };
}

function problemsOf(route: Documented): ZodOpenApiOperationObject["responses"] {
  const { body } = partsOf(route);
  const named = new Set([...ALWAYS, ...(body ? WITH_BODY : []), ...route.problems]);
  const byStatus = Map.groupBy(
    problemKinds().filter(({ kind }) => named.has(kind)),
    ({ status }) => String(status),
  );
  return Object.fromEntries(
    [...byStatus].map(([status, kinds]) => [
      status,
      {
        description: `${kinds.map(({ title }) => title).join(", or: ")}.`,
        content: { [PROBLEM_TYPE]: { schema: Problem } },
      },
    ]),
  );
}
