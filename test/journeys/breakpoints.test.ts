// A graph that stops before or after a node asks too: to approve goes on, to reject answers the calls of tools or ends the run, to edit changes what was about to happen.
import { expect, test } from "vitest";
import * as z from "zod";
import {
  Annotation,
  type AssistantMessage,
  ChatMessagesAnnotation,
  END,
  type Message,
  MessagesAnnotation,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { defineWorkflow, type RunnableGraph, type Workflow } from "../../src/runs/workflow.ts";
import { startAsking, textIn } from "../support/one-question.ts";

type Messages = typeof MessagesAnnotation.State;
type Call = readonly [name: string, args: Readonly<Record<string, unknown>>];

const SEARCH: Call = ["rag_search", { query: "Agent Factory architecture", limit: 3 }];
const DELETE: Call = ["delete_file", { path: "/tmp/a" }];

const named = { name: "agent", description: "An agent", example: "", version: "1", input: z.object({}) };
const policy = { approvers: ["approvers" as const], requesterMayApprove: false };

/** Asks for the tools, then says what came of them; which calls were carried out is told, too. */
function agentBuilder(calls: readonly Call[], done: string[]) {
  const asking: AssistantMessage = {
    ...{ role: "assistant", content: null, id: "asking" },
    tool_calls: calls.map(([name, args], index) => ({
      ...{ id: `c${index}`, type: "function" },
      function: { name, arguments: JSON.stringify(args) },
    })),
  };
  const isAnswer = (message: Message) => message.role === "tool";
  return new StateGraph(MessagesAnnotation)
    .addNode("call_llm", ({ messages }) => {
      const answers = messages.filter(isAnswer).map(({ content }) => content);
      return {
        messages: answers.length === 0 ? [asking] : [{ role: "assistant", content: answers.join("; ") }],
      };
    })
    .addNode("call_tools", ({ messages }) => {
      const last = messages.findLast((message) => message.role === "assistant");
      const asked = last?.role === "assistant" ? (last.tool_calls ?? []) : [];
      return {
        messages: asked.map(({ id, function: { name, arguments: args } }) => {
          done.push(`${name} ${args}`);
          return { role: "tool", tool_call_id: id, content: `${name} gave ${args}` };
        }),
      };
    })
    .addEdge(START, "call_llm")
    .addConditionalEdges("call_llm", ({ messages }) => (messages.some(isAnswer) ? END : "call_tools"))
    .addEdge("call_tools", "call_llm");
}

function lastText({ messages }: Messages) {
  const last = messages.at(-1);
  return { good: true, text: `${messages.length} messages: ${last?.content ?? ""}` };
}

type Stops = Pick<Parameters<typeof defineWorkflow>[0], "interruptBefore" | "interruptAfter">;

function agent(calls: readonly Call[], stops: Stops, done: string[] = []): Workflow {
  return defineWorkflow<z.ZodObject, Messages>({
    ...{ ...named, policy, ...stops, graph: () => agentBuilder(calls, done), outcome: lastText },
  });
}

const BEFORE = { interruptBefore: ["call_tools"] } as const;
const AFTER = { interruptAfter: ["call_llm"] } as const;
const REASON = { reason: "Other", note: "Search is down" };

test.each([
  ["before the tools", BEFORE, 'Before the step "call_tools": call rag_search'],
  ["after the model", AFTER, 'After the step "call_llm": call rag_search'],
])("%s: what is about to be called is shown, and to approve carries it out", async (_, stops, title) => {
  const done: string[] = [];
  const { waiting, act, ended } = await startAsking(agent([SEARCH], stops, done));
  const shown = textIn(await waiting());
  expect(shown).toContain(title);
  expect(shown).toContain("query: Agent Factory architecture\nlimit: 3");
  expect(shown).toContain(
    "Approve goes on with call_tools · Reject answers the calls with your reason instead",
  );
  expect(done).toEqual([]);
  await act("Approve");
  expect(await ended()).toContain('3 messages: rag_search gave {"query":"Agent Factory architecture"');
  expect(done).toHaveLength(1);
});

test.each([
  ["one call", [SEARCH]],
  ["several calls", [SEARCH, DELETE]],
])("to reject answers %s with the reason as the tools would, and the model goes on", async (_, calls) => {
  const done: string[] = [];
  const { act, ended } = await startAsking(agent(calls, BEFORE, done));
  await act("Reject…", REASON);
  const rejected = "This call was rejected by a human and was not carried out: Search is down";
  expect(await ended()).toContain(`${calls.length + 2} messages: ${calls.map(() => rejected).join("; ")}`);
  expect(done).toEqual([]);
});

test("to edit changes the arguments of the very message that asks, and carries them out", async () => {
  const done: string[] = [];
  const { bo, act, ended } = await startAsking(agent([SEARCH], BEFORE, done));
  await act("Edit…", { "arg:query": "Factory" });
  expect(await ended()).toContain('3 messages: rag_search gave {"query":"Factory","limit":3}');
  expect(done).toEqual(['rag_search {"query":"Factory","limit":3}']);
  const card = await bo.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("Approved with changes")),
  );
  expect(textIn(card)).toContain("~Agent Factory architecture~ → *Factory*");
});

