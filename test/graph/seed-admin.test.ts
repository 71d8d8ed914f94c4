// The examples of the reference text 003 ("Langchain Human In The Loop"): tools that ask before they act.
import { describe, expect, it } from "vitest";
import {
  type AssistantMessage,
  Command,
  END,
  InMemorySaver,
  INTERRUPT,
  interrupt,
  type Message,
  MessagesAnnotation,
  START,
  StateGraph,
  type ToolCall,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

interface EmailApproval {
  readonly approved: boolean;
  readonly reason?: string;
}

interface Confirmation {
  readonly confirmed: boolean;
  readonly operator?: string;
  readonly reason?: string;
}

function sendEmail(sent: string[], { to, subject, body }: Readonly<Record<string, string>>): string {
  const approval = interrupt<object, EmailApproval>({
    action: "send_email",
    to,
    subject,
    body,
    message: "Please confirm whether to send this email?",
  });
  if (!approval.approved) return `Email sending was rejected: ${approval.reason ?? "User cancelled"}`;
  sent.push(String(to));
  return `Email has been sent to ${to}`;
}

function deleteCourse(deleted: string[], { course_name: course }: Readonly<Record<string, string>>): string {
  const approval = interrupt<object, Confirmation>({
    action: "delete_course",
    course,
    message: `Confirm deletion of course "${course}"? This action cannot be undone.`,
  });
  if (!approval.confirmed) return "Deletion operation cancelled";
  deleted.push(String(course));
  return `Course "${course}" has been deleted`;
}

type Tool = (done: string[], args: Readonly<Record<string, string>>) => string;

/** model ⇄ tools: the model calls the tool once, then says what the tool said. */
function agent(tool: Tool, args: Readonly<Record<string, string>>, options: object = {}) {
  const done: string[] = [];
  const call: ToolCall = {
    id: "call-1",
    type: "function",
    function: { name: tool.name, arguments: JSON.stringify(args) },
  };
  const model = (messages: readonly Message[]): AssistantMessage => {
    const last = messages.at(-1);
    if (last?.role === "tool") return { role: "assistant", content: `${last.content}.` };
    return { role: "assistant", content: null, tool_calls: [call] };
  };
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("model", ({ messages }) => ({ messages: [model(messages)] }))
    .addNode("tools", () => ({
      messages: [{ role: "tool" as const, content: tool(done, args), tool_call_id: call.id }],
    }))
    .addEdge(START, "model")
    .addConditionalEdges("model", ({ messages }) => (messages.at(-1)?.content === null ? "tools" : END))
    .addEdge("tools", "model")
    .compile({ checkpointer: new InMemorySaver(), ...options });
  return { graph, done };
}

const session = onThread("admin-001");
const email = { to: "team@example.com", subject: "Hello", body: "See you." };
const course = { course_name: "Outdated Java Tutorial" };
const asked = { messages: [["human", 'Please delete the course "Outdated Java Tutorial"']] as const };
const replyOf = ({ messages }: { readonly messages: readonly Message[] }) => messages.at(-1)?.content;

describe("003, interrupt in tools: send_email", () => {
  it.each([
    [{ approved: true }, "Email has been sent to team@example.com.", ["team@example.com"]],
    [{ approved: false, reason: "Wrong list" }, "Email sending was rejected: Wrong list.", []],
    [{ approved: false }, "Email sending was rejected: User cancelled.", []],
  ])("answered with %j: %s", async (resume, reply, sent) => {
    const { graph, done } = agent(sendEmail, email);
    const paused = await graph.invoke({ messages: [["human", "Say hello"]] as const }, session);
    expect(paused[INTERRUPT]).toMatchObject([{ value: { action: "send_email", ...email } }]);
    expect(done).toEqual([]);
    expect(replyOf(await graph.invoke(new Command({ resume }), session))).toBe(reply);
    expect(done).toEqual(sent);
  });
});

describe("003, complete example: delete_course", () => {
  it("stops at the tools with the question, and deletes once it is confirmed", async () => {
    const { graph, done } = agent(deleteCourse, course);
    await graph.invoke(asked, session);
    const { next, tasks } = await graph.getState(session);
    expect(next).toEqual(["tools"]);
    expect(tasks[0]?.interrupts).toMatchObject([
      {
        value: {
          action: "delete_course",
          course: "Outdated Java Tutorial",
          message: 'Confirm deletion of course "Outdated Java Tutorial"? This action cannot be undone.',
        },
      },
    ]);
    const resume = { confirmed: true, operator: "Admin" };
    const result = await graph.invoke(new Command({ resume }), session);
    expect(replyOf(result)).toBe('Course "Outdated Java Tutorial" has been deleted.');
    expect(done).toEqual(["Outdated Java Tutorial"]);
  });

  it("deletes nothing when it is not", async () => {
    const { graph, done } = agent(deleteCourse, course);
    await graph.invoke(asked, session);
    const result = await graph.invoke(new Command({ resume: { confirmed: false } }), session);
    expect(replyOf(result)).toBe("Deletion operation cancelled.");
    expect(done).toEqual([]);
  });
});

describe("003, interrupt_before and interrupt_after", () => {
  it.each([
    [{ interruptBefore: ["tools"] }, ["tools"], 2],
    [{ interruptBefore: ["model"] }, ["model"], 1],
    [{ interruptAfter: ["model"] }, ["tools"], 2],
  ])("%j stops with %j to come", async (options, next, messages) => {
    const { graph } = agent(() => "found", course, options);
    await graph.invoke(asked, session);
    const stopped = await graph.getState(session);
    expect(stopped.next).toEqual(next);
    expect(stopped.values.messages).toHaveLength(messages);
  });

  it("after the tools, what they said can be seen before the model reads it", async () => {
    const { graph } = agent(() => "found", course, { interruptAfter: ["tools"] });
    await graph.invoke(asked, session);
    const stopped = await graph.getState(session);
    expect(stopped.next).toEqual(["model"]);
    expect(replyOf(stopped.values)).toBe("found");
    expect(replyOf(await graph.invoke(null, session))).toBe("found.");
  });
});

describe("003, typical architecture", () => {
  /** The two handlers of the text, which keep nothing themselves: the checkpointer does. */
  function backend() {
    const { graph, done } = agent(deleteCourse, course);
    return {
      done,
      async handleUserMessage(threadId: string, message: string) {
        const result = await graph.invoke({ messages: [["human", message]] as const }, onThread(threadId));
        const [waiting] = (await graph.getState(onThread(threadId))).interrupts;
        return waiting
          ? { status: "pending_approval", interrupt: waiting.value, thread_id: threadId }
          : { status: "completed", reply: replyOf(result) };
      },
      async handleApproval(threadId: string, confirmed: boolean, reason = "") {
        const resume = new Command({ resume: { confirmed, reason } });
        return { status: "completed", reply: replyOf(await graph.invoke(resume, onThread(threadId))) };
      },
    };
  }

  it("tells a message that waits for approval from one that is answered, thread by thread", async () => {
    const { done, handleUserMessage, handleApproval } = backend();
    for (const thread of ["one", "two"])
      expect(await handleUserMessage(thread, "Delete it")).toMatchObject({
        status: "pending_approval",
        interrupt: { action: "delete_course" },
        thread_id: thread,
      });
    expect(await handleApproval("two", false, "still read")).toEqual({
      status: "completed",
      reply: "Deletion operation cancelled.",
    });
    expect(await handleApproval("one", true)).toEqual({
      status: "completed",
      reply: 'Course "Outdated Java Tutorial" has been deleted.',
    });
    expect(done).toEqual(["Outdated Java Tutorial"]);
  });
});
