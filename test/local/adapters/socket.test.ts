// The adapter between a workspace's socket and a handler: the same requests as over HTTP, its answers, and connections that end.
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { HttpHandler } from "../../../src/lambda/app.ts";
import { connectSocket, SocketRefused } from "../../../src/local/adapters/socket.ts";
import { type Administrator, createAdministrator } from "../../../src/local/slack/administrator.ts";
import type { LocalPerson } from "../../../src/local/slack/person.ts";
import type { Acted, Disconnection } from "../../../src/local/slack/protocol.ts";
import { signatureProblem } from "../../../src/slack/signature.ts";
import { buttons, deploys, modal, plain, reasonInput, SIGNING_SECRET, startWorld } from "../slack/support.ts";

const APP_TOKEN = "xapp-local";
/** Again and again until there is somebody. */
const RETRY_AFTER_MS = Array.from({ length: 200 }, () => 10);

/** How long Slack waits where nothing is going to be answered. */
const SHORT_MS = 200;
/** And where something is going to be, however busy the machine is. */
const LONG_MS = 60_000;

interface Request {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

interface Line {
  readonly rita: LocalPerson;
  readonly world: Awaited<ReturnType<typeof startWorld>>;
  readonly administrator: Administrator;
  readonly warnings: string[];
  /** What the handler was given, oldest first. */
  readonly requests: Request[];
  /** Another connection of the same app. */
  connect(handler: HttpHandler): Promise<{ close(): Promise<void> }>;
}

const EMPTY = { statusCode: 200, headers: {}, body: "" };

async function startLine(
  answer: HttpHandler = () => Promise.resolve(EMPTY),
  patienceMs?: number,
  pause?: (ms: number) => Promise<void>,
): Promise<Line> {
  const world = await startWorld({
    socketMode: { appToken: APP_TOKEN, retryAfterMs: RETRY_AFTER_MS },
    ...(patienceMs !== undefined && { patience: { lateAfterMs: patienceMs, giveUpAfterMs: patienceMs } }),
  });
  const requests: Request[] = [];
  const warnings: string[] = [];
  const note = (message: string): void => void warnings.push(message);
  const connect: Line["connect"] = async (handler) => {
    const socket = await connectSocket(
      {
        ...{ appToken: APP_TOKEN, apiUrl: `${world.url}/api/`, signingSecret: SIGNING_SECRET },
        ...{ nowMs: () => world.clock.ms, log: { info: () => undefined, warn: note, error: note } },
        ...(pause !== undefined && { pause }),
      },
      handler,
    );
    onTestFinished(() => socket.close());
    return socket;
  };
  await connect((event) => {
    requests.push({ headers: event.headers, body: Buffer.from(event.body ?? "", "base64") });
    return answer(event);
  });
  const administrator = createAdministrator(world.url);
  return { world, rita: world.rita, administrator, warnings, requests, connect };
}

/** The first delivery is answered when it is released, any other one at once. */
async function startSlowLine(): Promise<Line & { readonly release: () => void }> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let given = 0;
  const line = await startLine(async () => {
    given += 1;
    if (given === 1) await released;
    return EMPTY;
  }, LONG_MS);
  return { ...line, release };
}

function isAnswered(acted: Acted): boolean {
  return acted.ok && acted.answer.kind === "ok";
}

/** Does everything that Slack tells an app of, one after the other. */
async function beThere(world: Line["world"]): Promise<void> {
  const { rita, web } = world;
  await rita.say(deploys, "/countersign run deploy to=@ana note='a>b ü'");
  await web.chat.postMessage({ channel: deploys, text: "Approve?", blocks: [buttons("Go")] });
  const [message] = await rita.messages(deploys);
  if (message !== undefined) await rita.click(message, "Go");
  await rita.say(deploys, "@countersign pending");
}

/** What differs by chance. */
function plainly(text: string): string {
  return decodeURIComponent(text)
    .replaceAll(/"?(trigger_id|response_url)"?[=:]"?[^"&]+/g, "$1")
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "");
}

