// The local Slack as one server on loopback: Web API, response URLs, people's API and the page.
import { randomBytes } from "node:crypto";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createDispatcher, type Patience } from "./dispatch.ts";
import { decodeBody, isFromThisMachine } from "./doors.ts";
import { createJournal } from "./journal.ts";
import { createPeopleApi } from "./people-api.ts";
import { respond } from "./response-url.ts";
import type { Store } from "./store.ts";
import { createWebApi } from "./web-api.ts";
import { createWorkspace } from "./workspace.ts";

export interface LocalSlackOptions {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly teamId: string;
  /** Where the app listens; everything is posted to `${appUrl}/slack/events`. */
  readonly appUrl: string;
  readonly store: Store;
  readonly now: () => number;
  /** The page's files by path, "/" being the page itself. */
  readonly page?: (path: string) => PageFile | undefined;
  /** Host names that count as this machine, besides the loopback ones. */
  readonly allowedHosts?: readonly string[];
  readonly patience?: Patience;
}

export interface PageFile {
  readonly body: Uint8Array | string;
  readonly contentType: string;
}

export interface LocalSlack {
  fetch(request: Request): Promise<Response>;
  listen(port: number): Promise<Listening>;
  setAppUrl(url: string): void;
}

export interface Listening {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Its messages, views and promises are all in the store: a new one on the same store goes on where it was. */
export function createLocalSlack(options: LocalSlackOptions): LocalSlack {
  refuseRealToken(options.botToken);
  let appUrl = options.appUrl;
  const app = compose(options, () => appUrl);
  const fetch = async (request: Request): Promise<Response> => app.fetch(request);
  return {
    fetch,
    listen: (port) => listen(fetch, port),
    setAppUrl: (url) => {
      appUrl = url;
    },
  };
}

function refuseRealToken(token: string): void {
  if (/^xox[abp]-\d+-\d+-/.test(token)) {
    throw new Error(
      `The bot token ${token.slice(0, 5)}… looks like one of a real workspace; give the local Slack an invented one, such as "xoxb-local".`,
    );
  }
}

function compose(options: LocalSlackOptions, appUrl: () => string): Hono {
  const { store, teamId, now, botToken, signingSecret, patience, page } = options;
  const journal = createJournal();
  const secret = (): string => randomBytes(12).toString("hex");
  const workspace = createWorkspace({ store, teamId, now, secret });
  const dispatcher = createDispatcher({ signingSecret, appUrl, now, journal, patience });
  const webApi = createWebApi({ workspace, botToken, journal });

  const app = new Hono();
  app.use(async (context, next) => {
    if (isFromThisMachine(context.req.raw, options.allowedHosts ?? [])) return next();
    return context.json(
      { ok: false, error: "The local Slack answers only to this machine's own pages." },
      403,
    );
  });
  app.all("/api/:method", async (context) =>
    context.json(await webApi(context.req.param("method"), context.req.raw)),
  );
  app.post("/respond/:token", async (context) => {
    const outcome = respond(workspace, context.req.param("token"), await decodeBody(context.req.raw));
    return "status" in outcome ? context.json(outcome.refusal, outcome.status) : context.text("ok");
  });
  app.route("/local", createPeopleApi({ workspace, dispatcher, journal }));
  app.get("*", (context) => {
    // A permalink opens the page, which finds the message by the address.
    const path = context.req.path.startsWith("/archives/") ? "/" : context.req.path;
    const file = page?.(path);
    if (file === undefined) return context.text("There is nothing here.", 404);
    const body = typeof file.body === "string" ? file.body : new Uint8Array(file.body);
    return context.body(body, 200, { "Content-Type": file.contentType });
  });
  return app;
}

async function listen(fetch: (request: Request) => Promise<Response>, wanted: number): Promise<Listening> {
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve, reject) => {
      const server = serve({ fetch, port: wanted, hostname: "127.0.0.1" }, (info) =>
        resolve({ server, port: info.port }),
      );
      server.on("error", reject);
    },
  );
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Pages keep their event streams open; they will come back by themselves.
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
