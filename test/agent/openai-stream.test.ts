// An answer in pieces: what they make together, from OpenAI and from services that do it otherwise, and what becomes of one that breaks off.
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ModelAnswerUnusable, ModelRefused, ModelUnavailable } from "../../src/agent/model-errors.ts";
import {
  chunk,
  completion,
  failureOf,
  json,
  KEY,
  messages,
  modelAt,
  piece,
  pieces,
  type Respond,
  service,
} from "./service.ts";

const hello = [
  piece({ role: "assistant", content: "" }),
  piece({ content: "Hel" }),
  piece({ content: "lo." }),
];
const last = piece({}, "stop");
const cost = chunk({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } });
const whole = json(
  200,
  completion({ finish_reason: "stop", message: { role: "assistant", content: "Hi." } }),
);
const text = (content: string) => ({ message: { role: "assistant", content } });

function callOf(
  index: number | undefined,
  { id, name, args }: { id?: string; name?: string; args?: string },
) {
  return { index, id, function: { name, arguments: args } };
}

function calls(...tool_calls: readonly object[]): object {
  return piece({ tool_calls });
}

describe("pieces", () => {
  test("make the answer that they are pieces of, with what it has cost", async () => {
    const { url, asked } = await service(pieces([...hello, last, cost]));
    expect(await modelAt(url).complete({ messages })).toEqual({
      ...text("Hello."),
      usage: { inputTokens: 12, outputTokens: 3 },
    });
    expect(asked).toMatchObject([{ stream: true, stream_options: { include_usage: true } }]);
  });

  test.each<[string, readonly object[]]>([
    [
      "OpenAI, two at once",
      [
        calls(callOf(0, { id: "c1", name: "deploy", args: "" })),
        calls(callOf(1, { id: "c2", name: "ask", args: "{}" }), callOf(0, { args: '{"to":' })),
        calls(callOf(0, { args: '"prod"}' })),
      ],
    ],
    [
      "a service that numbers nothing",
      [
        calls(callOf(undefined, { id: "c1", name: "deploy", args: '{"to":"prod"}' })),
        calls(callOf(undefined, { id: "c2", name: "ask", args: "{}" })),
      ],
    ],
    [
      "a service that gives all the same number",
      [
        calls(callOf(0, { id: "c1", name: "deploy", args: '{"to":"prod"}' })),
        calls(callOf(0, { id: "c2", name: "ask", args: "{}" })),
      ],
    ],
    [
      "a service that repeats ids and names",
      [
        calls(callOf(0, { id: "c1", name: "deploy", args: '{"to":' })),
        calls(callOf(0, { id: "c1", name: "deploy", args: '"prod"}' })),
        calls(callOf(1, { id: "c2", name: "ask", args: "{}" })),
      ],
    ],
  ])("of tool calls make whole calls: from %s", async (_, given) => {
    const { url } = await service(pieces([...given, piece({}, "tool_calls")]));
    const { message } = await modelAt(url).complete({ messages });
    expect(message).toEqual({
      ...{ role: "assistant", content: null },
      tool_calls: [
        { id: "c1", type: "function", function: { name: "deploy", arguments: '{"to":"prod"}' } },
        { id: "c2", type: "function", function: { name: "ask", arguments: "{}" } },
      ],
    });
  });

  test("of tool calls without ids and arguments are calls that can be told apart", async () => {
    const { url } = await service(pieces([calls(callOf(0, { name: "a" }), callOf(1, { name: "b" })), last]));
    const { message } = await modelAt(url).complete({ messages });
    const [one, two] = message.tool_calls ?? [];
    expect([one?.function, two?.function]).toEqual([
      { name: "a", arguments: "" },
      { name: "b", arguments: "" },
    ]);
    expect(one?.id).toMatch(/^call_.+/);
    expect(one?.id).not.toBe(two?.id);
  });

  test("of something else than the JSON that was asked for are given as they are", async () => {
    const fenced = [piece({ content: '```json\n{"a"' }), piece({ content: ":1}\n```" }), last];
    const { url } = await service(pieces(fenced));
    const output = { name: "a", schema: { type: "object", additionalProperties: false, properties: {} } };
    expect(await modelAt(url).complete({ messages, output })).toEqual(text('```json\n{"a":1}\n```'));
  });

  test.each<[string, readonly object[], string]>([
    ["cut off", [...hello, piece({}, "length"), cost], "was cut off"],
    ["filtered", [...hello, piece({}, "content_filter"), cost], "held back"],
    ["declined", [piece({ refusal: "I can" }), piece({ refusal: "not." }), last, cost], "declined"],
    ["blank", [piece({ content: " " }), piece({ content: "\n" }), last, cost], "empty answer"],
    ["nothing at all", [last, cost], "empty answer"],
  ])("of an answer that is %s are of no use, and have cost all the same", async (_, given, says) => {
    const { url, asked } = await service(pieces(given));
    const error = await failureOf(modelAt(url, { maxRetries: 1 }).complete({ messages }));
    expect(error).toBeInstanceOf(ModelAnswerUnusable);
    expect(error.message).toContain(says);
    expect(error).toMatchObject({ usage: { inputTokens: 12, outputTokens: 3 } });
    expect(asked).toHaveLength(1);
  });
});

