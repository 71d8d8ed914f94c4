// A worker is gone after it acted and before it could write that down: nothing is done again by itself, and the operators say in Slack what is so.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, nextIdempotencyKey, START, StateGraph, task } from "../../src/graph/index.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { type OwnWorkflow, startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike, retryAbove, told } from "../support/system.ts";

const State = Annotation.Root({ to: Annotation<string>(), sent: Annotation<unknown>() });

const invoice = defineWorkflow<z.ZodObject<{ to: z.ZodString }>, typeof State.State>({
  name: "invoice",
  description: "Sends an invoice, at most once",
  example: "to=lee@example.com",
  version: "1",
  input: z.object({ to: z.string() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: ({ ops }) => {
    const send = task({ name: "send invoice", atMostOnce: true }, (to: string) => {
      const body = { to, subject: "Invoice 7", body: "Please pay." };
      return ops.post(["outbox"], { body, key: nextIdempotencyKey() });
    });
    return new StateGraph(State)
      .addNode("send", async ({ to }) => ({
        sent: (await send(to)) === undefined ? "by hand" : "by the run",
      }))
      .addEdge(START, "send");
  },
  outcome: ({ to, sent }) => ({ good: true, text: `The invoice to ${to} was sent ${String(sent)}.` }),
});

interface Invoicing extends OwnWorkflow {
  /** How often the target was told to send. */
  readonly sent: { count: number };
  /** What the operators are asked, when it is not one of these. */
  question(...but: readonly Message[]): Promise<Message>;
}

/** A run whose worker lost the database between the effect and the writing down of it. */
async function startInvoicing(): Promise<Invoicing> {
  const sent = { count: 0 };
  const system = await startOwnWorkflow({
    workflow: invoice,
    words: { to: "lee@example.com" },
    http:
      ({ relays }) =>
      async (input, init) => {
        const answer = await fetch(input, init);
        if (++sent.count === 1) relays.dynamo.cut();
        return answer;
      },
  });
  await expect(system.goOn()).rejects.toThrow(StorageUnavailable);
  system.relays.dynamo.restore();
  expect(await system.outbox()).toMatchObject([{ performed: 1, replays: 0 }]);
  await system.goOn();
  const question = (...but: readonly Message[]): Promise<Message> =>
    system.ana.waitFor(({ messages }) =>
      messages.find(({ text, ts }) => text.startsWith("Answer needed") && !but.some((one) => one.ts === ts)),
    );
  return { ...system, sent, question };
}

test("what may have been done is not done again: the operators are asked, nobody else can answer, and It was done ends the run", async () => {
  const { rita, bo, ana, sent, goOn, question, outbox } = await startInvoicing();
  const card = await question();
  expect(card.text).toContain('Was "send invoice" carried out?');
  expect(card.text).toContain(`Can decide: <!subteam^${SEED.groups.ops}>`);
  for (const person of [bo, rita]) {
    await person.click(card, "It was done");
    await told(person, /^You can't decide this one: it needs <!subteam\^\w+>\. Your click was not counted\./);
  }
  await goOn();
  expect(sent.count).toBe(1);

  await ana.click(card, "It was done");
  await told(ana, /^Your decision is recorded/);
  await goOn();
  await messageLike(rita, /^✅ The invoice to lee@example\.com was sent by hand\./);
  await messageLike(bo, /^Answered “It was done” by <@\w+>: Was "send invoice" carried out\?$/);
  expect(sent.count).toBe(1);
  expect(await outbox()).toMatchObject([{ performed: 1, replays: 0 }]);

  await ana.click(card, "Run it again", { stale: true });
  await told(ana, /^You already answered this with “It was done”/);
}, 30_000);

test("Run it again does, with the same idempotency key, so that a target which keeps keys acts once", async () => {
  const { rita, ana, sent, goOn, question, outbox } = await startInvoicing();
  await ana.click(await question(), "Run it again");
  await told(ana, /^Your decision is recorded/);
  await goOn();
  await messageLike(rita, /^✅ The invoice to lee@example\.com was sent by the run\./);
  expect(sent.count).toBe(2);
  expect(await outbox()).toMatchObject([{ performed: 1, replays: 1 }]);
}, 30_000);

test("Stop here fails the run and says so; who retries it is asked again, and nothing is run meanwhile", async () => {
  const { rita, ana, sent, goOn, question } = await startInvoicing();
  const first = await question();
  await ana.click(first, "Stop here");
  await told(ana, /^Your decision is recorded/);
  await goOn();
  const card = await messageLike(rita, /Failed: It is not known whether "send invoice" was carried out/);
  await retryAbove(rita, card);
  await told(rita, /^The run is queued again/);
  await goOn();
  await ana.click(await question(first), "It was done");
  await goOn();
  await messageLike(rita, /^✅ The invoice to lee@example\.com was sent by hand\./);
  expect(sent.count).toBe(1);
}, 30_000);
