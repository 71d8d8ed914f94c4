// What can go wrong with an agent's model and its tools, in the whole product: what the model hears, what people read, and what is not done.
import { expect, test, vi } from "vitest";
import * as z from "zod";
import { requestClarification } from "../../src/agent/clarification.ts";
import { MODEL_RETRIES } from "../../src/agent/model-step.ts";
import { tool } from "../../src/agent/tool.ts";
import { type AgentRun, deployTool, startAgent } from "../support/agent-workflow.ts";
import type { Line } from "../support/model.ts";
import { textIn } from "../support/one-question.ts";
import { heard } from "../support/agent-cards.ts";
import { DEPLOYS, messageLike, told } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };
const anything = z.object({ service: z.string() });
const status: Line = [["service_status", { service: "checkout", env: "prod" }]];
const never = new Promise<void>(() => undefined);
const DONE = /^✅ Done/;

/** The run has failed: what it says of it, and the button that it offers. */
async function failed({ rita }: AgentRun, words: RegExp): Promise<() => Promise<unknown>> {
  await messageLike(rita, words);
  const parent = await messageLike(rita, /^assist r-.*Failed/);
  return () => rita.click(parent, "Retry");
}

const broken = tool({
  name: "broken",
  description: "Throws.",
  input: anything,
  run: () => {
    throw new Error("The disk is full; token=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789 was used.");
  },
});
const hanging = tool({
  ...{ name: "hanging", description: "Hangs.", input: anything, timeoutMs: 5 },
  run: () => never,
});
const long = tool({
  ...{ name: "long", description: "Says much.", input: anything },
  run: () => "x".repeat(2_000_000),
});
const tools = [deployTool("never"), broken, hanging, long];

test.each<[string, string, object | string, RegExp]>([
  [
    "an unknown tool",
    "destroy",
    prod,
    /^Error: There is no tool "destroy"\. Use one of: deploy, broken, hanging, long\.$/,
  ],
  [
    "a tool with a name that none can have",
    "de ploy!",
    prod,
    /^Error: There is no tool "de_ploy_"\. Use one of: deploy,/,
  ],
  [
    "arguments that are no JSON",
    "deploy",
    '{"service": "checkout"',
    /^Error: The arguments of "deploy" are not a JSON object\. Send them again as one\.$/,
  ],
  [
    "arguments that are no object",
    "deploy",
    '["checkout"]',
    /^Error: The arguments of "deploy" are not a JSON object\./,
  ],
  [
    "arguments that do not fit",
    "deploy",
    { ...prod, version: "latest", env: undefined },
    /^Error: The arguments of "deploy" do not fit, and nothing was carried out\. version: must be a version like v2\.4\.1; env: .*Send them again, corrected\.$/,
  ],
  ["a tool that throws", "broken", { service: "a" }, /^Error: .*The disk is full; (?!.*sk-proj-abc)/],
  [
    "a tool that hangs",
    "hanging",
    { service: "a" },
    /^Error: .*did not answer within 0\.005 s\. It is not known whether it was carried out\.$/,
  ],
  [
    "a tool that returns 2 MB",
    "long",
    { service: "a" },
    /^x{30000}\n… \(cut: these are the first 30000 of 2000000 characters\)$/,
  ],
])(
  "the model wants %s: it is told so, nothing is deployed, and the run ends with its answer",
  async (_, name, args, words) => {
    const run = await startAgent([[[name, args]], "I see."], { tools });
    expect(heard(run)).toEqual([expect.stringMatching(words)]);
    expect(await run.deployments()).toEqual([]);
    expect(textIn(await messageLike(run.rita, DONE))).toContain("The agent says:\nI see.");
  },
  30_000,
);

