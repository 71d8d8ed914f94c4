// The model through the real client and real HTTP: what is sent, what comes back, and what each failure says.
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, onTestFinished, test } from "vitest";
import { ModelAnswerUnusable, ModelRefused, ModelUnavailable } from "../../src/agent/model-errors.ts";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import type { Message } from "../../src/graph/index.ts";
import { completion, failureOf, json, KEY, messages, modelAt, SECRET_QUESTION, service } from "./service.ts";

const tool = { name: "deploy", description: "Deploys", parameters: { type: "object", properties: {} } };

async function scripted(): Promise<LLMock> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock;
}

describe("a good answer", () => {
  test("is a message, and everything that was asked arrived in the service's own form", async () => {
    const mock = await scripted();
    mock.onMessage(/launch code/, { content: "I don't know." });
    const conversation: readonly Message[] = [
      { role: "system", content: "Be short." },
      { role: "user", content: "Deploy it." },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "deploy", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "Done." },
      ...messages,
    ];
    const schema = { type: "object", properties: {}, additionalProperties: false };
    const output = { name: "answer", schema };
    const { message } = await modelAt(mock.url).complete({ messages: conversation, tools: [tool], output });
    expect(message).toEqual({ role: "assistant", content: "I don't know." });
    const [entry] = mock.getRequests();
    expect(entry?.body).toMatchObject({
      model: "small",
      messages: conversation,
      tools: [{ type: "function", function: tool }],
      response_format: { type: "json_schema", json_schema: { ...output, strict: true } },
    });
  });

  test("may be tool calls, with the arguments as the model wrote them", async () => {
    const mock = await scripted();
    mock.onMessage(/launch code/, { toolCalls: [{ id: "c1", name: "deploy", arguments: '{"to":"prod"}' }] });
    const { message } = await modelAt(mock.url).complete({ messages, tools: [tool] });
    const { content, tool_calls } = message;
    expect(content ?? "").toBe("");
    expect(tool_calls).toEqual([
      { id: "c1", type: "function", function: { name: "deploy", arguments: '{"to":"prod"}' } },
    ]);
  });

  test("comes without a key from a service that wants none", async () => {
    const mock = await scripted();
    mock.onMessage(/launch code/, { content: "Hello." });
    const model = createOpenAiModel({
      apiKey: undefined,
      baseUrl: `${mock.url}/v1`,
      model: "small",
      timeoutMs: 2_000,
      maxRetries: 0,
    });
    expect((await model.complete({ messages })).message).toEqual({ role: "assistant", content: "Hello." });
  });
});

describe("the form of an answer", () => {
  const text = { type: "string" };
  const whole = { additionalProperties: false, required: ["a"] };

  test.each<[string, object, boolean]>([
    ["every field required and no others", { type: "object", properties: { a: text }, ...whole }, true],
    ["one that may be left out", { type: "object", properties: { a: text, b: text }, ...whole }, false],
    ["others allowed", { type: "object", properties: { a: text }, required: ["a"] }, false],
    ["others allowed deep inside", within({ type: "array", items: { type: "object" } }), false],
    ["a choice deep inside", within({ anyOf: [text, { type: "null" }] }), true],
    ["rules that OpenAI does not know", within({ allOf: [text] }), false],
    ["a default", within({ type: "string", default: "x" }), false],
    ["a field that has the name of such a rule", named("not"), true],
    ["no object at all", { anyOf: [text] }, false],
  ])("that has %s is asked for as strictly as the service can", async (_, schema, strict) => {
    const { url, asked } = await service(json(401, {}));
    const output = { name: "answer", schema: { ...schema } };
    await failureOf(modelAt(url).complete({ messages, output }));
    expect(asked[0]).toMatchObject({ response_format: { json_schema: { ...output, strict } } });
  });

  function within(schema: object): object {
    return { type: "object", properties: { a: schema }, ...whole };
  }

  function named(name: string): object {
    return { type: "object", properties: { [name]: text }, additionalProperties: false, required: [name] };
  }
});

