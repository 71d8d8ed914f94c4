// The server as a whole: who may come in, what survives a restart, and what a page is told.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClock } from "../../../src/local/clock.ts";
import { createPerson } from "../../../src/local/slack/person.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../../src/local/slack/server.ts";
import { createStore } from "../../../src/local/slack/store.ts";
import {
  BOT_TOKEN,
  buttons,
  deploys,
  formOf,
  modal,
  SIGNING_SECRET,
  startFakeApp,
  startWorld,
  textWith,
  webClient,
} from "./support.ts";

const { users, teamId } = SEED;

function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/local/everything`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "local-slack-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "slack.sqlite");
}

describe("the local Slack", () => {
  it("refuses a foreign Host or Origin, whatever is asked", async () => {
    const { url } = await startWorld({ allowedHosts: ["slack.test"] });
    const { port } = new URL(url);
    expect(await statusWith(url, {})).toBe(200);
    expect(await statusWith(url, { Origin: `http://localhost:${port}` })).toBe(200);
    expect(await statusWith(url, { Host: "slack.test" })).toBe(200);
    expect(await statusWith(url, { Host: "evil.example" })).toBe(403);
    expect(await statusWith(url, { Host: "127.0.0.1.evil.example" })).toBe(403);
    expect(await statusWith(url, { Origin: "https://evil.example" })).toBe(403);
    expect(await statusWith(url, { Origin: "null" })).toBe(403);
    const api = await fetch(`${url}/api/auth.test`, {
      method: "POST",
      headers: { Origin: "https://evil.example" },
    });
    expect(api.status).toBe(403);
  });

  it("listens on loopback only", async () => {
    const { url } = await startWorld();
    const { port } = new URL(url);
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.family === "IPv4" && !address.internal);
    for (const { address } of others.filter((one) => one !== undefined))
      await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow();
    expect((await fetch(url)).status).toBe(404);
  });

  it.each([
    ["a bot token", { botToken: "xoxb-123456-7890-abcdef" }, "abcdef"],
    ["a user's token", { botToken: "xoxp-123456-7890-abcdef" }, "abcdef"],
    ["an app-level token", { botToken: "xapp-1-A0123456789-987654-abcdef" }, "abcdef"],
    ["a rotating token", { botToken: `xoxe.xoxb-1-${"Mi0yLTkx".repeat(8)}` }, "Mi0yLTkx"],
    [
      "a signing secret",
      { signingSecret: "8f742231b10e8888abcd99yyyzzz85a5".replace(/[yz]/g, "0") },
      "8f742231",
    ],
  ])("refuses to start with %s that looks real, and does not repeat it", (_, secrets, part) => {
    const options = {
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      teamId,
      appUrl: "http://127.0.0.1:1",
    };
    const clock = createClock(Date.now);
    const start = () => createLocalSlack({ ...options, clock, store: createStore(":memory:"), ...secrets });
    expect(start).toThrow("looks like one of a real");
    expect(start).not.toThrow(part);
  });

  it("lets a page run its own scripts only, and nobody frame it", async () => {
    const { url } = await startWorld({ page: () => ({ body: "<p>page</p>", contentType: "text/html" }) });
    for (const path of ["/", "/local/everything", "/panels/about"]) {
      const { headers } = await fetch(`${url}${path}`);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  it("puts its panels behind the same doors", async () => {
    const { url } = await startWorld({ panels: () => Promise.resolve(Response.json({ secret: "no" })) });
    expect(await (await fetch(`${url}/panels/ops`)).json()).toEqual({ secret: "no" });
    const foreign = await fetch(`${url}/panels/ops`, { headers: { Origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
    expect(await foreign.text()).not.toContain("secret");
  });

  it("goes on after a restart on the same file: messages, modals, triggers, response URLs and timestamps", async () => {
    const file = temporaryFile();
    const app = await startFakeApp();
    onTestFinished(() => app.close());
    const options = {
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      teamId,
      appUrl: app.url,
      clock: createClock(() => 1_800_000_000_000),
    };
    // The first store is left open, as a killed process leaves it.
    const first = await createLocalSlack({ ...options, store: createStore(file) }).listen(0);
    const before = createPerson(first.url, users.rita);
    await webClient(first.url).chat.postMessage({
      channel: deploys,
      text: "Approve?",
      blocks: [buttons("Approve")],
    });
    await webClient(first.url).conversations.open({ users: users.rita });
    await before.say(deploys, "/countersign help");
    const opening = formOf(app.received.at(-1)).trigger_id ?? "";
    await webClient(first.url).views.open({ trigger_id: opening, view: modal() });
    await before.say(deploys, "/countersign help");
    const { trigger_id = "", response_url = "" } = formOf(app.received.at(-1));
    const seen = await before.snapshot();
    await first.close();

    const second = await createLocalSlack({ ...options, store: createStore(file) }).listen(0);
    onTestFinished(() => second.close());
    const after = createPerson(second.url, users.rita);
    expect(await after.snapshot()).toEqual(seen);
    expect(seen.views).toHaveLength(1);
    const posted = await webClient(second.url).chat.postMessage({ channel: deploys, text: "next" });
    expect(Number(posted.ts)).toBeGreaterThan(Number(seen.messages.at(-1)?.ts));
    await webClient(second.url).views.push({ trigger_id, view: modal() });
    const answered = await fetch(response_url.replace(first.url, second.url), {
      method: "POST",
      body: "text=hi",
    });
    expect(answered.status).toBe(200);
    expect(await after.ephemerals()).toMatchObject([{ text: "hi" }]);
  });

  it("loses nothing it has acknowledged when its process is killed", async () => {
    const file = temporaryFile();
    const folder = new URL("../../../src/local/slack/", import.meta.url).href;
    const script = `
      const { createLocalSlack } = await import("${folder}server.ts");
      const { createStore } = await import("${folder}store.ts");
      const { createClock } = await import("${folder}../clock.ts");
      const slack = createLocalSlack({
        signingSecret: "s", botToken: "${BOT_TOKEN}", teamId: "${teamId}", appUrl: "http://127.0.0.1:1",
        clock: createClock(Date.now), store: createStore(${JSON.stringify(file)}),
      });
      console.log((await slack.listen(0)).url);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    const exited = once(child, "exit");
    const url = await new Promise<string>((resolve) =>
      child.stdout.once("data", (line) => resolve(String(line).trim())),
    );
    for (const text of ["one", "two", "three"]) {
      await webClient(url).chat.postMessage({ channel: deploys, text });
    }
    child.kill("SIGKILL");
    await exited;

    const store = createStore(file);
    onTestFinished(() => store.close());
    const texts = store
      .read("message")
      .map(({ json }) => (JSON.parse(json) as { readonly text: string }).text);
    expect(texts).toEqual(["one", "two", "three"]);
  });

  it("forgets everything on reset but never repeats a timestamp", async () => {
    const { url, web, rita } = await startWorld();
    const first = await web.chat.postMessage({ channel: deploys, text: "a" });
    const { version } = await rita.snapshot();
    await fetch(`${url}/local/reset`, { method: "POST" });
    const snapshot = await rita.snapshot();
    expect(snapshot.messages).toEqual([]);
    expect(snapshot.version).toBeGreaterThan(version);
    const second = await web.chat.postMessage({ channel: deploys, text: "b" });
    expect(Number(second.ts)).toBeGreaterThan(Number(first.ts));
  });

  it("tells a page of every change, first of all where things stand", async () => {
    const { url, web, rita } = await startWorld();
    const stop = new AbortController();
    const events = await fetch(`${url}/local/events?as=${users.rita}`, { signal: stop.signal });
    expect(events.headers.get("content-type")).toContain("text/event-stream");
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    let told = "";
    const untilTold = async (event: string): Promise<void> => {
      while (!told.includes(event)) told += (await reader?.read())?.value ?? "";
    };
    await untilTold(`data: {"version":${(await rita.snapshot()).version}}\n\n`);
    await web.chat.postMessage({ channel: deploys, text: "a" });
    await untilTold(`data: {"version":${(await rita.snapshot()).version}}\n\n`);
    await untilTold("event: traffic\n");
    stop.abort();
  });

  it("lets a test wait for what it expects, and says what was there instead", async () => {
    const { web, rita } = await startWorld();
    const waiting = rita.waitFor(({ messages }) => messages.find((message) => message.text === "done"));
    await web.chat.postMessage({ channel: deploys, text: "done" });
    expect(await waiting).toMatchObject({ text: "done" });
    await expect(rita.waitFor(({ views }) => views[0], 30)).rejects.toThrow(
      'U0RITA waited 30 ms in vain and sees 1 messages (last: "done") and 0 modals.',
    );
  });

  it("answers a wrong request with a sentence", async () => {
    const { url } = await startWorld();
    const response = await fetch(`${url}/local/say`, { method: "POST", body: "{" });
    expect([response.status, await response.json()]).toEqual([
      400,
      { ok: false, error: textWith("The request is not right") },
    ]);
    const stranger = await fetch(`${url}/local/snapshot?as=U0NOBODY`);
    expect(stranger.status).toBe(400);
  });

  it("serves the page it was given, also under a permalink, and nothing else", async () => {
    const files = new Map([
      ["/", { body: "<p>page</p>", contentType: "text/html; charset=utf-8" }],
      ["/page.js", { body: new TextEncoder().encode("1"), contentType: "text/javascript" }],
    ]);
    const { url } = await startWorld({ page: (path) => files.get(path) });
    const page = await fetch(url);
    expect([await page.text(), page.headers.get("content-type")]).toEqual([
      "<p>page</p>",
      "text/html; charset=utf-8",
    ]);
    expect(await (await fetch(`${url}/archives/C0DEPLOYS/p1`)).text()).toBe("<p>page</p>");
    expect(await (await fetch(`${url}/page.js`)).text()).toBe("1");
    expect((await fetch(`${url}/etc/passwd`)).status).toBe(404);
  });

  it("finds the app where it was last told to look", async () => {
    const app = await startFakeApp();
    onTestFinished(() => app.close());
    const options = {
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      teamId,
      clock: createClock(Date.now),
    };
    const slack = createLocalSlack({
      ...options,
      appUrl: "http://127.0.0.1:1",
      store: createStore(":memory:"),
    });
    const listening = await slack.listen(0);
    onTestFinished(() => listening.close());
    const say = () => createPerson(listening.url, users.rita).say(deploys, "/countersign help");
    expect(await say()).toMatchObject({ answer: { kind: "failed", status: 0 } });
    slack.setAppUrl(app.url);
    expect(await say()).toMatchObject({ answer: { kind: "ok", status: 200 } });
  });
});
