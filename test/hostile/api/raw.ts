// Events that no good caller sends, as API Gateway could hand them over: odd methods, paths, headers, and bodies that are no text.
import { HOSTILE } from "../../slack/hostile.ts";
import type { Chance } from "../chance.ts";
import { spoiltBytes } from "../damage.ts";
import type { ApiRequest } from "./requests.ts";

export interface RawEvent {
  readonly event: object;
  /** It still is what was asked before it was spoilt, so it may do that. */
  readonly mayAct: boolean;
}

interface Sendable extends Pick<ApiRequest, "path" | "query" | "headers" | "body"> {
  readonly operation: Pick<ApiRequest["operation"], "method">;
}

/** As API Gateway sends a request. */
export function eventOf({ operation: { method }, path, query, headers, body }: Sendable): object {
  return eventFrom({ method, path, query, headers, body: Buffer.from(body ?? "").toString("base64") });
}

interface Parts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: object | undefined;
  readonly body: string | undefined;
  readonly isBase64Encoded?: boolean;
}

function eventFrom({ method, path, query, headers, body, isBase64Encoded = true }: Parts): object {
  return {
    ...{ version: "2.0", rawPath: path, rawQueryString: query, headers, body, isBase64Encoded },
    requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "x" } },
  };
}

const METHODS = [
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "HEAD",
  "TRACE",
  "CONNECT",
  "QUERY",
  "get",
  "",
  "G T",
  "\u0000",
];
const PATHS = [
  ...[
    "",
    "/",
    "//",
    "/v1",
    "/v1/",
    "/v1//runs",
    "/v1/runs/../../docs",
    "/v1/runs/%2e%2e/",
    "/v1/runs/%",
    "/v1/%zz",
  ],
  ...[
    "/v1/runs/%00",
    "/v1/runs/\ud800",
    "/v1/runs/ä/ö",
    "/V1/RUNS",
    "/v1/runs?x=1",
    "/v1/runs#x",
    "runs",
    "*",
    "\\",
  ],
  ...[
    "/__proto__",
    "/v1/runs/__proto__",
    "/v1/runs/constructor/audit",
    "http://evil.example/",
    "//evil.example/v1/key",
  ],
  ...[
    "/docs/",
    "/docs/../v1/key",
    "/openapi.json/",
    "/.env",
    "/v1/runs/r-0a1b2c/requests//approve",
    `/${"a/".repeat(3_000)}`,
  ],
];
const QUERIES = [
  ...[
    "wait=1&wait=2",
    "wait",
    "&&&=",
    "wait=%ff",
    "wait=\ud800",
    "__proto__[wait]=1",
    "whose[]=all",
    "limit=1e3",
  ],
  ...[
    "cursor=eyJ9",
    "cursor=%00",
    `cursor=${"A".repeat(1_999)}`,
    `x=${"y".repeat(9_000)}`,
    "?".repeat(50),
    "wait=0;1",
  ],
];
const HEADERS: readonly Readonly<Record<string, unknown>>[] = [
  ...[
    { accept: "application/jsonl" },
    { accept: "x".repeat(5_000) },
    { accept: "*/*;q=x" },
    { "content-type": "text/plain" },
  ],
  ...[
    { "content-type": "application/json; charset=utf-16" },
    { "content-type": "\u0000" },
    { "content-length": "-1" },
  ],
  ...[
    { "idempotency-key": "ä" },
    { "idempotency-key": "a\r\nset-cookie: x" },
    { "idempotency-key": "" },
    { "if-match": "\ud800" },
  ],
  ...[
    { "transfer-encoding": "chunked" },
    { __proto__x: "1", constructor: "x" },
    { "": "x" },
    { "a b": "x" },
    { host: undefined },
  ],
  ...[
    { "x-http-method-override": "DELETE" },
    { "x-forwarded-host": "evil.example" },
    { cookie: "a=b".repeat(2_000) },
  ],
];

/** One thing of it is not as it should be. */
export function rawEvent(request: ApiRequest, chance: Chance): RawEvent {
  const { path, query, headers, body = "" } = request;
  const { method } = request.operation;
  const encoded = Buffer.from(body).toString("base64");
  const parts = { method, path, query, headers, body: encoded };
  const made = (change: Partial<Parts>, mayAct = false): RawEvent => ({
    event: eventFrom({ ...parts, ...change }),
    mayAct: mayAct && request.key !== undefined,
  });
  switch (chance.below(8)) {
    case 0:
      return made({ method: chance.of(METHODS) });
    case 1:
      // Some of them are read as the same path, with a query.
      return made({ path: chance.of(PATHS) }, true);
    case 2:
      return made({ query: chance.of(QUERIES) }, true);
    case 3:
      return made({ headers: chance.oneIn(9) ? undefined : { ...headers, ...chance.of(HEADERS) } }, true);
    case 4:
      return made({ body: spoiltBytes(Buffer.from(body), chance).toString("base64") }, true);
    case 5:
      // In another form than it says, or none at all.
      return made(
        {
          body: chance.oneIn(5) ? undefined : chance.of([body, encoded, "%%% ¬"]),
          isBase64Encoded: chance.oneIn(2),
        },
        true,
      );
    case 6:
      return made({ body: Buffer.from("x".repeat(1_000_000 * (1 + chance.below(5)))).toString("base64") });
    default:
      return made({ body: Buffer.from(hostileJson(body, chance)).toString("base64") }, true);
  }
}

/** Some text in it is one of those that are meant to do harm; deep, or wide. */
function hostileJson(body: string, chance: Chance): string {
  const text = JSON.stringify(chance.of(Object.values(HOSTILE)));
  const deep = chance.of([
    `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
    `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`,
  ]);
  const filled = body.replace(/:\s*("[^"]*"|\{\}|\d+)/, () => `:${chance.oneIn(4) ? deep : text}`);
  return filled === body ? `{"reason":${text},"args":{"__proto__":${text},"a":${deep}}}` : filled;
}