test("several calls are shown and edited together", async () => {
  const done: string[] = [];
  const { waiting, act } = await startAsking(agent([DELETE, DELETE], BEFORE, done));
  expect(textIn(await waiting())).toContain(
    "1. delete_file:\n  path: /tmp/a\n2. delete_file:\n  path: /tmp/a",
  );
  await act("Edit…", { json: '{"1. delete_file":{"path":"/tmp/b"},"2. delete_file":{"path":"/tmp/a"}}' });
  expect(done).toEqual(['delete_file {"path":"/tmp/b"}', 'delete_file {"path":"/tmp/a"}']);
});

const Chat = ChatMessagesAnnotation;

test("messages of LangChain's shape are read, answered and edited in that shape", async () => {
  const build = () =>
    new StateGraph(Chat)
      .addNode("agent", ({ messages }) =>
        messages.length === 0
          ? {
              messages: [
                { type: "ai", content: "", tool_calls: [{ name: "send", args: { to: "lee" }, id: "c1" }] },
              ],
            }
          : { messages: [{ type: "ai", content: `said ${messages.at(-1)?.text ?? ""}` }] },
      )
      .addNode("tools", ({ messages }) => {
        const call = messages.at(-1)?.tool_calls?.[0];
        return { messages: [{ type: "tool", tool_call_id: "c1", content: JSON.stringify(call?.args) }] };
      })
      .addEdge(START, "agent")
      .addConditionalEdges("agent", ({ messages }) => (messages.length > 1 ? END : "tools"))
      .addEdge("tools", "agent");
  const workflow = defineWorkflow<z.ZodObject, typeof Chat.State>({
    ...{ ...named, policy, graph: build, interruptBefore: ["tools"] },
    outcome: ({ messages }) => ({ good: true, text: messages.at(-1)?.text ?? "" }),
  });
  const edited = await startAsking(workflow);
  await edited.act("Edit…", { "arg:to": "ana" });
  expect(await edited.ended()).toContain('said {"to":"ana"}');
  const rejected = await startAsking(workflow);
  await rejected.act("Reject…", REASON);
  expect(await rejected.ended()).toContain("said This call was rejected by a human");
});

const Mail = Annotation.Root({ draft: Annotation<string>(), sent: Annotation<string>() });

function mailer(sent: string[]): Workflow {
  return defineWorkflow<z.ZodObject, typeof Mail.State>({
    ...{ ...named, policy, interruptBefore: ["send_email"] },
    graph: () =>
      new StateGraph(Mail)
        .addNode("write", () => ({ draft: "Dear Lee" }))
        .addNode("send_email", ({ draft }) => {
          sent.push(draft);
          return { sent: draft };
        })
        .addEdge(START, "write")
        .addEdge("write", "send_email"),
    outcome: ({ sent: text }) => ({ good: true, text: `Sent: ${text}` }),
  });
}

test("without calls what the step before has changed is shown; to approve runs the node, to reject ends the run without it", async () => {
  const sent: string[] = [];
  const approved = await startAsking(mailer(sent));
  const shown = textIn(await approved.waiting());
  expect(shown).toContain('Before the step "send_email"');
  expect(shown).toContain("draft: Dear Lee");
  expect(shown).toContain("Approve goes on with send_email · Reject ends the run");
  expect(shown).not.toContain("Edit…");
  await approved.act("Approve");
  expect(await approved.ended()).toContain("✅ Sent: Dear Lee");
  expect(sent).toHaveLength(1);

  const rejected = await startAsking(mailer(sent));
  await rejected.act("Reject…", REASON);
  expect(await rejected.ended()).toBe(`⛔ Stopped by <@${rejected.bo.id}>: Search is down`);
  expect(sent).toHaveLength(1);
  const card = await rejected.bo.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("Rejected")),
  );
  expect(textIn(card)).toContain("the run was told to stop");
});