describe("what an answer has cost", () => {
  const good = completion({ finish_reason: "stop", message: { role: "assistant", content: "Hello." } });

  test("is told as the service counts it", async () => {
    const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
    const { url } = await service(json(200, { ...good, usage }));
    const answer = await modelAt(url).complete({ messages });
    expect(answer.usage).toEqual({ inputTokens: 12, outputTokens: 3 });
  });

  test.each([undefined, null, {}, "many", { prompt_tokens: -1, completion_tokens: 0.5 }])(
    "is not known from a service that says %j of it, and the answer is as good",
    async (usage) => {
      const { url } = await service(json(200, { ...good, usage }));
      expect(await modelAt(url).complete({ messages })).toEqual({
        message: { role: "assistant", content: "Hello." },
      });
    },
  );
});

describe("a failure", () => {
  const leaky = { error: { message: `Incorrect API key provided: ${KEY}. You asked: ${SECRET_QUESTION}` } };

  test.each([
    [401, ModelRefused, "does not accept the key (401). Check OPENAI_API_KEY."],
    [403, ModelRefused, "does not allow this (403). Check what the key in OPENAI_API_KEY may do."],
    [404, ModelRefused, 'does not know the model "small" (404). Check OPENAI_MODEL and OPENAI_BASE_URL.'],
    [400, ModelRefused, "refused the request (400)."],
    [429, ModelUnavailable, "cannot answer right now (429)."],
    [500, ModelUnavailable, "cannot answer right now (500)."],
    [503, ModelUnavailable, "cannot answer right now (503)."],
  ])(
    "with the status %i says what to do, and neither the key nor the conversation",
    async (status, kind, says) => {
      const { url } = await service(json(status, leaky));
      const error = await failureOf(modelAt(url).complete({ messages }));
      expect(error).toBeInstanceOf(kind);
      expect(error.message).toContain(says);
      expect(error.message).toContain(new URL(url).host);
      expect(error.message).not.toContain(KEY);
      expect(error.message).not.toContain("4711");
      expect(error.cause).toBeInstanceOf(Error);
    },
  );

  test.each<[string, object, string]>([
    [
      "cut off",
      { finish_reason: "length", message: { role: "assistant", content: "Half of" } },
      "was cut off",
    ],
    [
      "filtered",
      { finish_reason: "content_filter", message: { role: "assistant", content: "" } },
      "held back",
    ],
    [
      "declined",
      { finish_reason: "stop", message: { role: "assistant", content: null, refusal: "No." } },
      "declined",
    ],
    ["blank", { finish_reason: "stop", message: { role: "assistant", content: " " } }, "empty answer"],
  ])("of an answer that is %s is said to be of no use", async (_, choice, says) => {
    const usage = { prompt_tokens: 9, completion_tokens: 7 };
    const { url } = await service(json(200, { ...completion(choice), usage }));
    const error = await failureOf(modelAt(url).complete({ messages }));
    expect(error).toBeInstanceOf(ModelAnswerUnusable);
    expect(error.message).toContain(says);
    // It has cost all the same.
    expect(error).toMatchObject({ usage: { inputTokens: 9, outputTokens: 7 } });
  });

  test("of a service that answers something else entirely is said to be no answer", async () => {
    const { url } = await service(json(200, { hello: "world" }));
    const error = await failureOf(modelAt(url).complete({ messages }));
    expect(error).toBeInstanceOf(ModelAnswerUnusable);
  });

  test("to answer in time, and to be there at all, say so", async () => {
    const silent = await service(() => undefined);
    const error = await failureOf(modelAt(silent.url, { timeoutMs: 50 }).complete({ messages }));
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain("could not be reached or did not answer in time");
    const away = await failureOf(modelAt("http://127.0.0.1:9").complete({ messages }));
    expect(away).toBeInstanceOf(ModelUnavailable);
  });

  test("that may pass is tried again as often as was said, and one that stays is not", async () => {
    const busy = await service((response) => {
      response.writeHead(503, { "content-type": "application/json", "retry-after-ms": "1" }).end("{}");
    });
    await failureOf(modelAt(busy.url, { maxRetries: 2 }).complete({ messages }));
    expect(busy.asked).toHaveLength(3);
    const wrong = await service(json(401, leaky));
    await failureOf(modelAt(wrong.url, { maxRetries: 2 }).complete({ messages }));
    expect(wrong.asked).toHaveLength(1);
  });

  test("of a run that was stopped is the run's own reason", async () => {
    const silent = await service(() => undefined);
    const stop = new AbortController();
    const pending = modelAt(silent.url).complete({ messages, signal: stop.signal });
    stop.abort(new Error("The run was cancelled."));
    expect((await failureOf(pending)).message).toBe("The run was cancelled.");
  });
});
