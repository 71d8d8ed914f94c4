// The email workflow as a graph: what it asks of the model, what it asks of people, and what it sends.
import { expect, test } from "vitest";
import * as z from "zod";
import { ModelAnswerUnusable, ModelUnavailable } from "../../src/agent/model-errors.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { decisionOf } from "../../src/approvals/decision.ts";
import { ApproveRequest } from "../../src/approvals/request.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { checkArgs } from "../../src/approvals/schema.ts";
import { type ChatModel, Command, type Completion, MemorySaver } from "../../src/graph/index.ts";
import { createTarget } from "../../src/runs/target.ts";
import { email } from "../../src/workflows/email.ts";

const INPUT = { to: "lee@example.com", about: "the release moves to Monday" };
const DRAFT = { subject: "Release on Monday", body: "Hello Lee,\n\nit is on Monday." };
const OTHER = { subject: "Monday", body: "Lee, Monday it is." };
const config = { configurable: { thread_id: "t" } };

type Asked = Parameters<ChatModel["complete"]>[0];

/** A workflow whose model gives these answers in turn; an Error is thrown. */
function started(...answers: readonly (string | Error)[]) {
  const asked: Asked[] = [];
  const sent: { readonly body: unknown; readonly key: string | null }[] = [];
  const failures: Error[] = [];
  const model: ChatModel = {
    complete: (request): Promise<Completion> => {
      const answer = answers[asked.length];
      asked.push(request);
      if (answer === undefined) throw new Error("The model was asked once too often.");
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ message: { role: "assistant", content: answer } });
    },
  };
  const http = (url: string, init: RequestInit): Promise<Response> => {
    const failure = failures.pop();
    if (failure !== undefined) return Promise.reject(failure);
    expect(url).toBe("http://ops/outbox");
    sent.push({
      body: JSON.parse(z.string().parse(init.body)),
      key: new Headers(init.headers).get("idempotency-key"),
    });
    return Promise.resolve(Response.json({ email: {} }, { status: 201 }));
  };
  const clock = { now: () => "2026-01-05T12:00:00.000Z" };
  const ops = createTarget({ baseUrl: "http://ops", http: http as typeof fetch });
  const services = { ops, clock, model };
  const graph = email.compile(services, new MemorySaver());

  async function request(): Promise<ApproveRequest> {
    const { interrupts } = await graph.getState(config);
    return ApproveRequest.parse(requestOf(interrupts[0]?.value, "review"));
  }

  return {
    asked,
    sent,
    failures,
    request,
    run: () => graph.invoke(INPUT, config),
    again: () => graph.invoke(null, config),
    async decide(vote: Vote): Promise<void> {
      const { interrupts } = await graph.getState(config);
      const asked = await request();
      const isEdit = vote.kind === "edit";
      const { args } = isEdit ? vote : asked.action;
      const decision = decisionOf(
        { by: "U1", at: clock.now(), vote },
        {
          request: { ...asked, action: { ...asked.action, args } },
          ...(isEdit && { askedArgs: asked.action.args }),
        },
        [],
      );
      await graph.invoke(new Command({ resume: { [interrupts[0]?.id ?? ""]: decision } }), config);
    },
    outcome: async () => email.outcome((await graph.getState(config)).values),
    values: async () => (await graph.getState(config)).values,
  };
}

function textsOf({ messages }: Asked): readonly (string | null)[] {
  return messages.map(({ content }) => content);
}

test("the model is told what to write and in which form, and its draft is what people are asked about", async () => {
  const { run, asked, request, sent } = started(JSON.stringify(DRAFT));
  await run();
  expect(asked).toHaveLength(1);
  expect(asked[0]?.output).toMatchObject({ name: "email", schema: { required: ["subject", "body"] } });
  expect(asked[0]?.messages.at(-1)).toEqual({
    role: "user",
    content: "Write an e-mail to lee@example.com. It is to say: the release moves to Monday",
  });
  expect(await request()).toMatchObject({
    action: { name: "send_email", args: { to: INPUT.to, ...DRAFT } },
    allowed: ["approve", "edit", "reject"],
    again: true,
  });
  expect(sent).toEqual([]);
});

test("title, target and facts come from the request alone, and the card says that a model wrote the text", async () => {
  const { run, request } = started(
    JSON.stringify({ subject: "Approved by everybody", body: "Already sent" }),
  );
  await run();
  const { title, target, facts, summary } = await request();
  expect({ title, target, facts }).toEqual({
    title: "Send an e-mail to lee@example.com",
    target: "lee@example.com",
    facts: [{ label: "Asked for", value: INPUT.about }],
  });
  expect(summary).toContain("A model wrote it");
});

test("an approved draft is sent exactly as it was shown", async () => {
  const { run, decide, sent, outcome } = started(JSON.stringify(DRAFT));
  await run();
  await decide({ kind: "approve" });
  expect(sent.map(({ body }) => body)).toEqual([{ to: INPUT.to, ...DRAFT }]);
  expect(await outcome()).toEqual({ good: true, text: "Sent “Release on Monday” to lee@example.com." });
});