test("what goes wrong with one call keeps nothing from the others, and a corrected call is carried out", async () => {
  const run = await startAgent(
    [
      [
        ["broken", { service: "a" }],
        ["deploy", { ...prod, env: "production" }],
        ["hanging", { service: "a" }],
      ],
      [["deploy", prod]],
      "Deployed.",
    ],
    { tools },
  );
  expect(heard(run)).toEqual([
    expect.stringContaining("The disk is full"),
    expect.stringContaining("do not fit, and nothing was carried out. env:"),
    expect.stringContaining("did not answer within"),
    expect.stringContaining('"version":"v2.4.1"'),
  ]);
  expect(await run.deployments()).toMatchObject([{ ...prod, performed: 1, replays: 0 }]);
  await messageLike(run.rita, DONE);
}, 30_000);

test("a model that is away and then says nothing is asked three times, and the run is done", async () => {
  const run = await startAgent([{ status: 503 }, "", "It is fine."], {
    retry: { ...MODEL_RETRIES, initialInterval: 1 },
  });
  expect(textIn(await messageLike(run.rita, DONE))).toContain("It is fine.");
  expect(run.asked).toHaveLength(3);
}, 30_000);

test("a model that is away three times is not asked a fourth time before somebody clicks Retry", async () => {
  const run = await startAgent([{ status: 503 }, { status: 503 }, { status: 503 }, "It is fine."], {
    retry: { ...MODEL_RETRIES, initialInterval: 1 },
  });
  const retry = await failed(run, /cannot answer right now \(503\)/);
  expect(run.asked).toHaveLength(3);
  await retry();
  await run.goOn();
  await messageLike(run.rita, DONE);
}, 30_000);

test("a model that does not accept the key is asked once, and the card says what to check and has Retry", async () => {
  const run = await startAgent([{ status: 401 }, "It is fine."], {
    retry: { ...MODEL_RETRIES, initialInterval: 1 },
  });
  const retry = await failed(run, /does not accept the key \(401\)\. Check OPENAI_API_KEY\./);
  expect(run.asked).toHaveLength(1);
  await retry();
  await run.goOn();
  await messageLike(run.rita, DONE);
}, 30_000);

/** Each look at it is half a minute later than the one before. */
function hurrying(): { readonly now: () => string } {
  let at = Date.parse("2026-01-01T00:00:00.000Z");
  return { now: () => new Date((at += 30_000)).toISOString() };
}

test.each<[string, Parameters<typeof startAgent>[1], number, RegExp]>([
  [
    "steps",
    { limits: { steps: 2 } },
    2,
    /The agent was stopped: its model was asked 2 times, the most that is allowed\. What it has done stays done\./,
  ],
  [
    "tokens",
    { limits: { tokens: 300 } },
    3,
    /The agent was stopped: it has used 330 tokens of the 300 that are allowed\./,
  ],
  [
    "time",
    { limits: { timeMs: 90_000 }, clock: hurrying() },
    2,
    /The agent was stopped: it has worked for 120 s of the 90 s that are allowed\./,
  ],
])(
  "an agent that has come to its limit of %s ends, and its run's thread says which",
  async (_, options, requests, words) => {
    const run = await startAgent([status], options);
    await messageLike(run.rita, words);
    expect((await messageLike(run.rita, /^⛔ /)).text).toMatch(words);
    expect(run.asked).toHaveLength(requests);
  },
  30_000,
);

test("more calls at once than are allowed are not carried out, and the model hears which", async () => {
  const staging = { ...prod, env: "staging" };
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["deploy", staging],
      ],
      "One is done.",
    ],
    { tools, limits: { callsAtOnce: 1 } },
  );
  expect(heard(run)).toEqual([
    expect.stringContaining('"env":"prod"'),
    "Error: This call was not carried out: 1 is the most at once. Call it again with the next ones, if it is still needed.",
  ]);
  expect(await run.deployments()).toMatchObject([{ ...prod, performed: 1 }]);
  await messageLike(run.rita, DONE);
}, 30_000);

