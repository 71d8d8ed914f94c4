// A node asks which of several: buttons, a menu or a form in Slack, and the node goes on with the very words that were chosen.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike, told } from "../support/system.ts";

const State = Annotation.Root({ count: Annotation<number>(), chosen: Annotation<string>() });

const NAME = "The backup of last night, as it was taken at the time with the number ";

const choosing = defineWorkflow<z.ZodObject<{ count: z.ZodInt }>, typeof State.State>({
  name: "choosing",
  description: "Asks which of several",
  example: "count=3",
  version: "1",
  input: z.object({ count: z.int() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: () =>
    new StateGraph(State)
      .addNode("ask", ({ count }) => {
        const options = Array.from({ length: count }, (_, index) => `${NAME}${index}`);
        return { chosen: interrupt<unknown, string>({ question: "Which one?", options }) };
      })
      .addEdge(START, "ask"),
  outcome: ({ chosen }) => ({ good: true, text: `Chosen: ${chosen}` }),
});

type Choosing = (by: LocalPerson, card: Message, option: string) => Promise<unknown>;

const button: Choosing = (by, card) => by.click(card, "choose:2");
const menu: Choosing = (by, card, option) => by.click(card, /^choose$/, { option });
const form: Choosing = async (by, card, option) => {
  await by.click(card, "Choose…");
  await by.submit(await by.waitFor(({ views }) => views.at(-1)), { option });
};

test.each([
  ["buttons", 3, button],
  ["a menu", 8, menu],
  ["a form", 100, form],
])(
  "of %s, what is chosen is what the node goes on with, and nobody but an approver chooses",
  async (_, count, choose) => {
    const { rita, bo, otto, goOn } = await startOwnWorkflow({
      workflow: choosing,
      words: { count: String(count) },
    });
    await goOn();
    const card = await messageLike(bo, /^Answer needed: Which one\?/);
    if (choose !== form) {
      await choose(otto, card, "3");
      await told(otto, /^You can't decide this one/);
    } else {
      await otto.click(card, "Choose…");
      await told(otto, /^You can't decide this one/);
    }

    await choose(bo, card, "3");
    await goOn();
    await messageLike(
      rita,
      /^✅ Chosen: The backup of last night, as it was taken at the time with the number 2/,
    );
    expect((await messageLike(bo, /^Answered/)).text).toContain(
      `with the number 2” by <@${bo.id}>: Which one?`,
    );
  },
);