test("an edited draft is sent exactly as it was edited, to whom it was edited", async () => {
  const { run, decide, sent, asked } = started(JSON.stringify(DRAFT));
  await run();
  const args = { to: "kim@example.com", subject: "Monday", body: "Kim,\nMonday.\n" };
  await decide({ kind: "edit", args });
  expect(sent.map(({ body }) => body)).toEqual([args]);
  expect(asked).toHaveLength(1);
});

test("a rejected draft goes back with its reason, and both drafts stay in the history", async () => {
  const { run, decide, asked, request, values, sent } = started(JSON.stringify(DRAFT), JSON.stringify(OTHER));
  await run();
  await decide({ kind: "reject", reason: "Too long" });
  expect(textsOf(asked[1] ?? { messages: [] }).slice(-2)).toEqual([
    JSON.stringify(DRAFT),
    "This draft was rejected: Too long\nWrite another one.",
  ]);
  expect((await request()).action.args).toEqual({ to: INPUT.to, ...OTHER });
  expect((await request()).summary).toContain("This is draft 2.");
  expect(await values()).toMatchObject({ draft: OTHER, rejections: [{ draft: DRAFT, reason: "Too long" }] });
  await decide({ kind: "approve" });
  expect(sent).toHaveLength(1);
});

test("a rejection that stops the run sends nothing and asks the model nothing more", async () => {
  const { run, decide, asked, sent, outcome } = started(JSON.stringify(DRAFT));
  await run();
  await decide({ kind: "reject", reason: "No longer true", stop: true });
  expect(asked).toHaveLength(1);
  expect(sent).toEqual([]);
  expect(await outcome()).toEqual({ good: false, text: "Not sent: No longer true" });
});

test.each([
  ["in a fence", `\`\`\`json\n${JSON.stringify(DRAFT)}\n\`\`\``],
  [
    "with more than was asked for",
    JSON.stringify({ ...DRAFT, to: "eve@example.com", cc: "eve@example.com" }),
  ],
])("a draft %s is read, and only subject and body of it", async (_, answer) => {
  const { run, request } = started(answer);
  await run();
  expect((await request()).action.args).toEqual({ to: INPUT.to, ...DRAFT });
});

test.each([
  ["prose", "Here is your e-mail!", "the answer is not a JSON object with subject and body"],
  [
    "a subject that would begin another header",
    { ...DRAFT, subject: "Hi\nBcc: eve@example.com" },
    "one line",
  ],
  ["no body", { ...DRAFT, body: "" }, "the body must not be empty"],
  ["a long subject", { ...DRAFT, subject: "a".repeat(151) }, "at most 150 characters"],
])("%s is asked for once more, with what is wrong with it", async (_, bad, wrong) => {
  const { run, asked, request } = started(
    typeof bad === "string" ? bad : JSON.stringify(bad),
    JSON.stringify(DRAFT),
  );
  await run();
  expect(textsOf(asked[1] ?? { messages: [] }).at(-1)).toContain(wrong);
  expect((await request()).action.args).toEqual({ to: INPUT.to, ...DRAFT });
});

test("two answers that are no drafts fail the run with a sentence, and nothing was asked of anybody", async () => {
  const { run, asked, request } = started("no", "still no", JSON.stringify(DRAFT));
  const failed = run();
  await expect(failed).rejects.toBeInstanceOf(ModelAnswerUnusable);
  await expect(failed).rejects.toThrow(
    "The model wrote two drafts that cannot be sent: the answer is not a JSON object with subject and body. Retry asks it again.",
  );
  expect(asked).toHaveLength(2);
  expect((await request()).action.name).toBe("review");
});

test("what the model says of itself being away reaches the run, and trying again drafts", async () => {
  const away = new ModelUnavailable("The model is away.");
  const { run, again, request } = started(away, JSON.stringify(DRAFT));
  await expect(run()).rejects.toBe(away);
  await again();
  expect((await request()).action.args).toEqual({ to: INPUT.to, ...DRAFT });
});

test("a sending that failed is tried again with the same key and the same draft", async () => {
  const { run, decide, again, sent, failures, asked } = started(JSON.stringify(DRAFT));
  await run();
  failures.push(new Error("first"), new Error("second"));
  await expect(decide({ kind: "approve" })).rejects.toThrow("second");
  await expect(again()).rejects.toThrow("first");
  await again();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.key).toMatch(/\S{16}/);
  expect(asked).toHaveLength(1);
});

test.each([
  ["a second line in the subject", { subject: "Hi\r\nBcc: eve@example.com" }, "subject"],
  ["a second address", { to: "lee@example.com\neve@example.com" }, "to"],
  ["two addresses", { to: "lee@example.com, eve@example.com" }, "to"],
  ["an empty body", { body: "" }, "body"],
])("an edit with %s is refused at its field", async (_, change, field) => {
  const { run, request } = started(JSON.stringify(DRAFT));
  await run();
  const { schema = {}, action } = await request();
  const checked = checkArgs(schema, { ...action.args, ...change });
  expect(checked.kind === "refused" && Object.keys(checked.errors)).toEqual([field]);
});
