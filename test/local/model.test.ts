// The scripted model, asked through the real client as the email workflow asks it; and which model answers with which configuration.
import { expect, onTestFinished, test } from "vitest";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import type { Message } from "../../src/graph/index.ts";
import { modelFor, startScriptedModel } from "../../src/local/model.ts";

const ASKED: Message = {
  role: "user",
  content: "Write an e-mail to lee@example.com. It is to say: the release moves to Monday",
};

async function answerTo(...messages: readonly Message[]): Promise<string> {
  const { url, stop } = await startScriptedModel();
  onTestFinished(stop);
  const model = createOpenAiModel({ apiKey: undefined, baseUrl: url, model: "scripted", timeoutMs: 2_000 });
  const { message } = await model.complete({ messages });
  return message.content ?? "";
}

function rejected(draft: string, reason: string): readonly Message[] {
  return [
    { role: "assistant", content: draft },
    { role: "user", content: `This draft was rejected: ${reason}\nWrite another one.` },
  ];
}

test("the first draft says what was asked for, to the one it is for", async () => {
  expect(JSON.parse(await answerTo(ASKED))).toEqual({
    subject: "The release moves to Monday",
    body: "Hello Lee,\n\nThe release moves to Monday.\n\nIf anything about this is unclear, just reply to this e-mail.\n\nThank you and best regards\nthe on-call team",
  });
});

test("the same request has the same answer", async () => {
  expect(await answerTo(ASKED)).toBe(await answerTo(ASKED));
});

test("a draft that was too long becomes shorter", async () => {
  const first = await answerTo(ASKED);
  const second = await answerTo(ASKED, ...rejected(first, "Too long, please make it shorter"));
  expect(second.length).toBeLessThan(first.length);
  expect(second).toContain("The release moves to Monday.");
});

test("what was missing in one draft is in the next, and stays in the one after it", async () => {
  const missing = rejected("{}", "Please mention that checkout is not affected");
  expect(await answerTo(ASKED, ...missing)).toContain("Checkout is not affected.");
  const third = await answerTo(ASKED, ...missing, ...rejected("{}", "A little friendlier"));
  expect(third).toContain("Checkout is not affected.");
  expect(third).toContain("Hi Lee, I hope you are well.");
});

test("a long or broken request still makes a subject of one line", async () => {
  const about = `first line\nsecond line ${"and more ".repeat(40)}`;
  const { subject } = JSON.parse(
    await answerTo({ role: "user", content: `Write an e-mail to lee@example.com. It is to say: ${about}` }),
  ) as { subject: string };
  expect(subject).toMatch(/^First line second line .{1,80}…$/);
});

test("anything else is answered with who is answering", async () => {
  expect(await answerTo({ role: "user", content: "What is the capital of France?" })).toContain(
    "I am the scripted local model",
  );
});

test.each([
  ["no key and no address", undefined, undefined, { kind: "scripted" }],
  ["a key", "sk-1", undefined, { kind: "configured", name: "small", host: "api.openai.com" }],
  [
    "an address",
    undefined,
    "http://localhost:11434/v1",
    { kind: "configured", name: "small", host: "localhost:11434" },
  ],
] as const)("with %s, the page is told which model answers", (_, apiKey, baseUrl, note) => {
  expect(modelFor({ apiKey, baseUrl, model: "small" })).toEqual(note);
});
