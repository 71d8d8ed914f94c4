// The local Slack as one server on loopback: Web API, response URLs, people's API and the page.
import { randomBytes } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { LocalClock } from "../clock.ts";
import { createAdministratorApi } from "./administrator-api.ts";
import { createCalls } from "./calls.ts";
import { createDispatcher, type Patience, type Sleep } from "./dispatch.ts";
import { decodeBody, isFromThisMachine, refuseRealSecrets } from "./doors.ts";
import { createFaultBook } from "./faults.ts";
import { takeUpload } from "./file-methods.ts";
import { createJournal } from "./journal.ts";
import { LIMITS } from "./limits.ts";
import { listen, type Listening } from "./listen.ts";
import { overHttp } from "./over-http.ts";
import { overSocket, type Sockets } from "./over-socket.ts";
import { createPeopleApi } from "./people-api.ts";
import { respond } from "./response-url.ts";
import { SEED } from "./seed.ts";
import type { Store } from "./store.ts";
import { createTraffic } from "./traffic.ts";
import { expireTrigger } from "./triggers.ts";
import { createWebApi } from "./web-api.ts";
import { createWorkspace } from "./workspace.ts";

export interface LocalSlackOptions {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly teamId: string;
  /** Where the app listens; everything is posted to `${appUrl}/slack/events`. */
  readonly appUrl: string;
  readonly store: Store;
  readonly clock: LocalClock;
  /** The page's files by path, "/" being the page itself. */
  readonly page?: (path: string) => PageFile | undefined;
  /** Answers everything under /panels, which stands behind the same doors. */
  readonly panels?: (request: Request) => Promise<Response>;
  /** Host names that count as this machine, besides the loopback ones. */
  readonly allowedHosts?: readonly string[];
  /** Deliver over sockets that the app opens with this token, and not over HTTP. */
  readonly socketMode?: { readonly appToken: string; readonly retryAfterMs?: readonly number[] };
  readonly patience?: Patience;
  /** How faults wait. */
  readonly sleep?: Sleep;
  /** Milliseconds of a clock that nobody moves, for how long an answer took. */
  readonly elapsed?: () => number;
}

export interface PageFile {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

export interface LocalSlack {
  listen(port: number): Promise<Listening>;
  setAppUrl(url: string): void;
}

/** Its messages, views and promises are all in the store: a new one on the same store goes on where it was. */
export function createLocalSlack(options: LocalSlackOptions): LocalSlack {
  refuseRealSecrets(options);
  let appUrl = options.appUrl;
  const sockets = options.socketMode && overSocket(options.socketMode.appToken);
  const app = compose(options, () => appUrl, sockets);
  return {
    listen: (port) => listen(app.fetch, port, sockets),
    setAppUrl: (url) => {
      appUrl = url;
    },
  };
}

type App = Hono<{ readonly Bindings: HttpBindings }>;

function compose(options: LocalSlackOptions, appUrl: () => string, sockets: Sockets | undefined): App {
  const { store, teamId, clock, botToken, signingSecret, socketMode, patience, sleep = pause } = options;
  const { elapsed = () => performance.now() } = options;
  const now = clock.nowMs;
  const journal = createJournal();
  const traffic = createTraffic({ now, elapsed });
  const faults = createFaultBook();
  const secret = (): string => randomBytes(12).toString("hex");
  const workspace = createWorkspace({ store, teamId, now, secret });
  const dispatcher = createDispatcher({
    carrier: sockets ?? overHttp({ signingSecret, appUrl, now }),
    ...{ teamId, elapsed, sleep, journal, traffic, faults, patience },
    retryAfterMs: socketMode === undefined ? [] : (socketMode.retryAfterMs ?? LIMITS.retryAfterMs),
    expireTrigger: (id) => expireTrigger(workspace, id),
  });
  const webApi = createWebApi({ workspace, botToken, journal, sockets });
  const calls = createCalls({ traffic, faults, sleep });

  const app: App = new Hono();
  app.use(secureHeaders(HEADERS));
  app.use(async (context, next) => {
    if (isFromThisMachine(context.req.raw, options.allowedHosts ?? [])) return next();
    return context.json(
      { ok: false, error: "The local Slack answers only to this machine's own pages." },
      403,
    );
  });
  app.all("/api/:method", (context) => {
    const name = context.req.param("method");
    const request = context.req.raw;
    return calls({ name, request, connection: context.env }, async () =>
      context.json(await webApi(name, request), 200, { "X-OAuth-Scopes": SEED.scopes.join(",") }),
    );
  });
  app.post("/respond/:token", (context) => {
    const request = context.req.raw;
    return calls({ name: "response_url", request, connection: context.env }, async () => {
      const outcome = respond(workspace, context.req.param("token"), await decodeBody(request));
      return "status" in outcome ? context.json(outcome.refusal, outcome.status) : context.text("ok");
    });
  });
  app.post("/upload/v1/:token", (context) => {
    const request = context.req.raw;
    return calls({ name: "upload", request, connection: context.env }, async () => {
      const isTaken = await takeUpload(workspace, context.req.param("token"), request);
      return isTaken ? context.text("OK") : context.text("upload failed", 400);
    });
  });
  app.route("/local", createPeopleApi({ workspace, dispatcher, traffic }));
  app.route(
    "/local",
    createAdministratorApi({ workspace, dispatcher, journal, traffic, faults, clock, sockets }),
  );
  addPage(app, options);
  return app;
}

function addPage(app: App, { page, panels }: LocalSlackOptions): void {
  if (panels !== undefined) app.get("/panels/*", (context) => panels(context.req.raw));
  app.get("*", (context) => {
    // A permalink opens the page, which finds the message by the address.
    const path = context.req.path.startsWith("/archives/") ? "/" : context.req.path;
    const file = page?.(path);
    if (file === undefined) return context.text("There is nothing here.", 404);
    return context.body(file.body, 200, { "Content-Type": file.contentType });
  });
}

/** The page shows what apps and people wrote: whatever slips into it, no other script may run, and nothing leaves. */
const HEADERS: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // Style attributes only; the drawing library sets some.
    styleSrcAttr: ["'unsafe-inline'"],
    connectSrc: ["'self'"],
    fontSrc: ["'self'"],
    // Image blocks name any address.
    imgSrc: ["'self'", "https:", "data:"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // On loopback there is no TLS to insist on.
  strictTransportSecurity: false,
};

function pause(ms: number): Promise<void> {
  // Nothing waits for it that would keep the process from ending.
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
