// What can go wrong with an agent's model and its tools, in the whole product: what the model hears, what people read, and what is not done.
import { expect, test } from "vitest";
import * as z from "zod";
import { MODEL_RETRIES } from "../../src/agent/model-step.ts";
import { tool } from "../../src/agent/tool.ts";
import { type AgentRun, deployTool, startAgent } from "../support/agent-workflow.ts";
import { textIn } from "../support/one-question.ts";
import { messageLike } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };
const anything = z.object({ service: z.string() });
const never = new Promise<void>(() => undefined);
const DONE = /^✅ Done/;

/** What the tools have told the model before its last answer, in order. */
function heard({ asked }: AgentRun): readonly string[] {
  return (asked.at(-1) ?? []).flatMap((one) => (one.role === "tool" ? [one.content] : []));
}

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
