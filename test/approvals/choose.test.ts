// Questions with options: from what a node asks to what it is answered, and what the runtime asks when it does not know what became of a task.
import { describe, expect, test } from "vitest";
import { type Approval, askedApproval, decide } from "../../src/approvals/approval.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import { isOutcomeUnknown } from "../../src/approvals/choose.ts";
import { answerOf } from "../../src/approvals/answer.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { Request } from "../../src/approvals/request.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { INTERRUPT, MemorySaver, START, StateGraph, Annotation, task } from "../../src/graph/index.ts";
import { ANA, member, NOW, pending } from "./fixtures.ts";

const { digest, state, version, revision, ...asked } = pending;

function asking(value: unknown): Approval {
  return askedApproval({ ...asked, request: requestOf(value, "paint") });
}

function cast(approval: Approval, vote: Vote, person = ANA) {
  return decide(approval, { vote, person, digest: approval.digest, now: NOW });
}

const COLOURS = { question: "Which colour?", options: ["red", "blue"], room: "hall", size: { m2: 12 } };

describe("a question with options", () => {
  test("is a choice: an option for each, with what else was said as facts", () => {
    const request = requestOf(COLOURS, "paint");
    expect(request).toEqual({
      guessed: true,
      kind: "choose",
      title: "Which colour?",
      summary: "",
      target: "",
      facts: [
        { label: "room", value: "hall" },
        { label: "size", value: "m2: 12" },
      ],
      risk: "medium",
      action: { name: "paint", args: {} },
      options: [
        { id: "1", label: "red", value: "red", effect: "" },
        { id: "2", label: "blue", value: "blue", effect: "" },
      ],
    });
    expect(Request.parse(request)).toEqual(request);
  });

  test("is decided by one choice, and the node is resumed with the option itself", () => {
    const approval = asking(COLOURS);
    const verdict = cast(approval, { kind: "choose", option: "2" });
    if (verdict.kind !== "accepted") throw new Error(verdict.kind);
    expect(verdict.decision).toEqual({ kind: "chosen", option: "2", by: ANA.id, at: NOW });
    expect(answerOf(approval.request, verdict.decision)).toBe("blue");
    expect(cast(verdict.approval, { kind: "choose", option: "1" })).toMatchObject({ because: "decided" });
    const [, decided] = entriesOfApproval(verdict.approval, NOW);
    expect(decided).toMatchObject({ kind: "decided", answer: { kind: "chosen", option: "2" } });
  });

  test("takes no option that it does not have and no other answer, and a request to approve takes no option", () => {
    const approval = asking(COLOURS);
    const others: readonly Vote[] = [
      { kind: "choose", option: "3" },
      { kind: "choose", option: "__proto__" },
      { kind: "approve" },
      { kind: "edit", args: {} },
      { kind: "reject", reason: "no" },
    ];
    for (const vote of others) expect(cast(approval, vote)).toMatchObject({ because: "not-offered" });
    expect(cast(pending, { kind: "choose", option: "1" })).toMatchObject({ because: "not-offered" });
    expect(cast(approval, { kind: "choose", option: "1" }, member("UEVE"))).toMatchObject({
      because: "not-an-approver",
    });
  });

  test("is answered in other words only where it says so, and the node gets them", () => {
    const closed = asking(COLOURS);
    const open = askedApproval({ ...asked, request: Request.parse({ ...closed.request, inWords: true }) });
    const vote = { kind: "respond", text: "the old one" } as const;
    expect(cast(closed, vote)).toMatchObject({ kind: "refused", because: "not-offered" });
    const verdict = cast(open, vote);
    if (verdict.kind !== "accepted") throw new Error(verdict.kind);
    expect(answerOf(open.request, verdict.decision)).toBe("the old one");
    expect(cast(open, { kind: "choose", option: "2" }).kind).toBe("accepted");
  });

  test("has a digest of its own where other words are an answer, and for what an agent says", () => {
    const { request } = asking(COLOURS);
    const changes = [{}, { inWords: true }, { said: "Red is out." }, { said: "Blue is out." }];
    const digests = changes.map(
      (change) => askedApproval({ ...asked, request: Request.parse({ ...request, ...change }) }).digest,
    );
    expect(new Set(digests).size).toBe(4);
  });

  test("has a digest of its own for other options, another question and other facts", () => {
    const changes = [{ options: ["red", "green"] }, { question: "Which?" }, { room: "attic" }];
    const digests = [{}, ...changes].map((change) => asking({ ...COLOURS, ...change }).digest);
    expect(new Set(digests).size).toBe(4);
  });

  test("with more options than can be shown is refused with a sentence", () => {
    const options = Array.from({ length: 101 }, (_, index) => `option ${index}`);
    expect(() => requestOf({ question: "Which?", options }, "paint")).toThrow(
      'The question "Which?" has 101 options, and people can be shown 100. Ask in two steps.',
    );
    expect(requestOf({ question: "Which?", options: options.slice(1) }, "paint").kind).toBe("choose");
  });

  test.each([
    { question: "Which?", options: [] },
    { question: "Which?", options: [1, 2] },
    { question: "", options: ["a"] },
    { options: ["a"] },
  ])("that is none is no choice: %j", (value) => {
    expect(requestOf(value, "paint").kind).not.toBe("choose");
  });

  test("whose options are empty or twice the same still has one answer for each", () => {
    const request = requestOf({ question: "Which?", options: ["", "a", "a"] }, "paint");
    expect(request).toMatchObject({
      options: [
        { id: "1", label: "Option 1", value: "" },
        { id: "2", label: "a" },
        { id: "3", label: "a" },
      ],
    });
  });
});

test("what the runtime asks of an at-most-once task is a choice between running it again, done and stopping, and its answers are the runtime's", async () => {
  const State = Annotation.Root({ a: Annotation<unknown>() });
  const charge = task({ name: "charge", atMostOnce: true }, () => Promise.reject(new Error("timeout")));
  const graph = new StateGraph(State)
    .addNode("pay", async () => ({ a: await charge() }))
    .addEdge(START, "pay")
    .compile({ checkpointer: new MemorySaver() });
  const thread = { configurable: { thread_id: "t" } };
  await graph.invoke({}, thread).catch(() => undefined);
  const value = (await graph.invoke(null, thread))[INTERRUPT]?.[0]?.value;
  expect(isOutcomeUnknown(value)).toBe(true);
  expect(isOutcomeUnknown({ question: "Which?", options: ["retry"] })).toBe(false);
  const request = requestOf(value, "pay");
  expect(request).toMatchObject({
    kind: "choose",
    title: 'Was "charge" carried out?',
    risk: "high",
    facts: [{ label: "Task", value: "charge" }, { label: "Call" }],
    options: [
      { label: "Run it again", value: "retry", style: "danger" },
      { label: "It was done", value: "done" },
      { label: "Stop here", value: "abort" },
    ],
  });
  expect(Request.parse(request)).toEqual(request);
  // Each of them is an answer that the runtime takes.
  const sent = request.kind === "choose" ? request.options.map((option) => option.value) : [];
  expect(value).toMatchObject({ options: sent });
});
