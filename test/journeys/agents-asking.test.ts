// What agents ask, answered in Slack when things are not as they were: a workflow that was changed, a target that fails, guardrails, hostile arguments.
import { expect, test } from "vitest";
import * as z from "zod";
import { requestClarification } from "../../src/agent/clarification.ts";
import { classifier } from "../../src/agent/classifier.ts";
import { atMost, denyPattern } from "../../src/agent/rules.ts";
import { tool } from "../../src/agent/tool.ts";
import type { ToolContext } from "../../src/agent/tool-context.ts";
import { interrupt } from "../../src/graph/index.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Services } from "../../src/runs/workflow.ts";
import {
  type AgentRun,
  agentWorkflow,
  deployTool,
  startAgent,
  statusTool,
} from "../support/agent-workflow.ts";
import { cardOf, heard, submitted } from "../support/agent-cards.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, told } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };

test("an approval of an agent's call that came before its workflow was changed does not count: it is asked again and done once", async () => {
  const run = await startAgent([[["deploy", prod]], "Fine."]);
  const { ana, bo, rita, goOn, deployments, deploy } = run;
  const before = await cardOf(ana);
  await ana.click(before, "Approve");
  await told(ana, /^Your decision is recorded/);
  deploy(agentWorkflow({}, "2"));
  await goOn();
  expect(await deployments()).toEqual([]);
  const again = await messageLike(bo, /^Approval needed again: Deploy checkout/);
  expect(again.ts).toBe(before.ts);
  expect(textIn(again)).toContain(
    "🔁 *Asked again:* the workflow was changed while this waited. Earlier answers do not count.\n• version 1 → 2",
  );
  await bo.click(again, "Approve");
  await goOn();
  await messageLike(rita, /^✅ Done/);
  expect(await deployments()).toMatchObject([{ ...prod, performed: 1, replays: 0 }]);
}, 30_000);

test.each(["1", "2"])(
  "who approves a call of a tool that is gone runs nothing, and the model hears that there is no such tool (version %s)",
  async (version) => {
    const run = await startAgent([[["deploy", prod]], "I see."]);
    const { ana, rita, goOn, deployments, deploy } = run;
    const card = await cardOf(ana);
    deploy(agentWorkflow({ tools: [statusTool] }, version));
    await ana.click(card, "Approve");
    await goOn();
    if (version === "2") {
      await ana.click(await messageLike(ana, /^Approval needed again: Deploy checkout/), "Approve");
      await goOn();
    }
    await messageLike(rita, /^✅ Done/);
    expect(await deployments()).toEqual([]);
    expect(heard(run)).toEqual(['Error: There is no tool "deploy". Use one of: service_status.']);
  },
  30_000,
);

function deployWithDefault(env: string, approval: "always" | "never" = "always") {
  return tool({
    name: "deploy",
    description: "Deploys a version of a service.",
    input: z.object({ service: z.string(), version: z.string(), env: z.string().default(env) }),
    approval,
    run: (body, { services, idempotencyKey }: ToolContext<Services>) =>
      services.ops.post(["deployments"], { body, key: idempotencyKey() }),
  });
}

test.each(["1", "2"])(
  "what was shown is what runs: a default that was changed meanwhile does not reach what people approved (version %s)",
  async (version) => {
    const run = await startAgent([[["deploy", { service: "checkout", version: "v2.4.1" }]], "Fine."], {
      tools: [deployWithDefault("staging")],
    });
    const { ana, rita, goOn, deployments, deploy } = run;
    const card = await cardOf(ana, "Deploy");
    expect(textIn(card)).toContain("staging");
    deploy(agentWorkflow({ tools: [deployWithDefault("prod")] }, version));
    await ana.click(card, "Approve");
    await goOn();
    if (version === "2") {
      await ana.click(await messageLike(ana, /^Approval needed again: Deploy/), "Approve");
      await goOn();
    }
    await messageLike(rita, /^✅ Done/);
    expect(await deployments()).toMatchObject([{ ...prod, env: "staging" }]);
  },
  30_000,
);

const full = { tools: [deployWithDefault("prod")], autonomy: "full" } as const;
const never = { tools: [deployWithDefault("prod", "never")] };

test.each([
  ["never asks", never],
  ["has full autonomy", full],
])(
  "what somebody rejected is not done, though the agent %s by then",
  async (_, changed) => {
    const run = await startAgent([[["deploy", prod]], "I see."], { tools: [deployWithDefault("prod")] });
    const { ana, rita, goOn, deployments, deploy } = run;
    await ana.click(await cardOf(ana, "Deploy"), "Reject…");
    await submitted(ana, { reason: "Unsafe", note: "No." });
    deploy(agentWorkflow(changed));
    await goOn();
    await messageLike(rita, /^✅ Done/);
    expect(await deployments()).toEqual([]);
  },
  30_000,
);

