// The examples of the reference text 004 ("Human-in-the-Loop Workflows with LangGraph"): proposals that wait, go stale and are corrected.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  END,
  INTERRUPT,
  interrupt,
  MemorySaver,
  NodeInterrupt,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

const Proposal = Annotation.Root({
  proposed_action: Annotation<string>(),
  approved: Annotation<boolean>(),
  human_reviewed: Annotation<boolean>(),
  status: Annotation<string>(),
});

const session = onThread("pr-review-session-42");

describe("004, the two ways to pause", () => {
  it.each([
    ["approve", true],
    ["reject", false],
  ])("approval_node: interrupt() returns %j", async (resume, approved) => {
    const graph = new StateGraph(Proposal)
      .addNode("approval_node", ({ proposed_action }) => {
        const decision = interrupt({ question: "Approve this action?", proposed_action });
        return { approved: decision === "approve" };
      })
      .addEdge(START, "approval_node")
      .compile({ checkpointer: new MemorySaver() });
    const paused = await graph.invoke({ proposed_action: "merge" }, session);
    expect(paused[INTERRUPT]).toMatchObject([
      { value: { question: "Approve this action?", proposed_action: "merge" } },
    ]);
    expect(await graph.invoke(new Command({ resume }), session)).toMatchObject({ approved });
  });

  it("review_node: NodeInterrupt is answered by updateState, and null goes on", async () => {
    const graph = new StateGraph(Proposal)
      .addNode("review_node", ({ human_reviewed, proposed_action }) => {
        if (!human_reviewed) throw new NodeInterrupt(`Please review proposed changes: ${proposed_action}`);
        return { status: "reviewed" };
      })
      .addEdge(START, "review_node")
      .compile({ checkpointer: new MemorySaver() });
    const paused = await graph.invoke({ proposed_action: "merge" }, session);
    expect(paused[INTERRUPT]).toMatchObject([{ value: "Please review proposed changes: merge" }]);
    await graph.updateState(session, { human_reviewed: true });
    expect(await graph.invoke(null, session)).toMatchObject({ status: "reviewed" });
  });
});

it("004, deep dive: deploy_node runs from its top again, what follows the question runs once", async () => {
  const Deploy = Annotation.Root({ task: Annotation<string>(), deployed: Annotation<boolean>() });
  const calls = { plan: 0, deploy: 0 };
  const graph = new StateGraph(Deploy)
    .addNode("deploy_node", ({ task }) => {
      calls.plan++;
      const decision = interrupt({ plan: `plan for ${task}` });
      if (decision === "approve") calls.deploy++;
      return { deployed: decision === "approve" };
    })
    .addEdge(START, "deploy_node")
    .compile({ checkpointer: new MemorySaver() });
  await graph.invoke({ task: "deploy service to production" }, onThread("deploy-approval-001"));
  expect(calls).toEqual({ plan: 1, deploy: 0 });
  const resumed = await graph.invoke(new Command({ resume: "approve" }), onThread("deploy-approval-001"));
  expect(resumed).toMatchObject({ deployed: true });
  expect(calls).toEqual({ plan: 2, deploy: 1 });
});

const Review = Annotation.Root({
  pr_number: Annotation<number>(),
  diff: Annotation<string>(),
  analysis: Annotation<string>(),
  proposed_changes: Annotation<readonly string[]>(),
  approved: Annotation<boolean>(),
  applied: Annotation<boolean>(),
  error: Annotation<string>(),
});

const PROPOSED = ["1. Add type hints", "2. Remove unused import", "3. Rename variable x to user_id"];

/** The text's agent, with the check for stale proposals of its failure mode 2. */
function reviewAgent({ isStale = () => false, key }: { isStale?: () => boolean; key?: string } = {}) {
  const applied: string[] = [];
  const graph = new StateGraph(Review)
    .addNode("analyze_pr", ({ diff }) => ({ analysis: `issues in ${diff.length} characters` }))
    .addNode("propose_changes", () => ({ proposed_changes: [...PROPOSED, "4. One too many"].slice(0, 3) }))
    .addNode("human_approval", ({ pr_number, proposed_changes }) => {
      const decision = interrupt<object, string>(
        {
          message: "Review proposed changes. Reply 'approve' to proceed or 'reject' to cancel.",
          pr_number,
          proposed_changes,
        },
        key === undefined ? {} : { key },
      );
      return { approved: decision.trim().toLowerCase() === "approve" };
    })
    .addNode("apply_changes", ({ approved, proposed_changes }) => {
      if (!approved) return { applied: false };
      if (isStale()) return { applied: false, error: "state changed while waiting for approval" };
      applied.push(...proposed_changes);
      return { applied: true };
    })
    .addEdge(START, "analyze_pr")
    .addEdge("analyze_pr", "propose_changes")
    .addEdge("propose_changes", "human_approval")
    .addEdge("human_approval", "apply_changes")
    .addEdge("apply_changes", END)
    .compile({ checkpointer: new MemorySaver() });
  return { graph, applied };
}

const review = onThread("pr-42-review");
const opened = {
  pr_number: 42,
  diff: "- def login(username, password):\n+ def login(username: str, password: str) -> bool:",
  approved: false,
  applied: false,
};

