// The ops target through HTTP: one key performs once, whatever happens, and a wrong request is told what is wrong.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOps, type OpsListening } from "../../../src/local/ops/server.ts";

const NOW = Date.UTC(2026, 0, 5, 12);
const UPGRADE = { service: "checkout", env: "prod", version: "v2.5.0" };

let ops: OpsListening;
beforeEach(async () => {
  ops = await createOps({ store: ":memory:", now: () => NOW }).listen(0);
});
afterEach(() => ops.close());

async function call(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, ops.url), init);
  return { status: response.status, body: await response.json() };
}

function deploy(body: unknown, key?: string): Promise<{ status: number; body: unknown }> {
  const headers = {
    "content-type": "application/json",
    ...(key === undefined ? {} : { "Idempotency-Key": key }),
  };
  return call("/deployments", {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("the ops target", () => {
  it("is healthy and lists four services in two environments with their history", async () => {
    expect(await call("/health")).toEqual({ status: 200, body: { ok: true } });
    const { body } = await call("/services");
    expect(body).toMatchObject({
      services: [
        {
          env: "prod",
          name: "checkout",
          version: "v2.4.0",
          replicas: 12,
          history: [{ version: "v2.4.0", deployment: null }],
        },
        { env: "prod", name: "orders-db", kind: "database", replicas: 3 },
        { env: "prod", name: "payments", kind: "app", version: "v1.9.2" },
        { env: "prod", name: "search", version: "v5.1.0" },
        { env: "staging", name: "checkout" },
        { env: "staging", name: "orders-db" },
        { env: "staging", name: "payments" },
        { env: "staging", name: "search" },
      ],
    });
  });

  it("performs a deployment once and records what was there before", async () => {
    const deployment = {
      id: "dep-1",
      ...UPGRADE,
      previous: "v2.4.0",
      at: "2026-01-05T12:00:00.000Z",
      idempotencyKey: "k1",
    };
    expect(await deploy(UPGRADE, "k1")).toEqual({ status: 201, body: { deployment } });
    expect(await call("/services/prod/checkout")).toMatchObject({
      body: {
        service: {
          version: "v2.5.0",
          history: [{ version: "v2.4.0" }, { version: "v2.5.0", deployment: "dep-1" }],
        },
      },
    });
    expect(await call("/services/staging/checkout")).toMatchObject({
      body: { service: { version: "v2.4.0" } },
    });
  });

  it("answers the same key with the same deployment and performs nothing again", async () => {
    const first = await deploy(UPGRADE, "k1");
    const rollback = await deploy({ ...UPGRADE, version: "v2.4.0" }, "k2");
    const again = await deploy(UPGRADE, "k1");
    expect(again).toEqual({ status: 200, body: first.body });
    expect(rollback.status).toBe(201);
    expect(await call("/services/prod/checkout")).toMatchObject({ body: { service: { version: "v2.4.0" } } });
    expect(await call("/deployments")).toMatchObject({
      body: {
        deployments: [
          { id: "dep-1", performed: 1, replays: 1 },
          { id: "dep-2", performed: 1, replays: 0 },
        ],
      },
    });
  });

  it("performs once when twenty requests with one key race", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => deploy(UPGRADE, "race")));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await call("/deployments")).toMatchObject({
      body: { deployments: [{ performed: 1, replays: 19 }] },
    });
  });

  it("refuses a key that was used for something else, and says for what", async () => {
    await deploy(UPGRADE, "k1");
    expect(await deploy({ ...UPGRADE, version: "v9.0.0" }, "k1")).toEqual({
      status: 409,
      body: {
        error:
          "This Idempotency-Key was used for checkout v2.5.0 in prod (dep-1); a different deployment needs a key of its own.",
      },
    });
  });

  it.each([
    [
      "a mistyped service",
      { ...UPGRADE, service: "chekout" },
      'There is no service "chekout" in prod. Nearest: checkout, search, payments.',
    ],
    [
      "a mistyped environment",
      { ...UPGRADE, env: "prd" },
      'There is no environment "prd". Nearest: prod, staging.',
    ],
  ])("answers %s with the nearest names and changes nothing", async (_what, body, error) => {
    expect(await deploy(body, "k1")).toEqual({ status: 404, body: { error } });
    expect(await call("/deployments")).toEqual({ status: 200, body: { deployments: [] } });
  });

  it.each([
    ["no key", UPGRADE, undefined, "Idempotency-Key header is missing"],
    ["an overlong key", UPGRADE, "k".repeat(256), "256 characters long"],
    ["no JSON", "{", "k1", "the body must be a JSON object"],
    ["a list", [], "k1", "the body must be a JSON object"],
    ["a missing version", { service: "checkout", env: "prod" }, "k1", "version must be a string"],
    ["a version with spaces", { ...UPGRADE, version: "v 1" }, "k1", "version must be 1 to 100 letters"],
    ["an unknown field", { ...UPGRADE, force: true }, "k1", "force"],
  ])("refuses %s with what is wrong", async (_what, body, key, sentence) => {
    const { status, body: answer } = await deploy(body, key);
    expect(status).toBe(400);
    expect(answer).toEqual({ error: expect.stringContaining(sentence) as unknown });
  });

  it("starts over on reset, and says where to look when a path is unknown", async () => {
    await deploy(UPGRADE, "k1");
    await call("/reset", { method: "POST" });
    expect(await call("/services/prod/checkout")).toMatchObject({
      body: { service: { version: "v2.4.0", history: [{}] } },
    });
    expect(await call("/deployments")).toMatchObject({ body: { deployments: [] } });
    const { status, body } = await call("/nothing");
    expect(status).toBe(404);
    expect(JSON.stringify(body)).toMatch(/nothing at GET \/nothing\. There is .*POST \/deployments, /);
  });

  it("lists what was done, whatever it was, without the keys it was done with", async () => {
    await deploy(UPGRADE, "k1");
    await deploy(UPGRADE, "k1");
    const { body } = await call("/acts");
    expect(body).toMatchObject({
      acts: [{ kind: "deployment", number: 1, said: "checkout v2.5.0 in prod", performed: 1, replays: 1 }],
    });
    expect(JSON.stringify(body)).not.toContain("k1");
    await call("/reset", { method: "POST" });
    expect((await call("/acts")).body).toEqual({ acts: [] });
  });
});

