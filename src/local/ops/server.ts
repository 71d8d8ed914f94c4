// The local ops target: the small HTTP service that workflows really act on, honest about keys, names and repeats.
import { serve } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { z } from "zod";
import { nearest } from "./nearest.ts";
import { openOpsStore, type DeployOutcome, type DeploymentRequest, type OpsStore } from "./store.ts";

export interface OpsListening {
  readonly port: number;
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface Ops {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Listens on loopback; port 0 takes any free one. Closing also closes the store. */
  readonly listen: (port: number) => Promise<OpsListening>;
  readonly close: () => void;
}

const word = (what: string): z.ZodString =>
  z
    .string(`${what} must be a string`)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/,
      `${what} must be 1 to 100 letters, digits, ".", "_", "+" or "-"`,
    );

const DeploymentBody = z.strictObject({
  service: word("service"),
  env: word("env"),
  version: word("version"),
});

const EmailBody = z.strictObject({
  to: z.email("to must be an e-mail address"),
  // A line break would begin another header.
  subject: z
    .string("subject must be a string")
    .regex(/^[^\r\n]{1,200}$/, "subject must be one line of 1 to 200 characters"),
  body: z
    .string("body must be a string")
    .min(1, "body must not be empty")
    .max(20_000, "body must have at most 20,000 characters"),
});

/**
 * The ops target on a store path or ":memory:".
 *
 *     const ops = createOps({ store: ":memory:", now: Date.now });
 *     const { url, close } = await ops.listen(0);
 */
export function createOps(options: { readonly store: string; readonly now: () => number }): Ops {
  const at = (): string => new Date(options.now()).toISOString();
  const store = openOpsStore(options.store, at());
  const app = routes(store, at);
  return {
    fetch: (request) => app.fetch(request),
    listen: (port) => listen(app, store, port),
    close: () => store.close(),
  };
}

function routes(store: OpsStore, at: () => string): Hono {
  const app = new Hono();
  app.get("/health", (c) => c.json({ ok: true }));
  app.get("/services", (c) => c.json({ services: store.services() }));
  app.get("/services/:env/:name", (c) => {
    const { env, name } = c.req.param();
    const service = store.services().find((one) => one.env === env && one.name === name);
    return service === undefined ? refuse(c, 404, unknownService(store, env, name)) : c.json({ service });
  });
  app.get("/deployments", (c) => c.json({ deployments: store.deployments() }));
  app.post("/deployments", (c) => postDeployment(c, store, at));
  app.get("/outbox", (c) => c.json({ emails: store.emails() }));
  app.post("/outbox", (c) => postEmail(c, store, at));
  app.post("/reset", (c) => {
    store.reset(at());
    return c.json({ ok: true });
  });
  app.notFound((c) =>
    refuse(
      c,
      404,
      `There is nothing at ${c.req.method} ${c.req.path}. Try GET /services, POST /deployments or POST /outbox.`,
    ),
  );
  app.onError((error, c) => refuse(c, 500, `The ops target failed: ${error.message}`));
  return app;
}

async function postDeployment(c: Context, store: OpsStore, at: () => string): Promise<Response> {
  const key = keyOf(c);
  if (key.kind === "unusable") return refuse(c, 400, key.why);
  const body = DeploymentBody.safeParse(await bodyOf(c));
  if (!body.success)
    return refuse(
      c,
      400,
      `The deployment is malformed: ${whatIsWrong(body.error, "{ service, env, version }")}.`,
    );
  return answer(c, store, body.data, store.deploy(body.data, key.key, at()));
}

async function postEmail(c: Context, store: OpsStore, at: () => string): Promise<Response> {
  const key = keyOf(c);
  if (key.kind === "unusable") return refuse(c, 400, key.why);
  const body = EmailBody.safeParse(await bodyOf(c));
  if (!body.success)
    return refuse(c, 400, `The e-mail is malformed: ${whatIsWrong(body.error, "{ to, subject, body }")}.`);
  const { kind, email } = store.send(body.data, key.key, at());
  if (kind !== "key reused") return c.json({ email }, kind === "sent" ? 201 : 200);
  return refuse(
    c,
    409,
    `This Idempotency-Key was used for another e-mail (${email.id}, to ${email.to}); a different one needs a key of its own.`,
  );
}

type Key =
  { readonly kind: "key"; readonly key: string } | { readonly kind: "unusable"; readonly why: string };

function keyOf(c: Context): Key {
  const key = c.req.header("Idempotency-Key")?.trim() ?? "";
  if (key === "") {
    return {
      kind: "unusable",
      why: "The Idempotency-Key header is missing; send one key per deployment or e-mail you mean.",
    };
  }
  if (key.length <= 255) return { kind: "key", key };
  return {
    kind: "unusable",
    why: `The Idempotency-Key is ${key.length} characters long; at most 255 are allowed.`,
  };
}

// The four outcomes of a deployment, as HTTP says them.
function answer(c: Context, store: OpsStore, request: DeploymentRequest, outcome: DeployOutcome): Response {
  switch (outcome.kind) {
    case "performed":
      return c.json({ deployment: outcome.deployment }, 201);
    case "replayed":
      return c.json({ deployment: outcome.deployment }, 200);
    case "key reused": {
      const { service, env, version, id } = outcome.deployment;
      return refuse(
        c,
        409,
        `This Idempotency-Key was used for ${service} ${version} in ${env} (${id}); a different deployment needs a key of its own.`,
      );
    }
    case "unknown service":
      return refuse(c, 404, unknownService(store, request.env, request.service));
  }
}

async function bodyOf(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    // Not JSON: the schema then names what is missing, like for any other wrong body.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function whatIsWrong(error: z.ZodError, form: string): string {
  const [first] = error.issues;
  if (first === undefined) return "it does not fit";
  return first.path.length === 0 && first.code === "invalid_type"
    ? `the body must be a JSON object ${form}`
    : error.issues.map((issue) => issue.message).join("; ");
}

function unknownService(store: OpsStore, env: string, name: string): string {
  const services = store.services();
  const here = services.filter((service) => service.env === env).map((service) => service.name);
  if (here.length === 0)
    return `There is no environment "${env}". Nearest: ${nearest(
      env,
      services.map((one) => one.env),
    ).join(", ")}.`;
  return `There is no service "${name}" in ${env}. Nearest: ${nearest(name, here).join(", ")}.`;
}

function refuse(c: Context, status: 400 | 404 | 409 | 500, error: string): Response {
  return c.json({ error }, status);
}

function listen(app: Hono, store: OpsStore, port: number): Promise<OpsListening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (info) => {
      resolve({ port: info.port, url: `http://127.0.0.1:${info.port}`, close });
    });
    server.once("error", reject);
    async function close(): Promise<void> {
      await new Promise((done) => server.close(done));
      store.close();
    }
  });
}