/** Sends at most once; the target acts, and its answer is lost the first time. */
async function startMailing() {
  const sent = { count: 0 };
  const mail = tool({
    name: "send_mail",
    description: "Sends a mail.",
    input: z.object({ to: z.string() }),
    approval: { title: ({ to }) => `Mail ${to}` },
    atMostOnce: true,
    run: ({ to }, { services, idempotencyKey }: ToolContext<Services>) =>
      services.ops.post(["outbox"], { body: { to, subject: "Hi", body: "Hello" }, key: idempotencyKey() }),
  });
  const run = await startAgent([[["send_mail", { to: "lee@example.com" }]], "Sent."], {
    tools: [mail],
    http: () => async (input, init) => {
      const answer = await fetch(input, init);
      sent.count += 1;
      if (sent.count > 1) return answer;
      await answer.body?.cancel();
      return new Response(JSON.stringify({ error: "It broke." }), { status: 500 });
    },
  });
  const { ana, rita, goOn } = run;
  await ana.click(await cardOf(ana, "Mail lee@example.com"), "Approve");
  await goOn();
  await rita.click(await messageLike(rita, /^assist r-.*Failed/), "Retry");
  await told(rita, /^The run is queued again/);
  await goOn();
  return { ...run, sent };
}

test("what a tool may do at most once and may have done is not done again: Retry asks the operators, and It was done goes on", async () => {
  const run = await startMailing();
  const { ana, bo, rita, goOn, outbox, sent } = run;
  const card = await messageLike(ana, /^Answer needed/);
  expect(card.text).toContain('Was "send_mail" carried out?');
  expect(card.text).toContain(`Can decide: <!subteam^${SEED.groups.ops}>`);
  await bo.click(card, "It was done");
  await told(bo, /^You can't decide this one/);
  await ana.click(card, "It was done");
  await goOn();
  await messageLike(rita, /^✅ Done/);
  expect(sent.count).toBe(1);
  expect(await outbox()).toMatchObject([{ performed: 1, replays: 0 }]);
  expect(heard(run)).toEqual(["Done."]);
}, 30_000);

const allow = JSON.stringify({ verdict: "allow", reason: "It is about services." });

async function historyOf({ rita }: AgentRun): Promise<string> {
  const { text } = await messageLike(rita, /^assist r-/);
  await rita.say(DEPLOYS, `/countersign history ${/r-[0-9a-f]{6}/.exec(text)?.[0] ?? ""}`);
  return textIn(await told(rita, /^History of assist/));
}

const business = classifier({ name: "business", instructions: "Allow requests about services." });

test("a classifier that blocks what was asked for ends the run before the agent begins, and the verdict is in the history", async () => {
  const block = JSON.stringify({ verdict: "block", reason: "It is about cooking." });
  const run = await startAgent([block, [["deploy", prod]]], { guardrails: [business] });
  const end = await messageLike(run.rita, /^⛔ /);
  // A model's words would pass for ours here; the history tells them as what was said.
  expect(end.text).toMatch(
    /The agent did not begin: the guardrail "business" stopped what was asked for\. <@/,
  );
  expect(run.asked).toHaveLength(1);
  expect(await historyOf(run)).toMatch(
    /guardrail “business” stopped what was asked for.*It is about cooking\./,
  );
}, 30_000);

const scale = tool({
  name: "scale",
  description: "Says how many replicas a service has.",
  input: z.object({ service: z.string(), replicas: z.number() }),
  approval: "always",
  run: () => "scaled",
});

test("what a classifier lets pass goes on to the rules: a pattern and a limit stop calls before people are asked, a result is withheld, and each verdict is in the history", async () => {
  const status = (service: string) => ["service_status", { service, env: "prod" }] as const;
  const run = await startAgent(
    [
      allow,
      [status("payments"), ["scale", { service: "checkout", replicas: 50 }], status("checkout")],
      "I see.",
    ],
    {
      tools: [statusTool, scale],
      guardrails: [
        business,
        denyPattern({ name: "no-payments", pattern: /payments/i, reason: "Payments are not for agents." }),
        atMost({ name: "size", tools: ["scale"], arg: "replicas", max: 20 }),
        denyPattern({
          ...{ name: "no-leaks", on: ["result"], pattern: /"name":"checkout"/ },
          reason: "What it said is secret.",
        }),
      ],
    },
  );
  const end = await messageLike(run.rita, /^✅ Done/);
  expect(textIn(end)).toContain("I see.");
  expect(heard(run)).toEqual([
    'Error: This call was not carried out: the guardrail "no-payments" stopped it. Payments are not for agents.',
    'Error: This call was not carried out: the guardrail "size" stopped it. replicas must be a number, 20 at most.',
    'Error: The result of this call is withheld: the guardrail "no-leaks" stopped it. What it said is secret.',
  ]);
  const history = await historyOf(run);
  for (const verdict of [
    /guardrail “business” let pass what was asked for.*It is about services\./,
    /guardrail “no-payments” stopped service_status.*Payments are not for agents\./,
    /guardrail “no-payments” let pass scale/,
    /guardrail “size” stopped scale.*20 at most/,
    /guardrail “size” let pass service_status/,
    /guardrail “no-leaks” stopped service_status.*What it said is secret\./,
  ])
    expect(history).toMatch(verdict);
}, 30_000);

const askingTool = tool({
  name: "pick",
  description: "Picks a host.",
  input: z.object({ hosts: z.array(z.string()) }),
  run: ({ hosts }) => `picked ${interrupt<string, string>(`Which of ${hosts.join(", ")}?`)}`,
});

test("full autonomy asks nobody for a tool's own rule, but a clarification and a tool that asks by itself still do", async () => {
  const run = await startAgent(
    [
      [
        ["deploy", prod],
        ["request_clarification", { question: "Which service?" }],
        ["pick", { hosts: ["web-1", "web-2"] }],
      ],
      "Fine.",
    ],
    { autonomy: "full", tools: [deployTool(), requestClarification(), askingTool] },
  );
  const { ana, rita, goOn, deployments } = run;
  expect(await deployments()).toMatchObject([{ ...prod, performed: 1 }]);
  await rita.click(await messageLike(rita, /^Answer needed: .*“Which service\?”/), "Answer…");
  await submitted(rita, { answer: "checkout" });
  await ana.click(await messageLike(ana, /^(Answer|Approval) needed: .*Which of web-1, web-2\?/), "Answer…");
  await submitted(ana, { answer: "web-2" });
  await goOn();
  await messageLike(rita, /^✅ Done/);
  expect(heard(run).slice(1)).toEqual(["checkout", "picked web-2"]);
  expect(await deployments()).toMatchObject([{ ...prod, performed: 1, replays: 0 }]);
}, 30_000);

test("step by step, who agrees to a step has not agreed to the tool: its own rule still asks", async () => {
  const run = await startAgent([[["deploy", prod]], "Fine."], { autonomy: "step-by-step" });
  const { ana, goOn, deployments } = run;
  await ana.click(await messageLike(ana, /^Approval needed: After the step "model": call deploy/), "Approve");
  await goOn();
  const card = await cardOf(ana);
  expect(await deployments()).toEqual([]);
  await ana.click(card, "Approve");
  await goOn();
  expect(await deployments()).toMatchObject([prod]);
  expect(run.asked).toHaveLength(1);
  await ana.click(await messageLike(ana, /^Approval needed: After the step "tools"/), "Approve");
  await goOn();
  expect(run.asked).toHaveLength(2);
}, 30_000);

test("whatever a model writes as an argument is a part of an address below the target's, or refused: nothing else is reached", async () => {
  const hostile = [
    "../x",
    "..",
    "a/../../admin",
    "%2e%2e/admin",
    "@evil.example",
    "http://169.254.169.254/",
    "file:///etc/passwd",
    "",
  ];
  const reached: string[] = [];
  const run = await startAgent(
    [hostile.map((service) => ["service_status", { service, env: "prod" }] as const), "I see."],
    {
      http: () => (input, init) => {
        reached.push(input instanceof Request ? input.url : String(input));
        return fetch(input, init);
      },
    },
  );
  await messageLike(run.rita, /^✅ Done/);
  const refused = /^Error: Nothing was asked of 127\.0\.0\.1:\d+: .* cannot be a part of an address\./;
  const unknown = /^Error: .*(no service|not found|unknown)/i;
  expect(heard(run)).toEqual(
    [refused, refused, refused, refused, unknown, unknown, unknown, refused].map((pattern): unknown =>
      expect.stringMatching(pattern),
    ),
  );
  const below = `${run.config.opsUrl}/services/prod/`;
  expect(reached.toSorted()).toEqual(
    ["@evil.example", "http://169.254.169.254/", "file:///etc/passwd"]
      .map((service) => below + encodeURIComponent(service))
      .toSorted(),
  );
}, 30_000);
