// GET /health: that the function starts and answers, for probes, which have no key and ask often. Nothing that is behind it is asked, not even for a secret.
import openapi from "../api/openapi.json" with { type: "json" };
import type { HttpHandler } from "./app.ts";

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/**
 * @example
 * export const handler = withHealth(live({ name: "api", compose: composeApi }, process.env, around));
 */
export function withHealth(handler: HttpHandler): HttpHandler {
  return async (event, invocation) => {
    const { method } = event.requestContext.http;
    if (event.rawPath !== "/health" || !["GET", "HEAD"].includes(method)) return handler(event, invocation);
    const body = JSON.stringify({ status: "ok", version: openapi.info.version });
    return { statusCode: 200, headers: HEADERS, body: method === "HEAD" ? "" : body };
  };
}
