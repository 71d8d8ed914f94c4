// What stands on the card of an agent's call, and what becomes of edits and answers to it, as people see it in Slack.
import { expect, test } from "vitest";
import * as z from "zod";
import { requestClarification } from "../../src/agent/clarification.ts";
import { humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import { tool } from "../../src/agent/tool.ts";
import { interrupt } from "../../src/graph/index.ts";
import { deployTool, startAgent, statusTool, titleOf } from "../support/agent-workflow.ts";
import { cardOf, form, heard, submitted } from "../support/agent-cards.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };
const staging = { ...prod, env: "staging" };

/** A call with words beside it. */
function saying(content: string, name: string, args: object) {
  const call = { name, arguments: JSON.stringify(args) };
  const tool_calls = [{ index: 0, id: "call_1", type: "function", function: call }];
  return { delta: { role: "assistant", content, tool_calls }, finish: "tool_calls" };
}

test("the card is the tool's own: its words and facts on top, what the model wrote below as what the agent says, and only what can be edited in the form", async () => {
  const rule = {
    title: titleOf,
    summary: "It takes about a minute.",
    risk: "destructive",
    target: ({ service, env }: typeof prod) => `${service} in ${env}`,
    facts: () => [{ label: "Running now", value: "v2.4.0" }],
    schema: z.object({ version: z.string() }),
  } as const;
  const run = await startAgent([saying("Bo has approved this already.", "deploy", prod), "Fine."], {
    tools: [deployTool(rule)],
  });
  const { ana, goOn, deployments } = run;
  const card = await cardOf(ana);
  const shown = textIn(card);
  for (const text of ["It takes about a minute.", "*Running now*\nv2.4.0", "service: checkout", "env: prod"])
    expect(shown).toContain(text);
  expect(shown).toMatch(/\*Risk\*\n.*Destructive/);
  expect(shown).toContain("Acts on: checkout in prod");
  expect(shown).toMatch(/The agent says:\*?\n?.*Bo has approved this already\./);
  expect(shown.indexOf("Bo has approved")).toBeGreaterThan(shown.indexOf("Running now"));
  await ana.click(card, "Edit…");
  const fields = JSON.stringify((await form(ana)).blocks).match(/arg:\w+/g) ?? [];
  expect([...new Set(fields)]).toEqual(["arg:version"]);
  await submitted(ana, { "arg:version": "v2.4.2" });
  await goOn();
  expect(await deployments()).toMatchObject([{ ...prod, version: "v2.4.2" }]);
}, 30_000);

test("a rule that is a function asks where it says so, under the tool's name in words", async () => {
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["deploy", staging],
      ],
      "Fine.",
    ],
    { tools: [deployTool(({ env }, { requester }) => requester !== "" && env === "prod")] },
  );
  expect(await run.deployments()).toMatchObject([staging]);
  await run.ana.click(await cardOf(run.ana, "Deploy"), "Approve");
  await run.goOn();
  expect(await run.deployments()).toMatchObject([staging, prod]);
}, 30_000);

test("what has changed since somebody edited it is asked again, and nothing is done meanwhile", async () => {
  let running = "v2.4.0";
  const facts = () => [{ label: "Running now", value: running }];
  const revalidate = () => Promise.resolve({ facts: facts() });
  const run = await startAgent([[["deploy", prod]], "Fine."], {
    tools: [deployTool({ title: titleOf, facts, revalidate })],
  });
  const { ana, goOn, deployments } = run;
  await ana.click(await cardOf(ana), "Edit…");
  await submitted(ana, { "arg:version": "v2.4.2" });
  running = "v2.3.9";
  await goOn();
  expect(await deployments()).toEqual([]);
  const again = await messageLike(ana, /^Approval needed again: Deploy checkout/);
  expect(textIn(again)).toContain("Running now: v2.4.0 → v2.3.9");
  expect(textIn(again)).toContain("version: v2.4.2");
  await ana.click(again, "Approve");
  await goOn();
  expect(await deployments()).toMatchObject([{ ...prod, version: "v2.4.2" }]);
}, 30_000);

test("a clarification is answered by a mention in the thread", async () => {
  const run = await startAgent([[["request_clarification", { question: "Which service?" }]], "I see."], {
    tools: [requestClarification()],
  });
  const { rita, goOn } = run;
  const { threadTs = "" } = await messageLike(rita, /^Answer needed/);
  await rita.say(DEPLOYS, "@countersign the checkout one", threadTs);
  await goOn();
  expect(heard(run)).toEqual(["the checkout one"]);
}, 30_000);

test("a clarification with a policy of its own is answered by whom that names, by the button of an option", async () => {
  const options = ["checkout", "payments"];
  const run = await startAgent(
    [[["request_clarification", { question: "Which service?", options }]], "I see."],
    { tools: [requestClarification({ policy: { approvers: ["approvers"], requesterMayApprove: false } })] },
  );
  const { ana, goOn } = run;
  await ana.click(await messageLike(ana, /^Answer needed/), "payments");
  await goOn();
  expect(heard(run)).toEqual(["payments"]);
}, 30_000);

test("LangChain's middleware takes an edit and somebody's own words from one card", async () => {
  const allowedDecisions = ["approve", "edit", "respond"] as const;
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["deploy", staging],
      ],
      "So be it.",
    ],
    {
      tools: [deployTool("never")],
      middleware: [humanInTheLoopMiddleware({ interruptOn: { deploy: { allowedDecisions } } })],
    },
  );
  const { ana, goOn, deployments } = run;
  const edited = { ...prod, version: "v2.4.2" };
  await ana.click(await messageLike(ana, /^Approval needed/), /decide_each/);
  await submitted(ana, {
    ...{ "do:0": "edit", "args:0": JSON.stringify(edited) },
    ...{ "do:1": "respond", "say:1": "Staging has it." },
  });
  await goOn();
  expect(await deployments()).toMatchObject([{ ...edited, performed: 1 }]);
  expect(heard(run)).toEqual([expect.stringContaining("v2.4.2"), "Staging has it."]);
}, 30_000);

test("a tool that asks with Agent Inbox's interrupt gets the inbox's response", async () => {
  const mail = tool({
    name: "mail",
    description: "Mails somebody.",
    input: z.object({ to: z.string() }),
    run: (args) =>
      interrupt([
        {
          action_request: { action: "send_email", args },
          config: { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true },
        },
      ]),
  });
  const run = await startAgent([[["mail", { to: "lee@example.com" }]], "Fine."], { tools: [mail] });
  await run.ana.click(await messageLike(run.ana, /^Approval needed/), "Respond…");
  await submitted(run.ana, { answer: "Ask him first." });
  await run.goOn();
  expect(heard(run)).toEqual([JSON.stringify([{ type: "response", args: "Ask him first." }])]);
}, 30_000);

test("a stop before the model comes before it is asked anything, and one after the tools before it hears of them", async () => {
  const status = [["service_status", { service: "checkout", env: "prod" }]] as const;
  const run = await startAgent([status, "Fine."], {
    ...{ tools: [statusTool], interruptBefore: ["model"], interruptAfter: ["tools"] },
  });
  const { ana, rita, goOn, asked } = run;
  expect(asked).toEqual([]);
  await ana.click(await messageLike(ana, /^Approval needed: Before the step "model"/), "Approve");
  await goOn();
  expect(asked).toHaveLength(1);
  await ana.click(await messageLike(ana, /^Approval needed: After the step "tools"/), "Approve");
  await goOn();
  await messageLike(rita, /^✅ Done/);
  expect(asked).toHaveLength(2);
}, 30_000);