describe("a service that does not stream", () => {
  const refusing = (error: object): Respond => json(400, { error });

  test.each<[string, Respond]>([
    ["to this account", refusing({ message: "Your organization must be verified.", param: "stream" })],
    ["with options", refusing({ message: "property 'stream_options' is unsupported" })],
    ["and says nothing of it", whole],
    ["its own way only", pieces([{ hello: "world" }])],
    ["to the end", pieces(hello, "end")],
  ])("%s is asked for the answer in one piece, and from then on at once", async (_, answer) => {
    const { url, asked } = await service(answer, whole);
    const model = modelAt(url);
    expect(await model.complete({ messages })).toEqual(text("Hi."));
    expect(await model.complete({ messages })).toEqual(text("Hi."));
    expect(asked.map(({ stream }) => stream)).toEqual([true, false, false]);
  });

  test.each([
    [400, { message: "The temperature is too high." }],
    [401, { message: "No stream without a key." }],
  ])("is not meant by a %i that says %j", async (status, error) => {
    const { url, asked } = await service(json(status, { error }));
    expect(await failureOf(modelAt(url).complete({ messages }))).toBeInstanceOf(ModelRefused);
    expect(asked).toHaveLength(1);
  });

  test("and refuses the whole answer too is asked in pieces again the next time", async () => {
    const { url, asked } = await service(
      refusing({ message: "Your text about a stream is too long." }),
      refusing({ message: "Your text about a stream is too long." }),
      pieces([...hello, last]),
    );
    const model = modelAt(url);
    expect(await failureOf(model.complete({ messages }))).toBeInstanceOf(ModelRefused);
    expect(await model.complete({ messages })).toEqual(text("Hello."));
    expect(asked.map(({ stream }) => stream)).toEqual([true, false, true]);
  });
});

