// Seed 002 ("HITL in Your FastAPI Application": /chat/start, /chat/approve, /chat/reject) and seed 003 (handle_user_message, handle_approval), over REST.
import { beforeAll, expect, test } from "vitest";
import { type Answered, pathOf, pendingIn, type Program, programOf, runIn, seen } from "../support/api.ts";
import { agentWorkflow } from "../support/agent-workflow.ts";
import { DECIDER } from "../support/asked-over-rest.ts";
import { type Desk, startDesk } from "../support/desk.ts";
import { type Line, startModel } from "../support/model.ts";

const TARGET = { service: "checkout", version: "v2.4.1", env: "prod" };
const CALL: Line = [["deploy", TARGET]];

let desk: Desk;
/** The application of the seeds: it has a key that starts, and one that its administrators decide with. */
let app: Program;
let admins: Program;
beforeAll(async () => {
  desk = await startDesk();
  app = await programOf(desk, { name: "app" });
  admins = await programOf(desk, { name: DECIDER, owner: desk.otto.id });
  return () => desk.stop();
});

async function agentOf(...lines: readonly [Line, ...Line[]]): Promise<string> {
  const { model } = await startModel(lines);
  const workflow = agentWorkflow({});
  const policy = { ...workflow.policy, approvers: [{ apiKey: DECIDER }] as [{ apiKey: string }] };
  return desk.offer({ ...workflow, policy }, model);
}

/** What the seeds answer: done, or what waits. */
function statusOf(answered: Answered): object {
  const { status, outcome, id } = runIn(answered);
  if (status !== "waiting") return { status: "complete", answer: outcome?.text };
  const { action } = pendingIn(answered);
  return { status: "pending_approval", session_id: id, pending_tool_calls: [action] };
}

/** Seed 002: POST /chat/start. A session that is started again is the same one. */
async function chatStart(workflow: string, request: string, session: string): Promise<Answered> {
  return app.post("/v1/runs?wait=20", { workflow, input: { request } }, { "idempotency-key": session });
}

/** Seed 002: POST /chat/approve/{session_id} and POST /chat/reject/{session_id}. */
async function chatDecide(session: string, way: "approve" | "reject", body?: object): Promise<object> {
  const request = pendingIn(await admins.get(`/v1/runs/${session}?wait=20`));
  await admins.post(pathOf(request, way), body, seen(request));
  return statusOf(await admins.get(`/v1/runs/${session}?wait=20`));
}

test("seed 002: a chat that needs nobody is complete when it is started", async () => {
  const started = await chatStart(await agentOf("All is well."), "How is checkout?", "session-1");
  expect(started.status).toBe(202);
  expect(statusOf(started)).toMatchObject({ status: "complete" });
  expect(JSON.stringify(statusOf(started))).toContain("All is well.");
});

test("seed 002: a chat whose agent wants to act waits for approval with its tool call, and is complete once it is approved", async () => {
  const workflow = await agentOf(CALL, "Deployed.");
  const started = await chatStart(workflow, "Deploy checkout", "session-2");
  expect(statusOf(started)).toMatchObject({
    status: "pending_approval",
    pending_tool_calls: [{ name: "deploy", args: TARGET }],
  });
  expect(runIn(await chatStart(workflow, "Deploy checkout", "session-2")).id).toBe(runIn(started).id);
  const approved = await chatDecide(runIn(started).id, "approve");
  expect(approved).toMatchObject({ status: "complete" });
  expect(JSON.stringify(approved)).toContain("Deployed.");
});

test("seed 002: a chat whose action is rejected tells its agent why, and is complete with what that says", async () => {
  const started = await chatStart(await agentOf(CALL, "Then I won't."), "Deploy checkout", "session-3");
  const rejected = await chatDecide(runIn(started).id, "reject", { reason: "Rejected by user" });
  expect(JSON.stringify(rejected)).toContain("Then I won't.");
});

/** Seed 003: handle_user_message(thread_id, message). */
async function handleUserMessage(workflow: string, message: string): Promise<Answered> {
  return app.post("/v1/runs?wait=20", { workflow, input: { request: message } });
}

/** Seed 003: handle_approval(thread_id, approved, reason). */
async function handleApproval(thread: string, approved: boolean, reason = ""): Promise<Answered> {
  const request = pendingIn(await admins.get(`/v1/runs/${thread}?wait=20`));
  const [way, body] = approved ? (["approve", undefined] as const) : (["reject", { reason }] as const);
  await admins.post(pathOf(request, way), body, seen(request));
  return admins.get(`/v1/runs/${thread}?wait=20`);
}

test.each([
  [true, "", "Deployed."],
  [false, "Not today", "Deployed."],
])(
  "seed 003: a message is pending until the approval is handled (approved: %s), and then completed with what the agent says",
  async (approved, reason, reply) => {
    const pending = await handleUserMessage(await agentOf(CALL, reply), "Deploy checkout");
    expect(pendingIn(pending)).toMatchObject({ state: "pending", action: { name: "deploy" } });
    const completed = runIn(await handleApproval(runIn(pending).id, approved, reason));
    expect([completed.status, completed.outcome?.text]).toEqual(["done", expect.stringContaining(reply)]);
    expect(completed.requests[0]?.decision?.kind).toBe(approved ? "approved" : "rejected");
  },
);