test("what comes over a socket reaches the handler as it would have come over HTTP, signed", async () => {
  const { world, requests } = await startLine();
  await beThere(world);
  const overHttp = await startWorld();
  await beThere(overHttp);
  const { received } = overHttp.app;
  expect(requests.map(({ body }) => plainly(String(body)))).toEqual(
    received.map(({ body }) => plainly(body)),
  );
  const types = requests.map(({ headers }) => headers["content-type"]);
  expect(types).toEqual(received.map(({ headers }) => headers.get("content-type")));
  for (const { headers, body } of requests) {
    const [signature, timestamp] = [headers["x-slack-signature"], headers["x-slack-request-timestamp"]];
    expect(signatureProblem({ body, signature, timestamp }, SIGNING_SECRET, world.clock.ms)).toBeUndefined();
    expect(headers).not.toHaveProperty("x-slack-retry-num");
  }
  expect(world.app.received).toEqual([]);
});

test("answers come back as over HTTP: words and blocks to a command, errors to a form", async () => {
  const json = { "content-type": "application/json; charset=utf-8" };
  const answers = [
    { statusCode: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "just words" },
    { statusCode: 200, headers: json, body: JSON.stringify({ text: "Go?", blocks: [buttons("Go")] }) },
    EMPTY,
  ];
  const { world, rita, requests } = await startLine(() => Promise.resolve(answers.shift() ?? EMPTY));
  for (let times = 3; times > 0; times -= 1) await rita.say(deploys, "/countersign help");
  expect(await rita.ephemerals()).toMatchObject([
    { text: "just words" },
    { text: "Go?", blocks: [{ type: "actions" }] },
  ]);
  const trigger_id = new URLSearchParams(String(requests.at(-1)?.body)).get("trigger_id") ?? "";
  await world.web.views.open({
    trigger_id,
    view: modal({ submit: plain("Reject"), blocks: [reasonInput()] }),
  });
  const form = await rita.waitFor(({ views }) => views.at(-1));
  const refused = { response_action: "errors", errors: { reason: "Too short" } };
  answers.push({ statusCode: 200, headers: json, body: JSON.stringify(refused) });
  await rita.submit(form, { reason: "no" });
  expect((await rita.view())?.errors).toEqual({ reason: "Too short" });
  await rita.submit(form, { reason: "Not now" });
  expect(await rita.view()).toBeUndefined();
});

test("an event that the handler refuses or fails at is not acknowledged, so it comes again and says so", async () => {
  const answers: readonly HttpHandler[] = [
    () => Promise.resolve({ statusCode: 503, body: "no" }),
    () => Promise.reject(new Error("broken")),
  ];
  let given = 0;
  const { rita, requests, warnings } = await startLine((event) => {
    given += 1;
    return answers[given - 1]?.(event) ?? Promise.resolve(EMPTY);
  }, SHORT_MS);
  expect(await rita.say(deploys, "@countersign pending")).toMatchObject({ answer: { kind: "late" } });
  await expect.poll(() => requests).toHaveLength(3);
  expect(
    requests.map(({ headers }) => [headers["x-slack-retry-num"], headers["x-slack-retry-reason"]]),
  ).toEqual([
    [undefined, undefined],
    ["1", "timeout"],
    ["2", "timeout"],
  ]);
  expect(new Set(requests.map(({ body }) => String(body))).size).toBe(1);
  expect(warnings).toEqual(["A delivery was refused.", "A delivery was not answered."]);
});

test("a command that is not acknowledged is told to have failed, and does not come again", async () => {
  const { rita, requests } = await startLine(
    () => Promise.resolve({ statusCode: 401, body: "no" }),
    SHORT_MS,
  );
  expect(await rita.say(deploys, "/countersign help")).toMatchObject({ answer: { kind: "late" } });
  expect((await rita.ephemerals()).at(-1)?.text).toBe(
    '/countersign failed with the error "operation_timeout"',
  );
  expect(requests).toHaveLength(1);
});

test.each<Disconnection>(["warning", "refresh_requested", "link_disabled", "drop"])(
  "a connection that Slack ends (%s) is followed by another one, and an event in between is not lost",
  async (how) => {
    const { rita, administrator, requests } = await startLine();
    await administrator.disconnect(how);
    await rita.say(deploys, "@countersign pending");
    await expect.poll(() => requests).toHaveLength(1);
    await expect
      .poll(async () => (await rita.say(deploys, "/countersign help")).ok && requests.length)
      .toBeGreaterThan(1);
  },
);

