// What must hold of an agent, whatever was said to it: each rule says in a sentence what is wrong.
import { approvalDigest } from "../../src/approvals/approval.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import type { Message } from "../../src/graph/index.ts";
import { acceptContent } from "../../src/local/slack/message-content.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { someApproval, someRun } from "../slack/fixtures.ts";
import type { Asked, Played } from "./nonsense-agent.ts";

const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});

/** Behind each message with calls one answer to each of them, in order, before anything else is said. */
function refusedByProviders(messages: readonly Message[]): readonly string[] {
  const ids = messages.flatMap((one) => (one.role === "assistant" ? (one.tool_calls ?? []) : []));
  const wrong = new Set(ids.map(({ id }) => id)).size === ids.length ? [] : ["An id is there twice."];
  const expected = messages.flatMap((one): readonly string[] => {
    const calls = one.role === "assistant" ? (one.tool_calls ?? []) : [];
    return one.role === "tool" ? [] : [one.role, ...calls.map(({ id }) => `tool ${id}`)];
  });
  const found = messages.map((one) => (one.role === "tool" ? `tool ${one.tool_call_id}` : one.role));
  if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push("Answers are missing, or elsewhere.");
  for (const { function: asked } of ids)
    if (!/^[\w-]{1,64}$/.test(asked.name)) wrong.push(`No provider takes the name "${asked.name}".`);
  if (ids.some(({ id }) => id === "")) wrong.push("A call has no id.");
  if (!messages.flatMap(textsOf).every((text) => text.isWellFormed()))
    wrong.push("Half a character is in it.");
  return wrong;
}

function textsOf(message: Message): readonly string[] {
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  return [message.content ?? "", ...calls.flatMap((call) => [call.id, ...Object.values(call.function)])];
}

const callOf = ({ value }: Asked): string => {
  const { request } = value as { request?: { facts?: readonly { label: string; value: string }[] } };
  return request?.facts?.find(({ label }) => label === "Call")?.value ?? "";
};

function ranWrongly({ ran, asked, answers }: Played): readonly string[] {
  const last = (question: Asked) => answers.get(question.id)?.at(-1)?.kind ?? "";
  const questions = [...asked.values()].filter((question) => callOf(question) !== "");
  const withheld = questions.filter((one) => ["reject", "respond", "expire"].includes(last(one))).map(callOf);
  const isAskedAfter = [...asked.values()].some((question) => callOf(question) === "");
  return [
    ...ran.filter(({ fits }) => !fits).map(({ tool }) => `"${tool}" saw arguments that its schema refuses.`),
    ...ran
      .filter(({ call }) => withheld.includes(call))
      .map(({ tool }) => `"${tool}" ran, and nobody let it.`),
    ...ran
      .filter((one, index) => ran.findIndex(({ call }) => call === one.call) !== index)
      .filter(({ tool }) => tool !== "once" || !isAskedAfter)
      .map(({ tool }) => `"${tool}" ran twice.`),
  ];
}

/** As a card in Slack, within its limits. */
function undrawable({ value }: Asked): readonly string[] {
  const approval = { ...someApproval(), request: requestOf(value, "tools") };
  const card = requestCard({ ...approval, digest: approvalDigest(approval) }, someRun());
  const verdict = acceptContent(workspace, card);
  return verdict.ok ? [] : [`Slack refuses the card: ${JSON.stringify(verdict.refusal)}.`];
}

/** What a program says of itself, and no sentence for people. */
const NO_SENTENCE = /^$|call stack|Cannot (?:read|convert)|is not a function|\[object |undefined is|^\[\s*\{/;

export function wrongIn(one: Played): readonly string[] {
  const { status, failures, told, state, asked } = one;
  return [
    ...(status === "finished" || failures.length > 0 ? [] : [`It has come to no end: it is ${status}.`]),
    ...failures
      .filter(({ message }) => NO_SENTENCE.test(message))
      .map((error) => `It failed with "${error.message.slice(0, 200)}". ${error.stack ?? ""}`),
    ...told.flatMap((messages) => refusedByProviders(messages.slice(1))),
    ...(status === "finished" ? refusedByProviders(state.messages) : []),
    ...ranWrongly(one),
    ...[...asked.values()].flatMap(undrawable),
  ];
}
