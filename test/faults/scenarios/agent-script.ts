// What the model of the agent scenario says to a conversation, and what such a conversation must have become in the end.
import * as z from "zod";
import type { AssistantMessage, Message } from "../../../src/graph/index.ts";
import type { Act } from "../model/target.ts";
import type { Hands } from "../scenario.ts";

export const BY_HAND = "by hand";
export const REASON = "It is still needed.";
/** The guardrail's name. */
export const STOPPED = "nothing is wiped";
/** What the layer around the tools puts behind each answer. */
export const SEEN = " (seen)";

const calls = (...asked: readonly [id: string, name: string, on: string][]) => ({
  tool_calls: asked.map(([id, name, on]) => ({
    ...{ id, type: "function" as const },
    function: { name, arguments: JSON.stringify({ on }) },
  })),
});

/** Tells where it is by the conversation alone, as a model does, and says something new each time. */
export function answerTo(messages: readonly Message[], hands: Hands): AssistantMessage {
  const said = messages.filter(({ role }) => role === "assistant").length;
  const content = hands.ran(`step ${said}`);
  const common = { role: "assistant" as const, content };
  if (said === 0)
    return {
      ...common,
      ...calls(
        ["a", "mail", content],
        ["b", "restart", content],
        ["c", "drop", content],
        ["d", "wipe", content],
      ),
    };
  return said === 1 ? { ...common, ...calls(["e", "announce", toldIn(messages).join(" / ")]) } : common;
}

function toldIn(messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) => (message.role === "tool" ? [message.content] : []));
}

/** The conversation as the run's outcome tells of it. */
export function transcript(messages: readonly Message[]): string {
  const lines = messages.map((message) => {
    if (message.role === "tool") return ["tool", message.tool_call_id, message.content];
    const asked = message.role === "assistant" ? (message.tool_calls ?? []).map(({ id }) => id) : [];
    return [message.role, asked.join(" "), message.content ?? ""];
  });
  return JSON.stringify(lines);
}

const Transcript = z.array(z.tuple([z.string(), z.string(), z.string()]));

const ORDER =
  "user: | assistant:a b c d | tool:a | tool:b | tool:c | tool:d | assistant:e | tool:e | assistant:";

/** What is wrong with a conversation that has come to its end, in sentences. */
export function wrongTalk(text: string, acts: readonly Act[]): readonly string[] {
  const lines = Transcript.parse(JSON.parse(text));
  const order = lines.map(([role, ids]) => `${role}:${ids}`).join(" | ");
  if (order !== ORDER) return [`The conversation is ${order}, and not ${ORDER}.`];
  const said = (by: string, about: string): string =>
    lines.find(([role, ids]) => role === by && ids === about)?.[2] ?? "";
  const toldOf = (call: string): string => said("tool", call).slice(0, -SEEN.length);
  const told = ["a", "b", "c", "d"].map((call) => said("tool", call));
  const unseen = lines.filter(([role, , content]) => role === "tool" && content.split(SEEN).length !== 2);
  const edited = `A human changed the arguments before it was carried out; they are {"on":"${BY_HAND}"}.\n`;
  return [
    ...carriedOut({ name: "mail", value: said("assistant", "a b c d"), told: toldOf("a") }, acts),
    ...(toldOf("b").startsWith(edited) ? [] : [`The model was told "${toldOf("b")}" of what was edited.`]),
    ...carriedOut({ name: "restart", value: BY_HAND, told: toldOf("b").slice(edited.length) }, acts),
    ...(toldOf("c").endsWith(`it was not carried out: ${REASON}`)
      ? []
      : [`The model was told "${toldOf("c")}" of what was rejected.`]),
    ...carriedOut({ name: "announce", value: told.join(" / "), told: toldOf("e") }, acts),
    ...(toldOf("d").startsWith(`Error: This call was not carried out: the guardrail "${STOPPED}" stopped it.`)
      ? []
      : [`The model was told "${toldOf("d")}" of what the guardrail stopped.`]),
    ...acts.filter(({ name }) => name === "drop").map(() => "What was rejected was carried out."),
    ...unseen.map(
      ([, call, content]) => `The layer around the tools saw the answer to ${call} not once: "${content}".`,
    ),
    ...acts.filter(({ name }) => name === "wipe").map(() => "What the guardrail stopped was carried out."),
  ];
}

interface Call {
  readonly name: string;
  /** What it was to be done with, and what the model heard of it. */
  readonly value: string;
  readonly told: string;
}

/** What the model is told of a target that did not answer: whether it acted nobody knows. */
const OF_TARGET =
  /^Error: It is not known whether this was carried out: target (?:answered 503|could not be reached)/;

function carriedOut({ name, value, told }: Call, acts: readonly Act[]): readonly string[] {
  const own = acts.filter((act) => act.name === name);
  const done = own.filter(({ isReplay }) => !isReplay);
  const isUnclear = OF_TARGET.test(told);
  const wrong = own.filter((act) => act.value !== value);
  return [
    ...(isUnclear || told === "Done." || told.startsWith(`${name}-`)
      ? []
      : [`The model was told "${told}" of ${name}.`]),
    ...(done.length === 1 || (isUnclear && done.length === 0)
      ? []
      : [`"${name}" was performed ${done.length} times, and the model was told "${told}".`]),
    ...wrong.map((act) => `"${name}" was done with ${act.value}, which is not ${value}.`),
  ];
}