test("what is in hand when Slack is about to end a connection is answered on it, while the next one is open", async () => {
  const { rita, administrator, requests, release } = await startSlowLine();
  const said = rita.say(deploys, "/countersign run");
  await expect.poll(() => requests).toHaveLength(1);
  await administrator.disconnect("warning");
  const connections = async (): Promise<number> => {
    const { calls } = await administrator.everything();
    return calls.filter(({ method }) => method === "apps.connections.open").length;
  };
  await expect.poll(connections).toBe(2);
  await expect.poll(async () => isAnswered(await rita.say(deploys, "/countersign help"))).toBe(true);
  release();
  expect(isAnswered(await said)).toBe(true);
  expect(await rita.ephemerals()).toEqual([]);
});

test("after a connection that lasted, the next one is opened at once however often that was before", async () => {
  const pauses: number[] = [];
  const { world, rita, administrator } = await startLine(undefined, undefined, (ms) => {
    pauses.push(ms);
    return Promise.resolve();
  });
  for (const lastedMs of [61_000, 61_000, 1_000, 1_000, 61_000]) {
    world.clock.ms += lastedMs;
    await administrator.disconnect("drop");
    await expect.poll(async () => isAnswered(await rita.say(deploys, "/countersign help"))).toBe(true);
  }
  expect(pauses).toEqual([100, 100, 1_000, 3_000, 100]);
});

test("of several connections each delivery goes to one, in turn", async () => {
  const { rita, requests, connect } = await startLine();
  let others = 0;
  const other = await connect(() => {
    others += 1;
    return Promise.resolve(EMPTY);
  });
  for (let times = 4; times > 0; times -= 1) await rita.say(deploys, "/countersign help");
  expect([requests.length, others]).toEqual([2, 2]);
  await other.close();
  await rita.say(deploys, "/countersign help");
  expect(requests).toHaveLength(3);
});

test("what is in hand is answered before the socket is closed", async () => {
  let release = (): void => undefined;
  const { rita, connect } = await startLine();
  let begun = (): void => undefined;
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const slow = await connect(async () => {
    begun();
    await new Promise<void>((resolve) => (release = resolve));
    return EMPTY;
  });
  await rita.say(deploys, "/countersign help");
  const said = rita.say(deploys, "/countersign help");
  await beginning;
  const closed = slow.close();
  await new Promise(setImmediate);
  release();
  await closed;
  expect(await said).toMatchObject({ answer: { kind: "ok" } });
});

test.each([
  ["a token that Slack does not know", "xapp-wrong", "invalid_auth"],
  ["a bot's token in its place", "xoxb-local", "not_allowed_token_type"],
])("%s is refused with the place to make one", async (_, appToken, why) => {
  const { world, administrator } = await startLine();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const asked = connectSocket(
    { appToken, apiUrl: `${world.url}/api/`, signingSecret: SIGNING_SECRET, nowMs: Date.now, log },
    () => Promise.resolve(EMPTY),
  );
  await expect(asked).rejects.toThrow(SocketRefused);
  await expect(asked).rejects.toThrow(
    `Slack refuses the app token (${why}). Make one at api.slack.com/apps under “Basic Information”, “App-Level Tokens”, with the scope connections:write`,
  );
  const { calls } = await administrator.everything();
  expect(calls.at(-1)).toEqual({ method: "apps.connections.open", ok: false, error: why });
});

test("nobody connects without an invitation, or twice with one", async () => {
  const { world } = await startLine();
  const headers = { Authorization: `Bearer ${APP_TOKEN}` };
  const invited = await fetch(`${world.url}/api/apps.connections.open`, { method: "POST", headers });
  const { url } = (await invited.json()) as { url: string };
  const first = new WebSocket(url);
  onTestFinished(() => first.close());
  const [hello] = (await once(first, "message")) as [MessageEvent<string>];
  expect(JSON.parse(hello.data)).toMatchObject({ type: "hello", num_connections: 2 });
  for (const address of [url, `${world.url.replace("http", "ws")}/link/?ticket=1`]) {
    const second = new WebSocket(address);
    await once(second, "error");
  }
});
