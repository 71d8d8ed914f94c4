// The run's own message, and the reply that closes its thread.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import type { Run } from "../../src/runs/run.ts";
import { outcomeReply, runCard } from "../../src/slack/blocks/run-card.ts";
import { approvedByAna, decided, DECIDED_AT, someApproval, someRun } from "./fixtures.ts";
import { ASKED, plain, section, context, button, ARGS } from "./parts.ts";

const run = someRun();
describe("a run's card", () => {
  const by = context(`Requested by <@U0RITA> · ${ASKED} · r-7f3a21`);
  const open = someApproval();
  const closed = decided(someApproval(), approvedByAna);
  const expired: Approval = { ...open, state: { kind: "expired", at: "2026-05-04T15:04:00.000Z" } };
  const cancel = button("Cancel run", "cancel", '{"v":1,"t":"7f3a2100000000000000000000000000"}', {
    confirm: {
      title: plain("Cancel this run?"),
      text: plain("It does nothing more, and its open questions are closed. What was done stays done."),
      confirm: plain("Cancel run"),
      deny: plain("Keep it"),
      style: "danger",
    },
  });

  const all = button("Approve all 2…", "approve_all", '{"v":1,"t":"7f3a2100000000000000000000000000"}');

  test.each([
    ["C0OPS", false, "Asked for in <#C0OPS>, where I can't post. Invite me there."],
    ["C0OPS", true, "Meant for <#C0OPS>, where I can't post. Invite me there."],
    // Into a direct message between others nobody can invite an app.
    ["D0OTHERS", false, "Asked for in a direct message, where I can't post."],
  ])("of %s that stands elsewhere says so, and what to do", (channel, isRemote, words) => {
    const { blocks } = runCard(someRun({ channel, ...(isRemote && { isRemote }) }), [], "C0DEPLOYS");
    expect(blocks).toContainEqual(context(words));
  });

  test.each<readonly [mark: string, status: string, run: Run, approvals: readonly Approval[]]>([
    ["▶️", "Running", someRun({ status: { kind: "queued" } }), []],
    ["🟠", "Waiting for a decision", run, [closed, open]],
    ["🟠", "Waiting for 2 decisions", run, [open, open]],
    ["▶️", "Decided, continuing", run, [closed]],
    ["⌛", "Nobody decided in time. Ask again or stop the run on the request's card.", run, [expired]],
    ["▶️", "Decided, continuing", run, [closed, expired]],
    [
      "✅",
      "Deployed &lt;3",
      someRun({ status: { kind: "done", outcome: { good: true, text: "Deployed <3" } } }),
      [],
    ],
    [
      "⛔",
      "Not deployed",
      someRun({ status: { kind: "done", outcome: { good: false, text: "Not deployed" } } }),
      [],
    ],
    [
      "🚫",
      "Cancelled by <@U0ANA>. What was done stays done.",
      someRun({ status: { kind: "cancelled", by: "U0ANA", at: "2026-05-04T15:04:00.000Z" } }),
      [],
    ],
  ])("shows %s %s", (mark, status, shown, approvals) => {
    const isOver = shown.status.kind === "done" || shown.status.kind === "cancelled";
    const elements = status.includes("2 decisions") ? [all, cancel] : [cancel];
    expect(runCard(shown, approvals, shown.channel)).toEqual({
      text: `deploy r-7f3a21, requested by <@U0RITA>: ${status}`,
      blocks: [
        section(`${mark} *deploy* · ${status}`),
        ARGS,
        ...(isOver ? [] : [{ type: "actions", block_id: "run:3", elements }]),
        by,
      ],
    });
  });

  test.each<readonly [of: string, change: Partial<Run>, approvals: readonly Approval[], line: string]>([
    ["that runs", { status: { kind: "queued" } }, [], "✅ plan ×2 · ✅ approve · ▶️ deploy"],
    ["that waits", {}, [open], "✅ plan ×2 · ✅ approve · ⏸️ deploy"],
    ["that was answered", {}, [closed], "✅ plan ×2 · ✅ approve · ▶️ deploy"],
    ["that failed", { status: { kind: "failed", error: "No." } }, [], "✅ plan ×2 · ✅ approve · ⚠️ deploy"],
    [
      "that is over",
      { status: { kind: "cancelled", by: "U0ANA", at: DECIDED_AT } },
      [],
      "✅ plan ×2 · ✅ approve",
    ],
  ])("%s shows how far it is, below what was asked for", (_, change, approvals, line) => {
    const progress = { done: ["plan", "plan", "approve"], earlier: 0, next: ["deploy"], slot: 4, nodes: {} };
    const { blocks } = runCard(someRun({ progress, ...change }), approvals, run.channel);
    expect(blocks.slice(1, 3)).toEqual([ARGS, context(line)]);
  });

  test("shows the names of steps as text, cut short, and says how many went before", () => {
    const next = ["<!channel>\n✅ all", "x".repeat(5_000)];
    const progress = { done: ["a & b"], earlier: 30, next, slot: 4, nodes: {} };
    const { blocks } = runCard(someRun({ progress, status: { kind: "queued" } }), [], run.channel);
    expect(blocks[2]).toEqual(
      context(`… 30 more · ✅ a &amp; b · ▶️ &lt;!channel&gt; ✅ all · ▶️ ${"x".repeat(99)}…`),
    );
  });

  test("that is over names the end of its history, by which a cut one is found out; one that goes on does not", () => {
    const audit = { head: "0123456789abcdef".repeat(4), length: 5, entries: [] };
    const done = someRun({ audit, status: { kind: "done", outcome: { good: true, text: "Done" } } });
    expect(JSON.stringify(runCard(done, [], done.channel).blocks)).toContain(' · record 0123456789ab"');
    const waiting = someRun({ audit });
    expect(JSON.stringify(runCard(waiting, [], waiting.channel).blocks)).not.toContain("record");
  });

  test("that failed says why, that decisions stand, and offers Retry", () => {
    const failed = someRun({ status: { kind: "failed", error: "No <service>." } });
    const status = "Failed: No &lt;service&gt;. Decisions stand; Retry runs the failed step again.";
    const value = '{"v":1,"t":"7f3a2100000000000000000000000000"}';
    expect(runCard(failed, [closed], failed.channel)).toEqual({
      text: `deploy r-7f3a21, requested by <@U0RITA>: ${status}`,
      blocks: [
        section(`⚠️ *deploy* · ${status}`),
        ARGS,
        {
          type: "actions",
          block_id: "run:3",
          elements: [button("Retry", "retry", value, { style: "primary" }), cancel],
        },
        by,
      ],
    });
  });

  test.each<readonly [line: string, status: Run["status"]]>([
    ["✅ Deployed checkout.", { kind: "done", outcome: { good: true, text: "Deployed checkout." } }],
    ["⛔ Not deployed: Unsafe", { kind: "done", outcome: { good: false, text: "Not deployed: Unsafe" } }],
    [
      "⚠️ Failed: Gone. Decisions stand; Retry runs the failed step again.",
      { kind: "failed", error: "Gone." },
    ],
  ])("is closed by a reply that tells the requester: %s", (line, status) => {
    expect(outcomeReply(someRun({ status }))).toEqual({
      text: `${line} <@U0RITA>`,
      blocks: [section(`${line}\nRequested by <@U0RITA>`)],
    });
  });
});