describe("an answer that breaks off", () => {
  const leaky = chunk({ error: { message: `Overloaded with ${KEY}`, type: "server_error" } });
  const MIDDLE = "stopped in the middle of its answer. Try again in a minute.";
  const BEFORE = "could not be reached or did not answer in time.";

  const BROKEN: readonly [string, Respond, { silentMs?: number; idleMs?: number }, string][] = [
    ["by silence in the middle", pieces(hello, "silence"), { idleMs: 100 }, MIDDLE],
    ["by a cut connection", pieces(hello, "cut"), {}, MIDDLE],
    ["with an error", pieces([...hello, leaky]), {}, MIDDLE],
    ["in the middle of a piece", brokenPiece, {}, MIDDLE],
    ["before its first word", pieces(hello.slice(0, 1), "silence"), { silentMs: 100, idleMs: 1 }, BEFORE],
    ["before anything", () => undefined, { silentMs: 100, idleMs: 1 }, BEFORE],
  ];

  test.each(BROKEN)("%s is asked for once more", async (_, broken, patience) => {
    const { url, asked } = await service(broken, pieces([...hello, last]));
    // Enough for the second answer on a busy machine; the first one takes all of it.
    const silentMs = patience.silentMs === undefined ? 20_000 : 1_000;
    const model = modelAt(url, { silentMs, idleMs: 500, maxRetries: 1, timeoutMs: 20_000 });
    expect(await model.complete({ messages })).toEqual(text("Hello."));
    expect(asked.map(({ stream }) => stream)).toEqual([true, true]);
  });

  /** A model, and how often it was asked, whether or not that arrived. */
  function counted(url: string, options: Parameters<typeof modelAt>[1]) {
    const tries = { count: 0 };
    const counting: typeof fetch = (input, init) => {
      tries.count += 1;
      return fetch(input, init);
    };
    return { tries, model: modelAt(url, { ...options, fetch: counting }) };
  }

  test.each(BROKEN)(
    "%s each time says so, and nothing of what the service said",
    async (_, broken, patience, says) => {
      const { url } = await service(broken);
      const { model, tries } = counted(url, { ...patience, maxRetries: 1 });
      const error = await failureOf(model.complete({ messages }));
      expect(error).toBeInstanceOf(ModelUnavailable);
      expect(error.message).toContain(says);
      expect(`${error.message} ${String(error.cause)}`).not.toContain(KEY);
      expect(tries.count).toBe(2);
    },
  );

  test("is given up when time is over, however much patience there is", async () => {
    const { url } = await service(pieces(hello, "silence"));
    const { model, tries } = counted(url, { timeoutMs: 150, maxRetries: 5 });
    expect(await failureOf(model.complete({ messages }))).toBeInstanceOf(ModelUnavailable);
    expect(tries.count).toBe(1);
  });

  test.each<[string, Respond]>([
    ["in silence", pieces([...hello, last, cost], "silence")],
    ["with a cut connection", pieces([...hello, last, cost], "cut")],
    ["with an error", pieces([...hello, last, cost, leaky])],
  ])("%s behind its last piece is whole", async (_, answer) => {
    const { url, asked } = await service(answer);
    const given = await modelAt(url, { idleMs: 100, maxRetries: 1 }).complete({ messages });
    expect(given).toMatchObject({ ...text("Hello."), usage: { inputTokens: 12 } });
    expect(asked).toHaveLength(1);
  });

  test("because its step was stopped ends with the step's own reason, and the service hears that nobody listens", async () => {
    const hungUp = Promise.withResolvers<undefined>();
    const begun = Promise.withResolvers<undefined>();
    const { url, asked } = await service((response, request) => {
      response.on("close", () => hungUp.resolve(undefined));
      pieces(hello, "silence")(response, request);
      begun.resolve(undefined);
    });
    const stop = new AbortController();
    const pending = modelAt(url, { maxRetries: 1 }).complete({ messages, signal: stop.signal });
    await begun.promise;
    stop.abort(new Error("The run was cancelled."));
    expect((await failureOf(pending)).message).toBe("The run was cancelled.");
    await hungUp.promise;
    expect(asked).toHaveLength(1);
  });

  function brokenPiece(...[response]: Parameters<Respond>): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end('data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hel\n\ndata: [DONE]\n\n');
  }
});

describe("an answer that keeps coming", () => {
  const SILENT_MS = 18_000;
  const IDLE_MS = 10_000;

  /** The pieces come one by one, each this long after it was looked for. */
  function slowly(afterMs: number, given: readonly object[]): typeof fetch {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    return (_, init) => {
      const left = given.map((one) => `data: ${JSON.stringify(one)}\n\n`);
      const source: UnderlyingDefaultSource<Uint8Array> = {
        start: (controller) => {
          init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
        },
        pull: (controller) => {
          vi.advanceTimersByTime(afterMs);
          if (init?.signal?.aborted === true) return;
          const next = left.shift();
          if (next === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(next));
        },
      };
      // Nothing is looked for before it is read.
      const body = new ReadableStream(source, { highWaterMark: 0 });
      return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
    };
  }

  const words = Array.from({ length: 20 }, () => piece({ content: "la" }));
  const patience = { silentMs: SILENT_MS, idleMs: IDLE_MS, timeoutMs: 60_000 };

  test("may take far longer than a model may be silent", async () => {
    const model = modelAt("http://127.0.0.1:9", {
      ...patience,
      fetch: slowly(IDLE_MS - 1, [...words, last]),
    });
    expect(await model.complete({ messages })).toEqual(text("la".repeat(20)));
  });

  test("too slowly has stopped", async () => {
    const model = modelAt("http://127.0.0.1:9", {
      ...patience,
      fetch: slowly(IDLE_MS + 1, [...words, last]),
    });
    expect(await failureOf(model.complete({ messages }))).toBeInstanceOf(ModelUnavailable);
  });

  test("has begun with what the model thinks aloud", async () => {
    const thinking = Array.from({ length: 5 }, () => piece({ reasoning_content: "hm" }));
    const model = modelAt("http://127.0.0.1:9", {
      ...patience,
      fetch: slowly(IDLE_MS - 1, [...thinking, ...words, last]),
    });
    expect(await model.complete({ messages })).toEqual(text("la".repeat(20)));
  });
});