describe("a killed ops target", () => {
  it("still knows every deployment it acknowledged before kill -9", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ops-"));
    const store = join(folder, "ops.sqlite");
    const { child, url } = await startProcess(store);
    for (const key of ["a", "b", "c"]) {
      const response = await fetch(`${url}/deployments`, {
        method: "POST",
        headers: { "Idempotency-Key": key },
        body: JSON.stringify({ ...UPGRADE, version: `v3.0.0-${key}` }),
      });
      expect(response.status).toBe(201);
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    const revived = await createOps({ store, now: () => NOW }).listen(0);
    const { deployments } = (await (await fetch(`${revived.url}/deployments`)).json()) as {
      deployments: { idempotencyKey: string }[];
    };
    expect(deployments.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["a", "b", "c"]);
    await revived.close();
    await rm(folder, { recursive: true });
  });
});

async function startProcess(store: string): Promise<{ child: ChildProcess; url: string }> {
  const server = new URL("../../../src/local/ops/server.ts", import.meta.url).href;
  const program = `
    import { createOps } from ${JSON.stringify(server)};
    const { url } = await createOps({ store: ${JSON.stringify(store)}, now: Date.now }).listen(0);
    process.stdout.write(url);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: chunk.toString() };
}

describe("the outbox", () => {
  const EMAIL = {
    to: "lee@example.com",
    subject: "Release on Monday",
    body: "Hello Lee,\n\nit is on Monday.",
  };

  function mail(body: unknown, key?: string): Promise<{ status: number; body: unknown }> {
    const headers = {
      "content-type": "application/json",
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
    };
    return call("/outbox", { method: "POST", headers, body: JSON.stringify(body) });
  }

  it("keeps an e-mail once, and says how often it was asked for", async () => {
    const email = { id: "mail-1", ...EMAIL, at: "2026-01-05T12:00:00.000Z", idempotencyKey: "a" };
    expect(await mail(EMAIL, "a")).toEqual({ status: 201, body: { email } });
    expect(await mail(EMAIL, "a")).toEqual({ status: 200, body: { email } });
    const { body } = await call("/outbox");
    expect(body).toEqual({ emails: [{ ...email, performed: 1, replays: 1 }] });
  });

  it("keeps one e-mail of many requests with one key at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => mail(EMAIL, "a")));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const { body } = await call("/outbox");
    expect(body).toMatchObject({ emails: [{ performed: 1, replays: 19 }] });
  });

  it("takes the same words twice with two keys, and refuses other words with the same key", async () => {
    await mail(EMAIL, "a");
    expect((await mail(EMAIL, "b")).status).toBe(201);
    expect(await mail({ ...EMAIL, to: "kim@example.com" }, "a")).toEqual({
      status: 409,
      body: {
        error:
          "This Idempotency-Key was used for an e-mail to lee@example.com (mail-1); a different e-mail needs a key of its own.",
      },
    });
  });

  it.each([
    ["no key", EMAIL, undefined, "Idempotency-Key header is missing"],
    ["no address", { ...EMAIL, to: "lee" }, "a", "to must be an e-mail address"],
    ["two addresses", { ...EMAIL, to: "a@example.com, b@example.com" }, "a", "to must be an e-mail address"],
    [
      "a subject of two lines",
      { ...EMAIL, subject: "Hi\r\nBcc: eve@example.com" },
      "a",
      "subject must be one line",
    ],
    ["a subject of two paragraphs", { ...EMAIL, subject: "Hi\u2029there" }, "a", "subject must be one line"],
    ["no body", { ...EMAIL, body: "" }, "a", "body must not be empty"],
    ["more than was asked for", { ...EMAIL, cc: "eve@example.com" }, "a", "cc"],
    ["no object", "hello", "a", "the body must be a JSON object { to, subject, body }"],
  ])("refuses %s with a sentence, and keeps nothing", async (_, email, key, sentence) => {
    const { status, body } = await mail(email, key);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(sentence);
    expect((await call("/outbox")).body).toEqual({ emails: [] });
  });

  it("is empty after a reset", async () => {
    await mail(EMAIL, "a");
    await call("/reset", { method: "POST" });
    expect((await call("/outbox")).body).toEqual({ emails: [] });
    expect((await mail(EMAIL, "a")).status).toBe(201);
  });
});
