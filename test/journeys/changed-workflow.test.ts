// A workflow that is changed while its run waits, as people see it in Slack: the card says so, and what was said before does not count.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { startAsking, textIn } from "../support/one-question.ts";

const State = Annotation.Root({ said: Annotation<string>() });
type State = typeof State.State;

function restart(version: string, done: string[], fail = (): void => undefined): Workflow {
  return defineWorkflow<z.ZodObject, State>({
    ...{ name: "restart", description: "Restarts", example: "", version, input: z.object({}) },
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: () =>
      new StateGraph(State)
        .addNode("ask", () => ({ said: interrupt<object, string>({ draft: "Restart web-3?" }) }))
        .addNode("restart", () => {
          fail();
          done.push(version);
        })
        .addEdge(START, "ask")
        .addEdge("ask", "restart"),
    outcome: ({ said }) => ({ good: true, text: `Said ${said}` }),
  });
}

test("an approval that came before the change does not count: its card says why it is asked again", async () => {
  const done: string[] = [];
  const { bo, waiting, deploy, goOn, act, ended } = await startAsking(restart("1", done));
  const before = await waiting();
  await bo.click(before, "Approve");
  deploy(restart("2", done));
  await goOn();
  expect(done).toEqual([]);
  const card = await bo.waitFor(({ messages }) =>
    messages.find(({ ts, text }) => ts === before.ts && text.startsWith("Approval needed again")),
  );
  expect(textIn(card)).toContain(
    "🔁 *Asked again:* the workflow was changed while this waited. Earlier answers do not count.\n• version 1 → 2",
  );
  const note = await bo.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("🔁 ")));
  expect(note.text).toMatch(
    /^🔁 The workflow was changed while \*.*\* waited, so it is asked again \(revision 2\)\./,
  );
  await act("Approve");
  expect(await ended()).toContain("Said approve");
  expect(done).toEqual(["2"]);
});

test("a failed run that is retried under a changed workflow asks before it goes on", async () => {
  const done: string[] = [];
  const fail = () => {
    throw new Error("The host is away.");
  };
  const { rita, deploy, goOn, act, waiting, ended } = await startAsking(restart("1", done, fail));
  await act("Approve");
  const failed = await rita.waitFor(({ messages }) =>
    messages.find((message) => textIn(message).includes("The host is away.")),
  );
  deploy(restart("2", done));
  await rita.click(failed, "Retry");
  await rita.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("The run is queued again.")),
  );
  await goOn();
  const shown = textIn(await waiting());
  expect(shown).toContain('Before the step "restart"');
  expect(shown).toContain(
    "The workflow was changed while this run was under way (version 1 → 2), so it asks before it goes on.",
  );
  expect(shown).toContain("Approve goes on with restart · Reject ends the run");
  expect(done).toEqual([]);
  await act("Approve");
  expect(await ended()).toContain("Said approve");
  expect(done).toEqual(["2"]);
});
