// What must hold of an agent, whatever was said to it: each rule says in a sentence what is wrong.
import { approvalDigest } from "../../src/approvals/approval.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { acceptContent } from "../../src/local/slack/message-content.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { someApproval, someRun } from "../slack/fixtures.ts";
import { refusedByProviders } from "../support/refused-by-providers.ts";
import type { Asked, Played } from "./nonsense-agent.ts";

const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});

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
