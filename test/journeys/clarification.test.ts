// A node asks in an agent's words: whoever started the run answers, on the card, and the node goes on with the words.
import { expect, test } from "vitest";
import { askQuestion } from "../../src/approvals/ask.ts";
import { webhookRequester } from "../../src/approvals/actor.ts";
import { asking, startAsking, textIn } from "../support/one-question.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike, told } from "../support/system.ts";

const QUESTION = "Which cluster should I use? See https://evil.example/x";

test("the requester alone answers an agent's question, which is marked as what it says and leads nowhere", async () => {
  const { rita, bo, waiting, goOn, ended } = await startAsking(asking(() => askQuestion(QUESTION)));
  const card = await waiting();
  expect(card.text).toBe(
    `Answer needed: The agent has a question. The agent says: “Which cluster should I use? See (link left out)” Requested by <@${rita.id}>. Can decide: <@${rita.id}>.`,
  );
  expect(textIn(card)).toContain("The agent says:\nWhich cluster should I use? See (link left out)");
  await bo.click(card, "Answer…");
  await told(bo, /^You can't decide this one: it needs <@/);
  await rita.click(card, "Answer…");
  const form = await rita.waitFor(({ views }) => views.at(-1));
  expect(textIn(form)).toContain(QUESTION);
  await rita.submit(form, { answer: "staging-1, please" });
  await goOn();
  expect(await ended()).toBe('✅ The node got "staging-1, please"');
  const answered = textIn(await messageLike(bo, /^Answered by <@/));
  expect(answered).toMatch(/by <@U0RITA[^]*Which cluster should I use\?[^]*staging-1, please/);
});

test.each([
  ["an option", "staging-2"],
  ["other words", "Neither, use prod-canary."],
])("a question with options is answered with %s", async (_, answer) => {
  const workflow = asking(() =>
    askQuestion("Which cluster?", {
      title: "The deploy agent has a question",
      context: "Both are idle.",
      options: ["staging-1", "staging-2", "staging-1"],
    }),
  );
  const { rita, waiting, goOn, ended } = await startAsking(workflow);
  const card = await waiting();
  expect(textIn(card)).toContain("The agent says:\nWhich cluster?\n\nBoth are idle.");
  if (answer === "staging-2") await rita.click(card, answer);
  else {
    await rita.click(card, "Answer…");
    await rita.submit(await rita.waitFor(({ views }) => views.at(-1)), { answer });
  }
  await goOn();
  expect(await ended()).toBe(`✅ The node got ${JSON.stringify(answer)}`);
});

test("where the policy says so, it is answered by others, and goes on without an answer in time", async () => {
  const workflow = asking(() => {
    const said = askQuestion("Which?", {
      policy: {
        ...{ approvers: ["approvers"], requesterMayApprove: false, expiresAfterMs: 60_000 },
        onExpiry: "resume",
      },
    });
    return { isAnswered: said !== undefined };
  });
  const { rita, waiting, goOn, ended } = await startAsking(workflow);
  await rita.click(await waiting(), "Answer…");
  await told(rita, /^You started this run, so someone else/);
  await goOn();
  expect(await ended()).toBe('✅ The node got {"isAnswered":false}');
});

test("an empty question fails the run with a sentence", async () => {
  const { bo } = await startAsking(asking(() => askQuestion(" \n")));
  await messageLike(bo, /The question is empty\. Say what is asked\./);
});

test("of a run that a webhook has started, the approvers are asked in the requester's place", async () => {
  const asks = asking(() => askQuestion(QUESTION));
  const workflow = { ...asks, listing: { ...asks.listing, webhooks: ["signed" as const] } };
  const { rita, bo, goOn } = await startOwnWorkflow({
    ...{ workflow, words: {}, isRemote: true },
    requester: webhookRequester("signed"),
  });
  await goOn();
  const card = await messageLike(bo, /^Answer needed: The agent has a question\./);
  expect(card.text).toContain("Requested by a signed webhook. Can decide: <!subteam^S0ONCALL>.");
  await rita.click(card, "Answer…");
  await told(rita, /^You can't decide this one: it needs <!subteam\^S0ONCALL>/);
  await bo.click(card, "Answer…");
  await bo.submit(await bo.waitFor(({ views }) => views.at(-1)), { answer: "prod-eu" });
  await goOn();
  expect((await messageLike(bo, /^✅ /)).text).toBe('✅ The node got "prod-eu"');
});
