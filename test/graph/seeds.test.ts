// The examples of the reference text 001 (the human-in-the-loop chapter), translated from Python.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  END,
  InMemorySaver,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { collected, onThread, refusal } from "./support.ts";

describe("001, example 1", () => {
  it("pauses for one approval and goes on with the answer", async () => {
    const ApprovalState = Annotation.Root({
      action: Annotation<string>(),
      amount: Annotation<number>(),
      decision: Annotation<string>(),
    });
    const graph = new StateGraph(ApprovalState)
      .addNode("request_approval", ({ action, amount }) => {
        const answer = interrupt({
          question: `Approve ${action} for $${amount.toFixed(2)}?`,
          options: ["yes", "no"],
        });
        return { decision: answer === "yes" ? "approved" : "rejected" };
      })
      .addNode("execute", ({ decision, action }) => ({ action: `${decision.toUpperCase()}: ${action}` }))
      .addEdge(START, "request_approval")
      .addEdge("request_approval", "execute")
      .addEdge("execute", END)
      .compile({ checkpointer: new InMemorySaver() });

    const events = await collected(graph.stream({ action: "transfer", amount: 500 }, onThread("t1")));
    const [question] = (await graph.getState(onThread("t1"))).interrupts;
    expect(question?.value).toEqual({ question: "Approve transfer for $500.00?", options: ["yes", "no"] });
    expect(events).toEqual([{ [INTERRUPT]: [{ id: question?.id, value: question?.value }] }]);

    expect(await collected(graph.stream(new Command({ resume: "yes" }), onThread("t1")))).toEqual([
      { request_approval: { decision: "approved" } },
      { execute: { action: "APPROVED: transfer" } },
    ]);
  });
});

describe("001, example 2", () => {
  const ReviewState = Annotation.Root({
    content: Annotation<string>(),
    titleOk: Annotation<boolean>(),
    bodyOk: Annotation<boolean>(),
    published: Annotation<boolean>(),
  });

  function editorial() {
    return new StateGraph(ReviewState)
      .addNode("review", ({ content }) => {
        const title = interrupt({ question: "Is the title acceptable?", title: content.slice(0, 50) });
        const body = interrupt({ question: "Is the body acceptable?", preview: content.slice(0, 200) });
        return { titleOk: title === "yes", bodyOk: body === "yes" };
      })
      .addNode("publish", ({ titleOk, bodyOk }) => ({ published: titleOk && bodyOk }))
      .addEdge(START, "review")
      .addEdge("review", "publish")
      .addEdge("publish", END)
      .compile({ checkpointer: new MemorySaver() });
  }

  it("asks two questions in one node, answered in sequence", async () => {
    const graph = editorial();
    const thread = onThread("review-1");
    await graph.invoke({ content: "My Article: full body here..." }, thread);

    const second = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(second[INTERRUPT]?.[0]?.value).toMatchObject({ question: "Is the body acceptable?" });
    await graph.invoke(new Command({ resume: "yes" }), thread);

    expect((await graph.getState(thread)).values.published).toBe(true);
  });

  it("answered by id, one call per question (example 3, option A)", async () => {
    const graph = editorial();
    const thread = onThread("signoff-1");
    await graph.invoke({ content: "Acquire WidgetCo" }, thread);

    for (const answer of ["yes", "no"]) {
      const [pending] = (await graph.getState(thread)).interrupts;
      await graph.invoke(new Command({ resume: { [pending?.id ?? ""]: answer } }), thread);
    }

    expect((await graph.getState(thread)).values).toMatchObject({
      titleOk: true,
      bodyOk: false,
      published: false,
    });
  });

  it("refuses an answer to a question that was not asked yet (example 3, option B)", async () => {
    const graph = editorial();
    const thread = onThread("signoff-2");
    await graph.invoke({ content: "Acquire WidgetCo" }, thread);
    const [pending] = (await graph.getState(thread)).interrupts;

    const both = { [pending?.id ?? ""]: "yes", ["0".repeat(32)]: "yes" };

    expect(await refusal(graph.invoke(new Command({ resume: both }), thread))).toMatchObject({
      reason: "not_pending",
      pendingIds: [pending?.id],
    });
  });
});

