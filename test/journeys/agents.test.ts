// Agents in the whole product: the model wants something, people are asked in Slack, and what they answer is what is done and what the model hears.
import { expect, test } from "vitest";
import { requestClarification } from "../../src/agent/clarification.ts";
import { denyValues } from "../../src/agent/rules.ts";
import { classifier } from "../../src/agent/classifier.ts";
import { humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { type AgentRun, deployTool, startAgent, statusTool, titleOf } from "../support/agent-workflow.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, told } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };
const staging = { service: "checkout", version: "v2.4.1", env: "staging" };

/** The card that asks about this, while it waits. */
function cardOf(person: LocalPerson, title: string): Promise<Message> {
  return messageLike(person, new RegExp(`^Approval needed: ${title}\\.`));
}

/** What the tools have told the model before its last answer, in order. */
function heard({ asked }: AgentRun): readonly unknown[] {
  return (asked.at(-1) ?? []).flatMap(({ role, content }) => (role === "tool" ? [content] : []));
}

async function submitted(person: LocalPerson, filled: Readonly<Record<string, string>>): Promise<void> {
  await person.submit(await person.waitFor(({ views }) => views.at(-1)), filled);
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
    "Staging has it already.",
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
  const parent = await rita.waitFor(({ messages }) =>
    messages.find(
      ({ ts, blocks }) => ts === (card.threadTs ?? card.ts) && JSON.stringify(blocks).includes("Retry"),
    ),
  );
  await rita.click(parent, "Retry");
  await told(rita, /^The run is queued again/);
  await goOn();
  await messageLike(rita, /^✅ Done/);
  expect(run.asked).toHaveLength(3);
  expect(heard(run)).toHaveLength(1);
}, 30_000);

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
  const name = /r-[0-9a-f]{6}/.exec(textIn(await messageLike(rita, /^assist r-/)))?.[0] ?? "";
  await rita.say(DEPLOYS, `/countersign history ${name}`);
  const history = textIn(await told(rita, /^History of assist/));
  expect(history.match(/guardrail “no-staging” stopped deploy/g)).toHaveLength(2);
  expect(history.match(/guardrail “no-staging” let pass deploy/g)).toHaveLength(1);
}, 30_000);

test("a classifier that gives no verdict stops what was asked for before the agent begins", async () => {
  const run = await startAgent(["Sure, go ahead!"], {
    guardrails: [classifier({ name: "business-only", instructions: "Allow requests about services." })],
  });
  const end = await messageLike(run.rita, /^⛔ /);
  expect(end.text).toMatch(
    /The agent did not begin: the guardrail "business-only" stopped what was asked for\. It could not be checked/,
  );
  expect(run.asked).toHaveLength(1);
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