describe("004, PR review agent", () => {
  it("pauses with the proposed changes, and applies them once approved", async () => {
    const { graph, applied } = reviewAgent();
    const [question] = (await graph.invoke(opened, review))[INTERRUPT] ?? [];
    expect(question?.value).toEqual({
      message: "Review proposed changes. Reply 'approve' to proceed or 'reject' to cancel.",
      pr_number: 42,
      proposed_changes: PROPOSED,
    });
    expect(applied).toEqual([]);
    const resumed = await graph.invoke(new Command({ resume: " Approve " }), review);
    expect(resumed).toMatchObject({ approved: true, applied: true });
    expect(applied).toEqual(PROPOSED);
  });

  it("applies nothing when rejected", async () => {
    const { graph, applied } = reviewAgent();
    await graph.invoke(opened, review);
    const resumed = await graph.invoke(new Command({ resume: "reject" }), review);
    expect(resumed).toMatchObject({ approved: false, applied: false });
    expect(applied).toEqual([]);
  });

  const corrected = [...PROPOSED.slice(0, 2), "3. Extract login logic into a dedicated AuthService class"];

  it("update_state: with a key the same question stands, and the corrected list is what is applied", async () => {
    const { graph, applied } = reviewAgent({ key: "changes" });
    await graph.invoke(opened, review);
    const before = await graph.getState(review);
    expect(before.values.proposed_changes).toEqual(PROPOSED);
    await graph.updateState(review, { proposed_changes: corrected });
    const after = await graph.getState(review);
    expect(after.interrupts.map(({ id }) => id)).toEqual(before.interrupts.map(({ id }) => id));
    expect(await graph.invoke(new Command({ resume: "approve" }), review)).toMatchObject({ applied: true });
    expect(applied).toEqual(corrected);
  });

  it("update_state: without one, what was approved is not what would be applied, so it asks again with the corrected list", async () => {
    const { graph, applied } = reviewAgent();
    await graph.invoke(opened, review);
    await graph.updateState(review, { proposed_changes: corrected });
    const again = await graph.invoke(new Command({ resume: "approve" }), review);
    expect(again[INTERRUPT]).toMatchObject([{ value: { proposed_changes: corrected } }]);
    expect(applied).toEqual([]);
    expect(await graph.invoke(new Command({ resume: "approve" }), review)).toMatchObject({ applied: true });
    expect(applied).toEqual(corrected);
  });

  it("failure mode 2: a proposal that went stale while it waited is not applied", async () => {
    const merged = { since: false };
    const { graph, applied } = reviewAgent({ isStale: () => merged.since });
    await graph.invoke(opened, review);
    merged.since = true;
    const resumed = await graph.invoke(new Command({ resume: "approve" }), review);
    expect(resumed).toMatchObject({ applied: false, error: "state changed while waiting for approval" });
    expect(applied).toEqual([]);
  });

  it("one thread per conversation: an answer on one thread leaves the other waiting", async () => {
    const { graph } = reviewAgent();
    await graph.invoke(opened, review);
    await graph.invoke({ ...opened, pr_number: 43 }, onThread("pr-43-review"));
    await graph.invoke(new Command({ resume: "approve" }), onThread("pr-43-review"));
    expect(await graph.getState(review)).toMatchObject({ status: "paused", next: ["human_approval"] });
  });
});

it("004, failure mode 3: two questions in a row stop and go on one after the other", async () => {
  const graph = new StateGraph(Annotation.Root({ answers: Annotation<readonly unknown[]>() }))
    .addNode("ask", () => ({ answers: [interrupt("first?"), interrupt("second?")] }))
    .addEdge(START, "ask")
    .compile({ checkpointer: new MemorySaver() });
  const first = await graph.invoke({}, session);
  expect(first[INTERRUPT]).toMatchObject([{ value: "first?" }]);
  const second = await graph.invoke(new Command({ resume: "one" }), session);
  expect(second[INTERRUPT]).toMatchObject([{ value: "second?" }]);
  const done = await graph.invoke(new Command({ resume: "two" }), session);
  expect(done).toEqual({ answers: ["one", "two"] });
});

describe("004, real-world applications", () => {
  it("remediation: restarting runs by itself, scaling the database down asks", async () => {
    const Step = Annotation.Root({
      action: Annotation<string>(),
      target: Annotation<string>(),
      outcome: Annotation<string>(),
    });
    const graph = new StateGraph(Step)
      .addNode("act", ({ action, target }) => {
        if (action === "restart") return { outcome: `restarted ${target}` };
        const answer = interrupt({ action, target, reason: "p99 latency normal" });
        return { outcome: answer === "approve" ? `scaled down ${target}` : "left alone" };
      })
      .addEdge(START, "act")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({ action: "restart", target: "web-1" }, onThread("alert-1"))).toMatchObject({
      outcome: "restarted web-1",
    });
    const asked = await graph.invoke({ action: "scale_down", target: "db-replica-3" }, onThread("alert-2"));
    expect(asked[INTERRUPT]).toMatchObject([
      { value: { action: "scale_down", target: "db-replica-3", reason: "p99 latency normal" } },
    ]);
    const done = await graph.invoke(new Command({ resume: "approve" }), onThread("alert-2"));
    expect(done).toMatchObject({ outcome: "scaled down db-replica-3" });
  });
});
