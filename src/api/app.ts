// REST: bytes in, an answer out. What is asked is checked here and in the route, what is done is the use cases', and every refusal is a problem that says what to do.
import { Hono } from "hono";
import { reasonOf } from "../approvals/reason.ts";
import { DirectoryUnavailable, StorageUnavailable, UnknownForm } from "../runs/errors.ts";
import type { Log } from "../runs/ports.ts";
import { admitted } from "./bearer.ts";
import { jsonBodyOf, MOST_KEPT_BYTES } from "./body.ts";
import type { ApiContext, ApiDeps } from "./context.ts";
import { docsPage } from "./docs.ts";
import openapi from "./openapi.json" with { type: "json" };
import { problem, type Reply } from "./problem.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes/all.ts";
import { takenWebhook, WEBHOOKS } from "./webhooks/all.ts";

interface ApiOptions {
  readonly team: string;
  /** Any of them proves a webhook; without one, none is taken. */
  readonly webhookSecrets: readonly string[];
}

export interface Api {
  readonly fetch: (request: Request) => Promise<Response>;
}

const ALL = [...ROUTES, ...WEBHOOKS];

/**
 * @example
 * const api = createApi(deps, { team: "T0TEAM", webhookSecrets: [] });
 * const response = await api.fetch(new Request("https://example.com/v1/runs", { method: "POST", … }));
 */
export function createApi(deps: ApiDeps, { team, webhookSecrets }: ApiOptions): Api {
  const app = new Hono();
  app.get("/openapi.json", () => responseOf({ status: 200, body: openapi }));
  app.get("/docs", () => docsPage());
  for (const route of ROUTES)
    app.on(route.method.toUpperCase(), honoPath(route), async ({ req }) =>
      served(deps, { team, route, request: req.raw, params: req.param() }),
    );
  for (const route of WEBHOOKS)
    app.post(honoPath(route), async ({ req }) =>
      responseOf(
        await takenWebhook(
          { deps, team },
          { route, secrets: webhookSecrets, request: req.raw, params: req.param() },
        ),
      ),
    );
  for (const path of new Set(ALL.map(honoPath))) app.all(path, () => wrongMethod(path));
  app.notFound(({ req }) =>
    responseOf(
      problem("unknown", `There is nothing at ${req.method} ${req.path}. GET /docs says what there is.`),
    ),
  );
  app.onError((error) => responseOf(troubleReply(deps.log, error)));
  return { fetch: async (request) => app.fetch(request) };
}

function honoPath({ path }: Pick<Route, "path">): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function wrongMethod(path: string): Response {
  const allow = ALL.filter((route) => honoPath(route) === path).map(({ method }) => method.toUpperCase());
  return responseOf(
    problem("wrong-method", `This takes ${allow.join(", ")} only.`, { headers: { allow: allow.join(", ") } }),
  );
}

interface Asked {
  readonly team: string;
  readonly route: Route;
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
}

async function served(deps: ApiDeps, { team, route, request, params }: Asked): Promise<Response> {
  const headers = Object.fromEntries(request.headers);
  const who = await admitted(deps, team, headers["authorization"]);
  if (who.kind === "problem") return responseOf(who.reply);
  const lacking = lackingScope(who.context, route);
  if (lacking !== undefined) return responseOf(lacking);
  const read = await jsonBodyOf(request, MOST_KEPT_BYTES);
  if (read.kind === "problem") return responseOf(read.reply);
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return responseOf(await route.handle(who.context, { params, query, headers, body: read.body }));
}

function lackingScope({ key }: ApiContext, { scope }: Route): Reply | undefined {
  if (scope === undefined || key.scopes.includes(scope)) return undefined;
  return problem(
    "forbidden",
    `The API key "${key.name}" has not the scope "${scope}", only: ${key.scopes.join(", ")}. An operator can make one that has.`,
  );
}

const RETRY_AFTER = { "retry-after": "5" };

/** What went wrong outside can be tried again; whatever else it was stays in the log. */
function troubleReply(log: Log, error: unknown): Reply {
  if (error instanceof StorageUnavailable) {
    log.warn("A request could not be served: the store did not answer.", { reason: error.message });
    const what = error.uncertain ? "It may or may not have been done." : "Nothing was done.";
    return problem(
      "unavailable",
      `The database did not answer. ${what} Send it again in a few seconds; with the same Idempotency-Key it is done once.`,
      { headers: RETRY_AFTER },
    );
  }
  if (error instanceof DirectoryUnavailable) {
    log.warn("A request could not be served: the directory did not answer.", { reason: error.message });
    return problem(
      "unavailable",
      "Slack did not answer, so it could not be checked who may do this. Nothing was done; send it again in a few seconds.",
      { headers: RETRY_AFTER },
    );
  }
  if (error instanceof UnknownForm) {
    log.error("A request could not be served: a newer version wrote what it is about.", {
      reason: error.message,
    });
    return problem(
      "unavailable",
      "This is in a form that only a newer version of this service can read. Nothing was done; send it again in a minute. If that does not help, tell whoever runs this.",
      { headers: { "retry-after": "60" } },
    );
  }
  log.error("A request failed.", { reason: reasonOf(error) });
  return problem(
    "unexpected",
    "Something went wrong on our side; the log says what. Send it again, and if it happens again, tell whoever runs this.",
  );
}

/** To what cannot even be read as a request. */
export function noRequest(): Response {
  return responseOf(problem("malformed", "This is no HTTP request that can be read. Nothing was done."));
}

/** Answers are somebody's own, and never a page. */
const ALWAYS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

function responseOf({ status, body, headers = {} }: Reply): Response {
  const all = { "content-type": "application/json", ...ALWAYS, ...headers };
  if (body === undefined) return new Response(null, { status, headers: all });
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: all });
}
