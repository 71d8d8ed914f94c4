// What a new workflow and its test begin as: a question, and an effect that happens once.

/** By its name in Slack, and by what its file exports. */
export interface Named {
  readonly name: string;
  readonly export: string;
}

export function workflowText({ name, export: exported }: Named): string {
  return `// Sends a note once somebody on call has approved it: ask, act.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { Annotation, Command, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

const Input = z.object({
  to: z.email().describe("who gets it"),
  text: z.string().min(1).max(500).describe("what it says"),
});

const State = Annotation.Root({
  to: Annotation<string>(),
  text: Annotation<string>(),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

/** A step either asks or acts: it runs again from its top once it is answered. */
function ask({ to, text }: State) {
  const decision = askApproval({
    title: \`Write to \${to}\`,
    target: to,
    action: { name: "send_note", args: { to, text } },
  });
  if (decision.kind !== "rejected") return new Command({ goto: "act" });
  const outcome = { good: false, text: \`Not sent: \${decision.reason}\` };
  return new Command({ update: { outcome }, goto: END });
}

function graph({ ops }: Services) {
  /** The key is the same when the step runs again, so that nothing is done twice. */
  async function act({ to, text }: State, { idempotencyKey }: NodeConfig): Promise<Partial<State>> {
    await ops.post(["outbox"], { body: { to, subject: "A note", body: text }, key: idempotencyKey() });
    return { outcome: { good: true, text: \`Sent to \${to}.\` } };
  }

  return new StateGraph(State)
    .addNode("ask", ask, { ends: ["act", END] })
    .addNode("act", act)
    .addEdge(START, "ask")
    .addEdge("act", END);
}

export const ${exported} = defineWorkflow({
  name: "${name}",
  description: "Sends a note once somebody on call has approved it.",
  example: 'to=lee@example.com text="We are back."',
  version: "1",
  input: Input,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph,
  outcome: ({ outcome }) => outcome,
});
`;
}

export function testText({ name }: Named): string {
  return `// From the command in Slack to the effect: what is approved happens once, what is rejected does not.
import { expect, test } from "vitest";
import type { Message } from "../../src/local/slack/protocol.ts";
import { DEPLOYS, messageLike, startSystem, type System } from "../support/system.ts";

/** Rita has asked, and the card waits. */
async function asked({ rita, ana }: System): Promise<Message> {
  await rita.say(DEPLOYS, '/countersign run ${name} to=lee@example.com text="We are back."');
  return messageLike(ana, /^Approval needed: Write to lee@example\\.com/);
}

test("an approved note is sent once", async () => {
  const system = await startSystem();
  const card = await asked(system);
  expect(await system.outbox()).toEqual([]);
  await system.ana.click(card, "Approve");
  await messageLike(system.rita, /^✅ Sent to lee@example\\.com\\./);
  expect(await system.outbox()).toMatchObject([{ to: "lee@example.com", body: "We are back.", performed: 1 }]);
});

test("a rejected note is not sent, and Rita reads why", async () => {
  const system = await startSystem();
  await system.ana.click(await asked(system), "Reject…");
  const form = await system.ana.waitFor(({ views }) => views.at(-1));
  await system.ana.submit(form, { reason: "Not now" });
  await messageLike(system.rita, /^⛔ Not sent: Not now/);
  expect(await system.outbox()).toEqual([]);
});
`;
}
