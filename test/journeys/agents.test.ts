// Agents in the whole product: the model wants something, people are asked in Slack, and what they answer is what is done and what the model hears.
import { expect, test } from "vitest";
import type * as z from "zod";
import type { AgentState } from "../../src/agent/agent-state.ts";
import type { ApprovalRule } from "../../src/agent/approval-rule.ts";
import { requestClarification } from "../../src/agent/clarification.ts";
import { denyValues } from "../../src/agent/rules.ts";
import { classifier } from "../../src/agent/classifier.ts";
import { humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Services } from "../../src/runs/workflow.ts";
import type { Line } from "../support/model.ts";
import type { Target } from "../support/agent-workflow.ts";
import { deployTool, startAgent, statusTool, titleOf } from "../support/agent-workflow.ts";
import { cardOf, heard, submitted } from "../support/agent-cards.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, retryAbove, told } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };
const staging = { service: "checkout", version: "v2.4.1", env: "staging" };

async function nameOf(person: LocalPerson): Promise<string> {
  return /r-[0-9a-f]{6}/.exec((await messageLike(person, /^assist r-/)).text)?.[0] ?? "";
}

test("what the model wants side by side is asked about at once, decided in any order, done once, and answered to it in order", async () => {
  const run = await startAgent([
    [
      ["deploy", prod],
      ["service_status", { service: "checkout", env: "prod" }],
      ["deploy", staging],
    ],
    "Staging has v2.4.1; prod waits. See https://evil.example/x",
  ]);
  const { ana, bo, rita, goOn, deployments } = run;
  const first = await cardOf(ana, "Deploy checkout v2.4.1 to prod");
  const second = await cardOf(ana, "Deploy checkout v2.4.1 to staging");
  await ana.click(second, "Approve");
  await told(ana, /^Your decision is recorded/);
  await goOn();
  expect(await deployments()).toMatchObject([{ ...staging, performed: 1, replays: 0 }]);
  await bo.click(first, "Reject…");
  await submitted(bo, { reason: "Not now", note: "Freeze until Monday." });
  await goOn();
  expect(heard(run)).toEqual([
    "A human rejected this call, and it was not carried out: Not now: Freeze until Monday.",
    expect.stringContaining('"name":"checkout"'),
    expect.stringContaining('"version":"v2.4.1"'),
  ]);
  expect(await deployments()).toMatchObject([{ ...staging, performed: 1, replays: 0 }]);
  const end = textIn(await messageLike(rita, /^✅ Done/));
  expect(end).toContain("The agent says:\nStaging has v2.4.1; prod waits. See (link left out)");
}, 30_000);

test("an edit is what is done, and the model is told; an answer in somebody's own words stands in for the tool", async () => {
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["deploy", staging],
      ],
      "Fine.",
    ],
    {
      tools: [deployTool({ title: titleOf, allowed: ["approve", "edit", "reject", "respond"] })],
    },
  );
  const { ana, goOn, deployments } = run;
  await ana.click(await cardOf(ana, "Deploy checkout v2.4.1 to prod"), "Edit…");
  await submitted(ana, { "arg:version": "v2.4.2" });
  await ana.click(await cardOf(ana, "Deploy checkout v2.4.1 to staging"), "Respond…");
  await submitted(ana, { answer: "Staging has it already." });
  await goOn();
  expect(await deployments()).toMatchObject([{ ...prod, version: "v2.4.2", performed: 1 }]);
  expect(heard(run)).toEqual([
    expect.stringMatching(/^A human changed the arguments before it was carried out; they are .*v2\.4\.2/),
    "A human answered in place of the tool, which was not carried out: Staging has it already.",
  ]);
}, 30_000);

