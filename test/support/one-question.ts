// A workflow whose one node asks as a test wants, run in the whole product: what people see of it, do with it, and what the node then gets.
import * as z from "zod";
import { Annotation, START, StateGraph } from "../../src/graph/index.ts";
import type { Filled } from "../../src/local/slack/fill-in.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import type { Answers } from "../../src/approvals/reply.ts";
import { type OwnWorkflow, startOwnWorkflow } from "./own-workflow.ts";

const State = Annotation.Root({ results: Annotation<readonly unknown[]>() });

/** `ask` is a node; what it returns is what the run ends with. */
export function asking(ask: () => unknown, answers?: Answers): Workflow {
  return defineWorkflow<z.ZodObject, typeof State.State>({
    ...{ name: "asking", description: "Asks", example: "", version: "1", input: z.object({}) },
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: () =>
      new StateGraph(State).addNode("review", () => ({ results: [ask()] })).addEdge(START, "review"),
    outcome: ({ results: [result] }) => ({ good: true, text: `The node got ${JSON.stringify(result)}` }),
    ...(answers && { answers: { review: answers } }),
  });
}

export interface Asked extends OwnWorkflow {
  /** The card that waits for an answer now. */
  waiting(): Promise<Message>;
  /** A click on the waiting card; the form that it opens, if any, is submitted with what is filled in. */
  act(button: string, filled?: Filled): Promise<void>;
  /** The form that a click on the waiting card opens. */
  form(button: string): Promise<View>;
  /** What the run has ended with. */
  ended(): Promise<string>;
}

/** Rita's run is at its first question, and Bo is to decide. */
export async function startAsking(workflow: Workflow): Promise<Asked> {
  const own = await startOwnWorkflow({ workflow, words: {} });
  await own.goOn();
  const { bo } = own;
  const waiting = (): Promise<Message> => waitingCard(bo);
  const form = async (button: string): Promise<View> => {
    await bo.click(await waiting(), button);
    return bo.waitFor(({ views }) => views.at(-1));
  };
  return {
    ...own,
    ...{ waiting, form },
    async act(button, filled) {
      if (filled === undefined) await bo.click(await waiting(), button);
      else await bo.submit(await form(button), filled);
      await own.goOn();
    },
    async ended() {
      const message = await bo.waitFor(
        ({ messages }) => messages.find(({ text }) => /^(✅|⛔) /.test(text) && text.includes(own.rita.id)),
        10_000,
      );
      return message.text.replace(` <@${own.rita.id}>`, "");
    },
  };
}

function waitingCard(person: LocalPerson): Promise<Message> {
  return person.waitFor(
    ({ messages }) => messages.findLast(({ text }) => /^(Approval|Answer) needed/.test(text)),
    10_000,
  );
}

/** Every text on a card or in a form. */
export function textIn(shown: Message | View): string {
  return textsOf(shown.blocks).join("\n");
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    typeof part === "string" ? (key === "text" ? [part] : []) : textsOf(part),
  );
}