test("what a model has said at the end can be replaced", async () => {
  const workflow = defineWorkflow<z.ZodObject, Messages>({
    ...{ ...named, policy, interruptAfter: ["write"], outcome: lastText },
    graph: () =>
      new StateGraph(MessagesAnnotation)
        .addNode("write", () => ({ messages: [{ role: "assistant", content: "Yes, delete it." }] }))
        .addNode("publish", ({ messages }) => ({
          messages: [
            { role: "assistant", content: `Published: ${messages.map((one) => one.content).join()}` },
          ],
        }))
        .addEdge(START, "write")
        .addEdge("write", "publish"),
  });
  const { waiting, act, ended } = await startAsking(workflow);
  expect(textIn(await waiting())).toContain("text: Yes, delete it.");
  await act("Edit…", { "arg:text": "No." });
  expect(await ended()).toContain("2 messages: Published: No.");
});

/** The same agent as a node of another graph, which stops within. */
function nestedAgent(done: string[]): Workflow {
  return defineWorkflow<z.ZodObject, Messages>({
    ...{ ...named, policy, outcome: lastText },
    graph: () =>
      new StateGraph(MessagesAnnotation)
        .addNode("helper", agentBuilder([SEARCH], done).compile({ interruptBefore: ["call_tools"] }))
        .addEdge(START, "helper"),
  });
}

test("a graph within a node stops there, and is approved, rejected and edited as one at the top", async () => {
  const done: string[] = [];
  const approved = await startAsking(nestedAgent(done));
  expect(textIn(await approved.waiting())).toContain('Before the step "call_tools": call rag_search');
  await approved.act("Approve");
  expect(await approved.ended()).toContain("3 messages: rag_search gave");
  const edited = await startAsking(nestedAgent(done));
  await edited.act("Edit…", { "arg:limit": "1" });
  expect(await edited.ended()).toContain(
    '3 messages: rag_search gave {"query":"Agent Factory architecture","limit":1}',
  );
  const rejected = await startAsking(nestedAgent(done));
  await rejected.act("Reject…", REASON);
  expect(await rejected.ended()).toContain("3 messages: This call was rejected by a human");
  expect(done).toHaveLength(2);
});

/** Goes away each time when the thread is about to go on, as often as is said. */
function crashing(workflow: Workflow, times: number): Workflow {
  let left = times;
  return {
    ...workflow,
    compile: (services, checkpointer) => {
      const graph: RunnableGraph = workflow.compile(services, checkpointer);
      return {
        ...graph,
        async invoke(input, config) {
          const state = await graph.getState(config);
          if (state.status !== "empty" && left-- > 0)
            throw new StorageUnavailable("crash", { uncertain: false, cause: "test" });
          return graph.invoke(input, config);
        },
      };
    },
  };
}

const ENDINGS = [
  ["an approval", "Approve", undefined, "3 messages: rag_search gave"],
  ["a rejection", "Reject…", REASON, "3 messages: This call was rejected"],
  ["an edit", "Edit…", { "arg:limit": "1" }, '"limit":1}'],
] as const;

test.each(
  ENDINGS.flatMap(([what, button, filled, end]) =>
    (["at the top", "within a node"] as const).map((where) => ({ what, button, filled, end, where })),
  ),
)("$what of a stop $where counts once, however often the worker dies before it goes on", async (row) => {
  const done: string[] = [];
  const workflow = row.where === "at the top" ? agent([SEARCH], BEFORE, done) : nestedAgent(done);
  const { bo, form, waiting, goOn, ended } = await startAsking(crashing(workflow, 2));
  if (row.filled === undefined) await bo.click(await waiting(), row.button);
  else await bo.submit(await form(row.button), row.filled);
  await expect(goOn()).rejects.toThrow("crash");
  await expect(goOn()).rejects.toThrow("crash");
  await goOn();
  expect(await ended()).toContain(row.end);
  expect(done).toHaveLength(row.button === "Reject…" ? 0 : 1);
});