test("who answers what the agent asks is who started it, and the model hears the words", async () => {
  const run = await startAgent([[["request_clarification", { question: "Which service?" }]], "I see."], {
    tools: [requestClarification()],
  });
  const { ana, rita, goOn } = run;
  const card = await messageLike(rita, /^Answer needed: .*“Which service\?”/);
  await ana.click(card, "Answer…");
  await told(ana, /^You can't decide this one/);
  await rita.click(card, "Answer…");
  await submitted(rita, { answer: "checkout, please" });
  await goOn();
  expect(heard(run)).toEqual(["checkout, please"]);
}, 30_000);

test("a model that fails loses nothing: the run says so, and Retry asks it again", async () => {
  const run = await startAgent([
    [["service_status", { service: "checkout", env: "prod" }]],
    { status: 503 },
    "It is fine.",
  ]);
  const { rita, goOn } = run;
  const card = await messageLike(
    rita,
    /Failed: The model at 127\.0\.0\.1:\d+ cannot answer right now \(503\)/,
  );
  await retryAbove(rita, card);
  await told(rita, /^The run is queued again/);
  await goOn();
  await messageLike(rita, /^✅ Done/);
  expect(run.asked).toHaveLength(3);
  expect(heard(run)).toHaveLength(1);
}, 30_000);

test.each<[string, Line, RegExp]>([
  ["an empty answer", "", /gave an empty answer/],
  ["a refusal", { delta: { role: "assistant", refusal: "I can't help with that." } }, /declined to answer/],
  [
    "an answer that its filter held back",
    { delta: { content: "Su" }, finish: "content_filter" },
    /content filter/,
  ],
  ["half an answer", { delta: { content: "It is" }, finish: "length" }, /cut off/],
])(
  "%s of the model fails the run in words, and Retry asks again",
  async (_, line, words) => {
    const run = await startAgent([line, "It is fine."]);
    const card = await messageLike(run.rita, words);
    await run.rita.click(await messageLike(run.rita, /^assist r-.*Failed/), "Retry");
    await run.goOn();
    await messageLike(run.rita, /^✅ Done/);
    expect(card.text).toMatch(/Decisions stand; Retry/);
  },
  30_000,
);

test("guardrails come before people: what they stop is not asked about, what people make of it passes them too, and every verdict is in the history", async () => {
  const noStaging = denyValues({ name: "no-staging", tools: ["deploy"], arg: "env", values: ["staging"] });
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["deploy", staging],
      ],
      "I see.",
    ],
    { guardrails: [noStaging] },
  );
  const { ana, rita, goOn, deployments } = run;
  await ana.click(await cardOf(ana, "Deploy checkout v2.4.1 to prod"), "Edit…");
  await submitted(ana, { "arg:env": "staging" });
  await goOn();
  const stopped =
    /^Error: This call was not carried out: the guardrail "no-staging" stopped it\. env cannot be "staging"\./;
  expect(heard(run)).toEqual([expect.stringMatching(stopped), expect.stringMatching(stopped)]);
  expect(await deployments()).toEqual([]);
  await messageLike(rita, /^✅ Done/);
  await rita.say(DEPLOYS, `/countersign history ${await nameOf(rita)}`);
  const history = textIn(await told(rita, /^History of assist/));
  expect(history.match(/guardrail “no-staging” stopped deploy/g)).toHaveLength(2);
  expect(history.match(/guardrail “no-staging” let pass deploy/g)).toHaveLength(1);
}, 30_000);

test("a classifier that gives no verdict stops what was asked for before the agent begins, and is asked again by Retry", async () => {
  const run = await startAgent(["Sure, go ahead!", '{"verdict":"allow","reason":"Fine."}', "Done so."], {
    guardrails: [classifier({ name: "business-only", instructions: "Allow requests about services." })],
  });
  await messageLike(
    run.rita,
    /The agent did not begin: the guardrail "business-only" stopped what was asked for\. It could not be checked/,
  );
  expect(run.asked).toHaveLength(1);
  await run.rita.click(await messageLike(run.rita, /^assist r-.*Failed/), "Retry");
  await run.goOn();
  await messageLike(run.rita, /^✅ Done/);
}, 30_000);

test("a stop before the tools shows the calls that wait, and rejecting them tells the model so", async () => {
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["service_status", { service: "checkout", env: "prod" }],
      ],
      "As you wish.",
    ],
    {
      interruptBefore: ["tools"],
    },
  );
  const { ana, goOn, deployments } = run;
  await ana.click(
    await messageLike(ana, /^Approval needed: Before the step "tools": call deploy, service_status\./),
    "Reject…",
  );
  await submitted(ana, { reason: "Unsafe", note: "Not today." });
  await goOn();
  expect(heard(run)).toEqual(
    Array(2).fill("This call was rejected by a human and was not carried out: Unsafe: Not today."),
  );
  expect(await deployments()).toEqual([]);
}, 30_000);

test("LangChain's middleware asks once for all its calls; decided one by one, what is approved runs beside what is not", async () => {
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["service_status", { service: "checkout", env: "prod" }],
        ["deploy", staging],
      ],
      "So be it.",
    ],
    {
      tools: [deployTool("never"), statusTool],
      middleware: [humanInTheLoopMiddleware({ interruptOn: { deploy: true } })],
    },
  );
  const { ana, goOn, deployments } = run;
  await ana.click(await messageLike(ana, /^Approval needed/), /decide_each/);
  await submitted(ana, { "do:0": "reject", "say:0": "Not prod.", "do:1": "approve" });
  await goOn();
  expect(heard(run)).toEqual([
    "Not prod.",
    expect.stringContaining('"name":"checkout"'),
    expect.stringContaining('"version":"v2.4.1"'),
  ]);
  expect(await deployments()).toMatchObject([{ ...staging, performed: 1 }]);
}, 30_000);

