// The table of what nodes ask with: the first row that knows a value makes its request, and what else was said is not lost.
import { describe, expect, test } from "vitest";
import { answerOf } from "../../src/approvals/answer.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";

const action = { action_request: { action: "send", args: {} }, config: { allow_accept: true } };
const asked = { actionRequests: [{ name: "send", args: {} }] };

test.each<[string, unknown, unknown]>([
  ["Agent Inbox before an action", { ...action, action: "x" }, { reply: { kind: "agent-inbox" } }],
  ["the middleware before a question", { ...asked, question: "Sure?" }, { reply: { kind: "middleware" } }],
  ["options before a question alone", { question: "Which?", options: ["a"] }, { kind: "choose" }],
  ["a question before a draft", { question: "Sure?", draft: "x" }, { kind: "ask" }],
  ["a draft before an action", { draft: "x", action: "send" }, { action: { args: { draft: "x" } } }],
  ["an action before anything", { action: "send" }, { reply: { kind: "action" } }],
  ["anything, where the action is no name", { action: { type: "x" } }, { reply: { kind: "guess" } }],
  [
    "anything, where the question says nothing",
    { question: " " },
    { kind: "approve", reply: { kind: "guess" } },
  ],
  ["anything, where a list of HumanInterrupts is empty", [], { action: { args: { value: [] } } }],
  ["anything, where one of a list is no HumanInterrupt", [action, 1], { reply: { kind: "guess" } }],
])("%s", (_, value, request) => {
  expect(requestOf(value, "node")).toMatchObject(request as object);
});

test.each<[string, object]>([
  ["a question", { question: "Sure?" }],
  ["options", { question: "Which?", options: ["a"] }],
  ["a draft", { draft: "x" }],
  ["arguments set apart", { action: "send", args: { to: "lee" } }],
  ["Agent Inbox", action],
  ["the middleware", asked],
  ["several actions", { actionRequests: [...asked.actionRequests, ...asked.actionRequests] }],
])("what else is said beside %s is a fact", (_, value) => {
  expect(requestOf({ ...value, stage: "legal" }, "node").facts).toEqual([{ label: "stage", value: "legal" }]);
});

describe("an action", () => {
  test.each([
    { type: "object", properties: { to: { type: "string" } } },
    {
      type: "object",
      properties: {
        approved: { type: "boolean" },
        args: { type: "object", properties: { to: { type: "string" } } },
      },
    },
  ])("can be edited where the schema of the answer says what its arguments may be", (responseSchema) => {
    const request = requestOf({ action: "send", to: "lee" }, "node", { responseSchema });
    expect(request).toMatchObject({
      allowed: ["approve", "reject", "edit"],
      schema: { properties: { to: { type: "string" } } },
    });
  });

  test.each([
    { type: "object", properties: { approved: { type: "boolean" } } },
    { type: "object", properties: { to: { not: { type: "string" } } } },
    { type: "string" },
  ])("cannot where it says nothing of them that an edit could be held against: %j", (responseSchema) => {
    const request = requestOf({ action: "send", to: "lee" }, "node", { responseSchema });
    expect(request).toMatchObject({ allowed: ["approve", "reject"] });
  });
});

describe("an answer that is stated", () => {
  const who = { by: "U1", at: "2026-03-01T03:00:00.000Z" };

  test.each([null, false, 0, "", [], {}, { deep: [null] }])("is what the node gets: %j", (stated) => {
    const request = requestOf({ plan: 1 }, "node", { answers: { approve: stated, reject: stated } });
    expect(answerOf(request, { kind: "approved", ...who })).toEqual(stated);
    expect(answerOf(request, { kind: "rejected", ...who, reason: "no" })).toEqual(stated);
  });

  test("leaves the others as they would be without it", () => {
    const approving = requestOf({ action: "send", to: "lee" }, "node", { answers: { approve: 1 } });
    expect(answerOf(approving, { kind: "approved", ...who })).toBe(1);
    expect(answerOf(approving, { kind: "rejected", ...who, reason: "no" })).toEqual({
      ...{ type: "reject", approved: false, confirmed: false, reason: "no", args: { to: "lee" } },
      operator: "U1",
    });
  });

  test("comes before the format of Agent Inbox and before the schema of the answer", () => {
    const answers = { approve: "yes" };
    const inbox = requestOf(action, "node", { answers });
    expect(answerOf(inbox, { kind: "approved", ...who })).toBe("yes");
    const typed = requestOf("Sure?", "node", { answers, responseSchema: { type: "boolean" } });
    expect(answerOf(typed, { kind: "approved", ...who })).toBe("yes");
  });
});
