// "@Countersign use staging-1" in a run's thread: the answer to its question, counted as a click is, and never to another question.
import { expect, test } from "vitest";
import * as z from "zod";
import { askApproval, askQuestion } from "../../src/approvals/ask.ts";
import { Annotation, AnswerRefused, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { post, signed } from "../support/deliver.ts";
import { asking, type Asked, startAsking, textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, told } from "../support/system.ts";

/** What only this person is told, in the thread where they mention the app. */
async function toldAfter(person: LocalPerson, thread: Message, text: string): Promise<Message> {
  const before = (await person.ephemerals()).length;
  const threadTs = thread.threadTs ?? thread.ts;
  expect(await person.say(DEPLOYS, `@countersign ${text}`, threadTs)).toMatchObject({
    answer: { kind: "ok" },
  });
  const [said, ...others] = (await person.ephemerals()).slice(before);
  expect(others).toEqual([]);
  if (said === undefined) throw new Error("Nobody was told anything.");
  expect(said.threadTs).toBe(threadTs);
  return said;
}

const mentioned = async (...said: Parameters<typeof toldAfter>): Promise<string> =>
  (await toldAfter(...said)).text;

const clarifying = (options: readonly string[] = []): Promise<Asked> =>
  startAsking(asking(() => askQuestion("Which cluster?", { options })));

test("the words of a mention answer the only question of a run's thread, as they were written", async () => {
  const { rita, waiting, goOn, ended } = await clarifying();
  const card = await waiting();
  expect(await mentioned(rita, card, `use "staging-1" & it's fine, see #deploys`)).toMatch(
    /^Your answer is recorded\./,
  );
  await goOn();
  expect(await ended()).toBe(
    `✅ The node got ${JSON.stringify(`use "staging-1" &amp; it's fine, see ${DEPLOYS}`)}`,
  );
  expect(textIn(await messageLike(rita, /^Answered by <@/))).toContain(rita.id);
});

test.each([
  ["STAGING-2", "staging-2"],
  ["neither of them", "neither of them"],
])("where there are options, “%s” is one of them or an answer of its own", async (text, got) => {
  const { rita, waiting, goOn, ended } = await clarifying(["staging-1", "staging-2"]);
  await mentioned(rita, await waiting(), text);
  await goOn();
  expect(await ended()).toBe(`✅ The node got ${JSON.stringify(got)}`);
});

test("whoever may not answer is told so, and it is in the run's history", async () => {
  const { bo, gus, rita, waiting, goOn } = await clarifying();
  const card = await waiting();
  expect(await mentioned(bo, card, "staging-1")).toMatch(
    /^You can't decide this one: it needs <@\w+>\. Your answer was not counted\./,
  );
  expect(await mentioned(gus, card, "staging-1")).toMatch(
    /^Guests can't decide requests: .*Your answer was not counted\.$/,
  );
  expect((await waiting()).text).toMatch(/^Answer needed/);
  await goOn();
  expect(textIn(await toldAfter(rita, card, "history"))).toMatch(new RegExp(`<@${bo.id}>[^\\n]*not`));
});

test("what looks like a mistyped command is no answer, until it is said to be one", async () => {
  const { rita, waiting, goOn, ended } = await clarifying();
  const card = await waiting();
  expect(await mentioned(rita, card, "statsu")).toBe(
    "I don't know “statsu”. Did you mean `@Countersign status`? If it is your answer, write `@Countersign answer: statsu`. Nothing was recorded.",
  );
  expect(await mentioned(rita, card, "status")).toMatch(/^🟠 \*asking\* r-/);
  expect(await mentioned(rita, card, "answer:")).toMatch(/^Please write your answer behind it/);
  await mentioned(rita, card, "Answer: status");
  await goOn();
  expect(await ended()).toBe('✅ The node got "status"');
});

test("too long an answer, and one that is no number where one is asked for, are refused with what to mend", async () => {
  const workflow = asking(() => interrupt({ question: "How many?" }, { responseSchema: z.number() }));
  const { bo, waiting } = await startAsking(workflow);
  const card = await waiting();
  expect(await mentioned(bo, card, "x".repeat(3_001))).toMatch(
    /^Your answer has 3001 characters, and 3000 are the most\./,
  );
  expect(await mentioned(bo, card, "a few")).toBe("Please write a number. Your answer was not counted.");
});

/** As Slack delivers a mention, which may be long after it was written. */
async function delivered({ appUrl, rita }: Asked, written: { text: string; ts: string; threadTs: string }) {
  const { text, ts, threadTs } = written;
  const event = {
    type: "app_mention",
    user: rita.id,
    channel: DEPLOYS,
    ts,
    event_ts: ts,
    thread_ts: threadTs,
  };
  const delivery = signed(
    "application/json",
    JSON.stringify({
      ...{ type: "event_callback", team_id: SEED.teamId, event_id: `Ev${ts}`, event_time: 1 },
      event: { ...event, text: `<@${SEED.users.bot}> ${text}` },
    }),
  );
  const before = (await rita.ephemerals()).length;
  expect((await post(appUrl, delivery)).status).toBe(200);
  return (await rita.ephemerals())[before]?.text;
}

test("a mention that was written before a question was asked answers an earlier one or none, however late it comes", async () => {
  const workflow = asking(() => [askQuestion("Which cluster?"), askQuestion("Which version?")]);
  const own = await startAsking(workflow);
  const { rita, waiting, goOn, ended } = own;
  const card = await waiting();
  const threadTs = card.threadTs ?? "";
  await rita.say(DEPLOYS, "Let me look.", threadTs);
  const ts = (await rita.thread(DEPLOYS, threadTs)).at(-1)?.ts ?? "";
  const written = { text: "staging-1", ts, threadTs };
  expect(await delivered(own, written)).toMatch(/^Your answer is recorded\./);
  expect(await delivered(own, written)).toMatch(
    /^You already answered this .* It counted; nothing more to do\.$/,
  );
  await goOn();
  expect(textIn(await waiting())).toContain("Which version?");
  expect(await delivered(own, written)).toMatch(/was asked after you wrote this/);
  await mentioned(rita, card, "v2");
  await goOn();
  expect(await ended()).toBe('✅ The node got ["staging-1","v2"]');
});

test("an answer that the node refuses is not taken again when its mention comes again, and the next one is", async () => {
  const workflow = asking(() => {
    const cluster = askQuestion("Which cluster?");
    if (cluster !== "staging-1")
      throw new AnswerRefused([{ path: "", message: "there is none of that name" }]);
    return cluster;
  });
  const own = await startAsking(workflow);
  const { rita, waiting, goOn, ended } = own;
  const threadTs = (await waiting()).threadTs ?? "";
  await rita.say(DEPLOYS, "Let me look.", threadTs);
  const ts = (await rita.thread(DEPLOYS, threadTs)).at(-1)?.ts ?? "";
  const written = { text: "staging-9", ts, threadTs };
  await delivered(own, written);
  await goOn();
  expect(textIn(await waiting())).toContain("there is none of that name");
  expect(await delivered(own, written)).toMatch(/was asked after you wrote this/);
  await mentioned(rita, await waiting(), "staging-1");
  await goOn();
  expect(await ended()).toBe('✅ The node got "staging-1"');
});

test("with two questions waiting, a mention answers neither and says so", async () => {
  const State = Annotation.Root({ one: Annotation<string>(), two: Annotation<string>() });
  const workflow = defineWorkflow<z.ZodObject, typeof State.State>({
    ...{ name: "asking", description: "Asks twice at once", example: "", version: "1", input: z.object({}) },
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: () =>
      new StateGraph(State)
        .addNode("first", () => ({ one: askQuestion("Which cluster?") }))
        .addNode("second", () => ({ two: askQuestion("Which version?") }))
        .addEdge(START, "first")
        .addEdge(START, "second"),
    outcome: (state) => ({ good: true, text: `The node got ${JSON.stringify(state)}` }),
  });
  const { rita, waiting, goOn, ended } = await startAsking(workflow);
  const card = await waiting();
  expect(await mentioned(rita, card, "staging-1")).toBe(
    "2 questions wait here, so I can't tell which of them this answers. Nothing was recorded; please answer on their cards.",
  );
  await rita.click(card, "Answer…");
  await rita.submit(await rita.waitFor(({ views }) => views.at(-1)), { answer: "on the card" });
  await mentioned(rita, card, "by mention");
  await goOn();
  const got = await ended();
  expect([got.match(/on the card/g)?.length, got.match(/by mention/g)?.length]).toEqual([1, 1]);
});

const action = { name: "deploy", args: { env: "prod" } };

test.each([
  ["an action", () => askApproval({ title: "Deploy?", action }), "approve"],
  ["an action", () => askApproval({ title: "Deploy?", action }), "go ahead"],
  ["a choice", () => interrupt({ question: "Deploy?", options: ["now", "later"] }), "now"],
  [
    "an action that takes words, too,",
    () => interrupt({ question: "Deploy?" }, { answers: { approve: 1, respond: true } }),
    "Approve it",
  ],
])("a mention neither approves nor chooses %s", async (_, ask, text) => {
  const { bo, waiting } = await startAsking(asking(ask));
  const card = await waiting();
  expect(await mentioned(bo, card, text)).toBe(
    "*Deploy?* is not decided in words. Nothing was recorded; please use the buttons on its card.",
  );
  expect((await waiting()).text).toBe(card.text);
});

test("an action that takes words is answered in words by who may decide it", async () => {
  const workflow = asking(() =>
    interrupt({ question: "Deploy?" }, { answers: { approve: 1, respond: true } }),
  );
  const { bo, waiting, goOn, ended } = await startAsking(workflow);
  await mentioned(bo, await waiting(), "only to staging");
  await goOn();
  expect(await ended()).toBe('✅ The node got "only to staging"');
});

test("elsewhere than in the thread of a run, words answer nothing", async () => {
  const { rita, waiting } = await clarifying();
  const card = await waiting();
  await rita.say(DEPLOYS, "Is checkout out yet?");
  const other = (await rita.messages(DEPLOYS)).at(-1) ?? card;
  expect(other.ts).not.toBe(card.threadTs);
  expect(await mentioned(rita, other, "staging-1")).toMatch(/^I don't know “staging-1”\. Did you mean /);
  expect(await mentioned(rita, other, "answer: staging-1")).toMatch(
    /^I can take an answer only in the thread of the run/,
  );
  expect(await mentioned(rita, other, "status")).toMatch(/^Your runs that are not over: 1 waiting\./);
  await rita.say(DEPLOYS, "/countersign answer: staging-1");
  await told(rita, /^I can take an answer only in the thread of the run that asks\./);
  expect((await waiting()).text).toBe(card.text);
});

test("in a run's thread its name can be left out, and a name that is given counts", async () => {
  const { rita, waiting, logLines } = await clarifying();
  const card = await waiting();
  const name = /r-[0-9a-f]{6}/.exec(textIn(card))?.[0] ?? "";
  for (const [text, answer] of [
    ["show", /asking/],
    ["history", new RegExp(`^History of asking ${name}`)],
    ["audit", new RegExp(`^Audit of asking ${name}`)],
    ["audit export", new RegExp(`whole history of ${name}`)],
    ["retry", /^This run has not failed any more/],
    ["replay", /^Only the operators of \*asking\* can replay/],
    ["status r-000000", /^I know no run “r-000000”/],
    ["cancel r-00000", /^I know no run “r-00000”/],
  ] as const)
    expect(await mentioned(rita, card, text)).toMatch(answer);
  expect(await mentioned(rita, card, "cancel It was the wrong one")).toMatch(
    new RegExp(`^Cancelled ${name}|^The run is cancelled`),
  );
  expect(logLines.join("\n")).toContain("cancelled");
  expect(await mentioned(rita, card, "staging-1")).toMatch(/^I don't know “staging-1”/);
});
