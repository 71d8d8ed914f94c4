// A target over real HTTP: what arrives there, what can never be reached through it, and what each failure says.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { addressBelow, baseAddress } from "../../src/runs/target-address.ts";
import { TargetAnswerUnusable, TargetRefused, TargetUnavailable } from "../../src/runs/target-errors.ts";
import { createTarget } from "../../src/runs/target.ts";
import { fetchWithin } from "../../src/lambda/time-outs.ts";

interface Server {
  readonly url: string;
  /** What arrived, as it was written in the request. */
  readonly arrived: { readonly method: string; readonly path: string; readonly key: string; body: string }[];
}

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

const good = json(200, { ok: true });

async function serverThat(respond: Respond = good): Promise<Server> {
  const arrived: Server["arrived"] = [];
  const server = createServer((request, response) => {
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, key: String(headers["idempotency-key"]), body: "" };
    arrived.push(one);
    request.on("data", (part) => (one.body += String(part)));
    request.on("end", () => respond(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived };
}

function json(status: number, body: unknown): Respond {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}

async function failureOf(pending: Promise<unknown>): Promise<Error> {
  const error: unknown = await pending.then(
    () => new Error("It did not fail."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) return error;
  throw new Error("Something that is no Error was thrown.");
}

function hostOf({ url }: Server): string {
  return new URL(url).host;
}

const hanging: Respond = () => undefined;

test("what is asked and what acts arrive below the configured address, with query, key and body", async () => {
  const server = await serverThat();
  const ops = createTarget({ baseUrl: `${server.url}/v1/`, http: fetch });
  expect(await ops.get(["services", "prod", "check out"], { query: { at: "a&b=c" } })).toEqual({ ok: true });
  await ops.post(["deployments"], { body: { env: "prod" }, key: "k1" });
  expect(server.arrived).toEqual([
    { method: "GET", path: "/v1/services/prod/check%20out?at=a%26b%3Dc", key: "undefined", body: "" },
    { method: "POST", path: "/v1/deployments", key: "k1", body: '{"env":"prod"}' },
  ]);
});

/** What somebody might write to get elsewhere; `HOST` is a server that must never be asked. */
const WAYS_OUT = [
  "../admin",
  "..%2fadmin",
  "%2e%2e",
  "%2e%2E%2fadmin",
  "..",
  ".",
  "..\\admin",
  "a/../../admin",
  "http://169.254.169.254/latest/meta-data/",
  "http://127.0.0.1/",
  "http://[::1]/",
  "http://HOST/",
  "//HOST",
  "\\\\HOST",
  "@HOST",
  "user@HOST/",
  ":80@HOST/",
  "/",
  "?admin=1",
  "#admin",
  "file:///etc/passwd",
  "data:text/plain,hello",
  "javascript:alert(1)",
  "\t..",
  ".\n.",
  "..;/admin",
  "\0",
  "。。/",
  "\ud800",
  "",
];

test.each(WAYS_OUT)("%j as a part of an address is refused, or arrives as a name below it", async (way) => {
  const [server, forbidden] = [await serverThat(), await serverThat()];
  const ops = createTarget({ baseUrl: `${server.url}/v1`, http: fetch });
  const segment = way.replace("HOST", hostOf(forbidden));
  const body = { text: segment, url: segment };
  for (const ask of [
    () => ops.get(["services", segment]),
    () => ops.get([segment, "services"]),
    () => ops.post([segment], { body, key: "k" }),
  ]) {
    const error = await failureOf(ask());
    if (error.message !== "It did not fail.") expect(error).toBeInstanceOf(TargetRefused);
  }
  expect(forbidden.arrived).toEqual([]);
  for (const { path } of server.arrived) {
    expect(path).toMatch(/^\/v1\/(services\/[^/]+|[^/]+\/services|[^/]+)$/);
    expect(path.split("/").map(decodeURIComponent)).toContain(segment);
  }
});

test.each(["../admin", "..%2fadmin", "%2e%2e", "..", ".", "..\\admin", "a/../../admin", "", "\ud800"])(
  "%j is refused in a sentence that names it, and nothing is asked",
  async (segment) => {
    const server = await serverThat();
    const ops = createTarget({ baseUrl: server.url, http: fetch });
    const error = await failureOf(ops.get(["services", segment]));
    expect(error.message).toBe(
      `Nothing was asked of ${hostOf(server)}: ${JSON.stringify(segment)} cannot be a part of an address. Give a name or an id.`,
    );
    expect(server.arrived).toEqual([]);
  },
);

test("a way out as a value in a query or a body arrives as text, and nobody else is asked", async () => {
  const [server, forbidden] = [await serverThat(), await serverThat()];
  const ops = createTarget({ baseUrl: `${server.url}/v1`, http: fetch });
  for (const way of WAYS_OUT) {
    const text = way.replace("HOST", hostOf(forbidden)).toWellFormed();
    await ops.get(["services"], { query: { text } });
    await ops.post(["outbox"], { body: { text }, key: "k" });
    const [asked, acted] = server.arrived.splice(0);
    expect(new URL(asked?.path ?? "", server.url).searchParams.get("text")).toBe(text);
    expect(JSON.parse(acted?.body ?? "")).toEqual({ text });
    expect([asked?.path.split("?")[0], acted?.path]).toEqual(["/v1/services", "/v1/outbox"]);
  }
  expect(forbidden.arrived).toEqual([]);
});

test("whatever a segment is made of, the address stays below the configured one", () => {
  const base = baseAddress("https://ops.example.com:8443/a/b");
  const pieces = [
    ".",
    "..",
    "/",
    "\\",
    "%2e",
    "%2F",
    "%5c",
    "%",
    "@",
    ":",
    "?",
    "#",
    "x",
    "\t",
    " ",
    "é",
    ";",
  ];
  let written = 0;
  for (let seed = 0; seed < pieces.length ** 3; seed++) {
    const [one = "", two = "", three = ""] = [0, 1, 2].map(
      (place) => pieces[Math.floor(seed / pieces.length ** place) % pieces.length],
    );
    for (const path of [[one + two + three], [one, two + three], [one + two, three]]) {
      try {
        const { origin, pathname, search, hash } = new URL(addressBelow(base, path));
        expect({ origin, search, hash }).toEqual({
          origin: "https://ops.example.com:8443",
          search: "",
          hash: "",
        });
        expect(pathname.split("/").slice(0, 3)).toEqual(["", "a", "b"]);
        expect(pathname.split("/").slice(3).map(decodeURIComponent)).toEqual(path);
        written += 1;
      } catch (error) {
        if (!(error instanceof TargetRefused)) throw error;
      }
    }
  }
  expect(written).toBeGreaterThan(5_000);
});

test.each([301, 302, 303, 307, 308])("a redirect (%i) is not followed, and says so", async (status) => {
  const forbidden = await serverThat();
  const server = await serverThat((_, response) => {
    response.writeHead(status, { location: `${forbidden.url}/elsewhere` }).end("{}");
  });
  const ops = createTarget({ baseUrl: server.url, http: fetch });
  for (const pending of [ops.get(["services"]), ops.post(["outbox"], { body: {}, key: "k" })]) {
    const error = await failureOf(pending);
    expect(error).toBeInstanceOf(TargetRefused);
    expect(error.message).toBe(
      `${hostOf(server)} wants us to ask somewhere else (${status}), and no redirect is followed. Check its configured address.`,
    );
  }
  expect(server.arrived).toHaveLength(2);
  expect(forbidden.arrived).toEqual([]);
});

test.each([
  [400, TargetRefused],
  [404, TargetRefused],
  [409, TargetRefused],
  [408, TargetUnavailable],
  [429, TargetUnavailable],
  [500, TargetUnavailable],
  [503, TargetUnavailable],
])(
  "what the target says of a %i is passed on, and its kind says whether to try again",
  async (status, kind) => {
    const { url } = await serverThat(json(status, { error: "There is no service “chekout”." }));
    const error = await failureOf(createTarget({ baseUrl: url, http: fetch }).get(["services"]));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toBe("There is no service “chekout”.");
  },
);

test("of what the target says of a problem only the beginning is passed on", async () => {
  const { url } = await serverThat(json(400, { error: "No. ".repeat(10_000) }));
  const error = await failureOf(createTarget({ baseUrl: url, http: fetch }).get(["services"]));
  expect(error.message).toMatch(/^No\. .{400,500}…$/);
});

test.each([
  [200, "hello", TargetAnswerUnusable],
  [404, "<html>", TargetRefused],
  [502, "", TargetUnavailable],
])("a %i with %j is said to be nothing that can be read", async (status, text, kind) => {
  const server = await serverThat((_, response) => void response.writeHead(status).end(text));
  const error = await failureOf(createTarget({ baseUrl: server.url, http: fetch }).get(["services"]));
  expect(error).toBeInstanceOf(kind);
  expect(error.message).toBe(`${hostOf(server)} answered ${status}, and nothing that can be read.`);
});

test("an answer that does not end is cut off at a megabyte, and the target hears that nobody reads it", async () => {
  const hungUp = Promise.withResolvers<undefined>();
  let written = 0;
  const server = await serverThat((_, response) => {
    response.on("close", () => hungUp.resolve(undefined));
    const more = (): void => {
      if (response.destroyed) return;
      written += 65_536;
      if (response.write(" ".repeat(65_536))) setImmediate(more);
      else response.once("drain", more);
    };
    more();
  });
  const error = await failureOf(createTarget({ baseUrl: server.url, http: fetch }).get(["services"]));
  expect(error).toBeInstanceOf(TargetAnswerUnusable);
  expect(error.message).toBe(`${hostOf(server)} answered with more than 1 MB, and the rest was not read.`);
  await hungUp.promise;
  expect(written).toBeLessThan(20_000_000);
});

test.each<[string, Respond]>([
  ["never answers", hanging],
  [
    "stops in the middle of its answer",
    (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"ok":');
    },
  ],
  [
    "cuts the connection in the middle of its answer",
    (_, response) => {
      response.writeHead(200, { "content-length": "100" }).write('{"ok":', () => response.destroy());
    },
  ],
  ["cuts the connection at once", (_, response) => void response.destroy()],
])("a target that %s is away", async (_, respond) => {
  const server = await serverThat(respond);
  const ops = createTarget({ baseUrl: server.url, http: fetchWithin(200) });
  const error = await failureOf(ops.post(["outbox"], { body: {}, key: "k" }));
  expect(error).toBeInstanceOf(TargetUnavailable);
  expect(error.message).toBe(
    `${hostOf(server)} could not be reached or did not answer in time. Try again in a minute; if it stays so, check its configured address.`,
  );
  expect(server.arrived).toHaveLength(1);
});

test("a target that is not there is away", async () => {
  const ops = createTarget({ baseUrl: "http://127.0.0.1:9", http: fetch });
  expect(await failureOf(ops.get(["services"]))).toBeInstanceOf(TargetUnavailable);
});

test("of a step that was stopped the failure is the step's own reason", async () => {
  const { url } = await serverThat(hanging);
  const stop = new AbortController();
  const ops = createTarget({ baseUrl: url, http: fetch });
  const { signal } = stop;
  const pending = [ops.get(["a"], { signal }), ops.post(["b"], { body: {}, key: "k", signal })].map(
    failureOf,
  );
  stop.abort(new Error("The run was cancelled."));
  for (const error of await Promise.all(pending)) expect(error.message).toBe("The run was cancelled.");
});