describe("001, example 4", () => {
  const WorkflowState = Annotation.Root({
    action: Annotation<string>(),
    amount: Annotation<number>(),
    approvals: Annotation<Readonly<Record<string, boolean>>>({
      reducer: (all, more) => ({ ...all, ...more }),
      default: () => ({}),
    }),
    outcome: Annotation<string>(),
  });

  function approvalChain() {
    return new StateGraph(WorkflowState)
      .addNode("manager", ({ action, amount }) => {
        const answer = interrupt({
          stage: "manager",
          question: `Approve ${action} for $${amount.toFixed(2)}?`,
        });
        return { approvals: { manager: answer === "yes" } };
      })
      .addNode("compliance", ({ approvals }) => {
        if (approvals["manager"] !== true) return { approvals: { compliance: false } };
        const answer = interrupt({ stage: "compliance", question: "Compliance sign-off?" });
        return { approvals: { compliance: answer === "yes" } };
      })
      .addNode("execute", ({ action, approvals }) => ({
        outcome: `${Object.values(approvals).every(Boolean) ? "EXECUTED" : "REJECTED"}: ${action}`,
      }))
      .addEdge(START, "manager")
      .addEdge("manager", "compliance")
      .addEdge("compliance", "execute")
      .addEdge("execute", END)
      .compile({ checkpointer: new MemorySaver() });
  }

  it("asks one person after the other, each in a node of their own", async () => {
    const graph = approvalChain();
    const thread = onThread("workflow-1");

    await graph.invoke({ action: "vendor-contract", amount: 50_000 }, thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);

    expect((await graph.getState(thread)).values.outcome).toBe("EXECUTED: vendor-contract");
  });

  it("does not ask the second person once the first has said no", async () => {
    const graph = approvalChain();
    const thread = onThread("workflow-2");
    await graph.invoke({ action: "vendor-contract", amount: 50_000 }, thread);

    const result = await graph.invoke(new Command({ resume: "no" }), thread);

    expect(isInterrupted(result)).toBe(false);
    expect(result.outcome).toBe("REJECTED: vendor-contract");
  });
});

describe("001, example 5", () => {
  const EditState = Annotation.Root({ draft: Annotation<string>(), final: Annotation<string>() });

  function editor() {
    return new StateGraph(EditState)
      .addNode(
        "review",
        ({ draft }) => {
          const decision = interrupt({
            question: "Accept, reject, or edit this draft?",
            draft,
            options: ["accept", "reject", "edit"],
          });
          if (decision === "accept") return new Command({ update: { final: draft }, goto: "publish" });
          if (decision === "edit") return new Command({ goto: "revise" });
          return new Command({ update: { final: "" }, goto: END });
        },
        { ends: ["publish", "revise", END] },
      )
      .addNode("revise", () => ({
        draft: interrupt<object, string>({ question: "Enter your revised draft:" }),
      }))
      .addNode("publish", ({ final }) => ({ final: `[PUBLISHED] ${final}` }))
      .addEdge(START, "review")
      .addEdge("revise", "review")
      .addEdge("publish", END)
      .compile({ checkpointer: new MemorySaver() });
  }

  it("goes where the answer leads: edit, revise, accept, publish", async () => {
    const graph = editor();
    const thread = onThread("edit-1");
    await graph.invoke({ draft: "First draft text" }, thread);

    await graph.invoke(new Command({ resume: "edit" }), thread);
    await graph.invoke(new Command({ resume: "Improved draft text" }), thread);
    await graph.invoke(new Command({ resume: "accept" }), thread);

    expect((await graph.getState(thread)).values.final).toBe("[PUBLISHED] Improved draft text");
  });

  it("ends when the answer is no", async () => {
    const graph = editor();
    const thread = onThread("edit-2");
    await graph.invoke({ draft: "First draft text" }, thread);

    await graph.invoke(new Command({ resume: "reject" }), thread);

    expect(await graph.getState(thread)).toMatchObject({ status: "finished", values: { final: "" } });
  });
});