test("a tool asks as its rule says, of its arguments, the state and the requester; two must agree where its own policy says so", async () => {
  const seen: unknown[] = [];
  const rule = {
    when: (
      args: object,
      { state, requester }: { readonly state: AgentState; readonly requester: string },
    ) => {
      seen.push([args, state.messages.length, requester]);
      return requester === SEED.users.rita && "env" in args && args.env === "prod";
    },
    title: titleOf,
    policy: { approvers: ["approvers"], requesterMayApprove: false, quorum: 2 },
  } satisfies ApprovalRule<z.infer<typeof Target>, Services>;
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["deploy", staging],
      ],
      "Fine.",
    ],
    { tools: [deployTool(rule)] },
  );
  const { ana, bo, goOn, deployments } = run;
  expect(seen).toContainEqual([prod, 2, run.rita.id]);
  expect(await deployments()).toMatchObject([{ ...staging, performed: 1 }]);
  const card = await cardOf(ana, "Deploy checkout v2.4.1 to prod");
  await ana.click(card, "Approve");
  await goOn();
  expect(await deployments()).toHaveLength(1);
  await bo.click(await cardOf(bo, "Deploy checkout v2.4.1 to prod"), "Approve");
  await goOn();
  expect(await deployments()).toMatchObject([staging, prod]);
  // What was found out once holds: the rule is not asked again when somebody has answered.
  expect(seen).toHaveLength(2);
}, 30_000);

test("what has changed since it was shown is asked again, and nothing is done meanwhile", async () => {
  let running = "v2.4.0";
  const looks = () => Promise.resolve({ facts: [{ label: "Running now", value: running }] });
  const tools = [
    deployTool({
      title: titleOf,
      facts: () => [{ label: "Running now", value: running }],
      revalidate: looks,
    }),
  ];
  const run = await startAgent([[["deploy", prod]], "Fine."], { tools });
  const { ana, goOn, deployments } = run;
  const card = await cardOf(ana, "Deploy checkout v2.4.1 to prod");
  running = "v2.3.9";
  await ana.click(card, "Approve");
  await goOn();
  expect(await deployments()).toEqual([]);
  const again = await messageLike(ana, /^Approval needed again: Deploy checkout/);
  expect(textIn(again)).toContain("Running now: v2.4.0 → v2.3.9");
  await ana.click(again, "Approve");
  await goOn();
  expect(await deployments()).toMatchObject([{ ...prod, performed: 1 }]);
}, 30_000);

test("what somebody allows for the run is not asked about again where the named arguments are the same, and asked again once it is taken back", async () => {
  const payments = { ...prod, service: "payments" };
  const run = await startAgent(
    [
      [["deploy", prod]],
      [
        ["deploy", payments],
        ["deploy", staging],
      ],
      [["deploy", { ...prod, version: "v2.4.2" }]],
      "Fine.",
    ],
    { tools: [deployTool({ title: titleOf, forRun: ["env"] })] },
  );
  const { ana, rita, goOn, deployments } = run;
  await ana.click(await cardOf(ana, "Deploy checkout v2.4.1 to prod"), /^more$/, { option: "allow-for-run" });
  await submitted(ana, {});
  await goOn();
  // In the other environment it is asked about.
  const asked = await cardOf(ana, "Deploy checkout v2.4.1 to staging");
  expect(await deployments()).toMatchObject([prod, payments]);
  await rita.say(DEPLOYS, `/countersign history ${await nameOf(rita)}`);
  expect(textIn(await told(rita, /^History of assist/)).match(/deploy ran without asking/g)).toHaveLength(1);
  await ana.click(await messageLike(ana, /^assist r-/), "Stop allowing");
  await goOn();
  await ana.click(asked, "Approve");
  await goOn();
  expect(await deployments()).toMatchObject([prod, payments, staging]);
  await ana.click(await cardOf(ana, "Deploy checkout v2.4.2 to prod"), "Approve");
  await goOn();
  expect(await deployments()).toHaveLength(4);
}, 30_000);

test("an author who gives it full autonomy is not asked by its tools; step by step people see each step", async () => {
  const free = await startAgent([[["deploy", prod]], "Fine."], { autonomy: "full" });
  await messageLike(free.rita, /^✅ Done/);
  expect(await free.deployments()).toMatchObject([prod]);
}, 30_000);

test("step by step, people see what the model said before anything follows from it", async () => {
  const run = await startAgent([[["service_status", { service: "checkout", env: "prod" }]], "Fine."], {
    autonomy: "step-by-step",
  });
  const { ana, goOn } = run;
  await ana.click(
    await messageLike(ana, /^Approval needed: After the step "model": call service_status/),
    "Approve",
  );
  await goOn();
  expect(run.asked).toHaveLength(1);
  await ana.click(await messageLike(ana, /^Approval needed: After the step "tools"/), "Approve");
  await goOn();
  expect(run.asked).toHaveLength(2);
}, 30_000);

test("what the model said can be changed before its tools run", async () => {
  const run = await startAgent([[["deploy", prod]], "Fine."], {
    interruptAfter: ["model"],
    tools: [deployTool("never")],
  });
  const { ana, goOn, deployments } = run;
  await ana.click(await messageLike(ana, /^Approval needed: After the step "model": call deploy/), "Edit…");
  await submitted(ana, { "arg:env": "staging" });
  await goOn();
  expect(await deployments()).toMatchObject([staging]);
}, 30_000);