const output = z.object({ healthy: z.boolean(), version: z.string() });
const fits = JSON.stringify({ healthy: true, version: "v2.4.1" });

test("an answer that is to have a form is asked for with it, and one that has it ends the run", async () => {
  const run = await startAgent([fits], { output });
  await messageLike(run.rita, DONE);
  expect(run.forms).toMatchObject([
    {
      type: "json_schema",
      json_schema: {
        name: "answer",
        strict: true,
        schema: { type: "object", required: ["healthy", "version"] },
      },
    },
  ]);
}, 30_000);

test("an answer without its form is told what is wrong with it and asked for again", async () => {
  const run = await startAgent(["All is well.", '{"healthy":"yes","version":"v2.4.1"}', fits], { output });
  expect(textIn(await messageLike(run.rita, DONE))).toContain('"healthy":true');
  const complaints = (run.asked.at(-1) ?? []).filter(
    ({ role, content }) => role === "user" && /does not have the form/.test(content),
  );
  expect(complaints).toMatchObject([{}, { content: expect.stringMatching(/boolean[^]*healthy/) as string }]);
  expect(run.asked).toHaveLength(3);
}, 30_000);

test("three answers without the form fail the run in words, and Retry asks again", async () => {
  const run = await startAgent(["Well.", "Very well.", "Very well indeed.", fits], { output });
  const retry = await failed(run, /answered 3 times in a row without the form that was asked for/);
  expect(run.asked).toHaveLength(3);
  await retry();
  await run.goOn();
  await messageLike(run.rita, DONE);
  expect(run.asked).toHaveLength(4);
}, 30_000);

test("a model that hangs fails the run in words once its time is over, and Retry asks it again", async () => {
  const run = await startAgent([{ after: never, line: "Late." }, "It is fine."], { modelTimeoutMs: 200 });
  const retry = await failed(run, /could not be reached or did not answer in time/);
  await retry();
  await run.goOn();
  await messageLike(run.rita, DONE);
}, 30_000);

test("who cancels the run while its model thinks is obeyed: what the model says then is not carried out, and nothing follows", async () => {
  const thought = Promise.withResolvers<undefined>();
  const run = await startAgent(
    [[["request_clarification", { question: "Go?" }]], { after: thought.promise, line: [["deploy", prod]] }],
    { tools: [deployTool("never"), requestClarification()] },
  );
  const { rita, goOn, asked } = run;
  await rita.click(await messageLike(rita, /^Answer needed: /), "Answer…");
  await rita.submit(await rita.waitFor(({ views }) => views.at(-1)), { answer: "Go." });
  const going = goOn();
  await vi.waitFor(() => expect(asked).toHaveLength(2), 10_000);
  await rita.click(await messageLike(rita, /^assist r-/), "Cancel run");
  await told(rita, /^The run is cancelled and does nothing more\./);
  thought.resolve(undefined);
  await going;
  await goOn();
  await messageLike(rita, /^🚫 Cancelled by/);
  expect(asked).toHaveLength(2);
  expect(await run.deployments()).toEqual([]);
}, 30_000);

test("/countersign show says how often an agent's model was asked and what it took", async () => {
  const run = await startAgent([status, "", "It is fine."], {
    retry: { ...MODEL_RETRIES, initialInterval: 1 },
  });
  const { rita } = run;
  await messageLike(rita, DONE);
  const name = /r-[0-9a-f]{6}/.exec((await messageLike(rita, /^assist r-/)).text)?.[0] ?? "";
  await rita.say(DEPLOYS, `/countersign show ${name}`);
  const shown = await rita.waitFor(({ messages }) =>
    messages.find(({ visibleTo, blocks }) => visibleTo === rita.id && /Model: /.test(JSON.stringify(blocks))),
  );
  // An answer of which nothing can be made is paid for, too.
  expect(textIn(shown)).toContain("Model: 3 calls, 300 tokens in, 30 out");
}, 30_000);
