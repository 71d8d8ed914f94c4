// A run's history as people read it: a line for each kind of entry, and as many of them as one message has room for.
import { expect, test } from "vitest";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import { LIMITS } from "../../src/local/slack/limits.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { entryLine } from "../../src/slack/blocks/history-words.ts";
import { historyMessage } from "../../src/slack/blocks/history.ts";
import { ASKED_AT, INTERRUPT, someApproval, someChoice } from "./fixtures.ts";
import { ASKED, context, section } from "./parts.ts";

const { ana, rita } = SEED.users;
const common = { id: "one", at: ASKED_AT };
const question = { interrupt: INTERRUPT, revision: 1, digest: "d" };
const change = {
  kind: "values",
  before: { version: "v2.4.1", service: "checkout" },
  after: { version: "v2.4.2", service: "checkout" },
} as const;
const decided = { kind: "decided", ...common, ...question, by: ana } as const;
const refused = { kind: "refused", ...common, by: ana, tried: "approve", interrupt: INTERRUPT, digest: "d" };

const LINES: readonly (readonly [AuditEntry, string])[] = [
  [
    { kind: "started", ...common, by: rita, workflow: "deploy", workflowVersion: "1", input: "d" },
    `<@${rita}> started *deploy* (version 1)`,
  ],
  [
    {
      ...{ kind: "started", ...common, by: rita, workflow: "deploy", workflowVersion: "1", input: "d" },
      replayOf: { thread: "7f3a21".padEnd(32, "0"), step: "plan" },
    },
    `<@${rita}> started *deploy* (version 1), a replay of r-7f3a21, from the step *plan*`,
  ],
  [
    { kind: "replayed", ...common, by: rita, as: "7f3a21".padEnd(32, "0") },
    `<@${rita}> replayed it as r-7f3a21`,
  ],
  [{ kind: "asked", ...common, ...question }, "asked: *Deploy checkout v2.4.1 to prod*"],
  [
    { kind: "asked", ...common, ...question, interrupt: "gone", revision: 2 },
    "asked: *a question* (revision 2)",
  ],
  [
    { kind: "voted", ...common, ...question, by: ana, vote: "approve" },
    `<@${ana}> voted to approve, and others had to agree`,
  ],
  [
    { kind: "voted", ...common, ...question, by: ana, vote: "approve", forRun: true },
    `<@${ana}> voted to approve and to allow it for this run, and others had to agree`,
  ],
  [
    { kind: "edited", ...common, ...question, by: ana, change },
    `<@${ana}> proposed changes for others to agree to (version: ~v2.4.1~ → *v2.4.2*)`,
  ],
  [{ ...decided, answer: { kind: "approved" } }, `<@${ana}> approved`],
  [
    { ...decided, answer: { kind: "approved", forRun: true, comment: "go" } },
    `<@${ana}> approved, and allowed it for the rest of this run: “go”`,
  ],
  [
    { ...decided, answer: { kind: "edited", change, forRun: true } },
    `<@${ana}> approved with changes (version: ~v2.4.1~ → *v2.4.2*), and allowed it for the rest of this run`,
  ],
  [
    { kind: "revoked", ...common, ...question, by: rita },
    `<@${rita}> took back that deploy runs without asking`,
  ],
  [
    { kind: "allowed", ...common, action: "restart*", args: "d", interrupt: INTERRUPT },
    "restart\u2217 ran without asking: somebody had allowed it for this run",
  ],
  [
    {
      kind: "checked",
      ...common,
      guardrail: "no-prod",
      subject: "restart_service",
      passed: false,
      reason: "It is prod.",
    },
    "guardrail “no-prod” stopped restart_service: “It is prod.”",
  ],
  [
    {
      kind: "checked",
      ...common,
      guardrail: "size",
      subject: "what the agent was asked",
      passed: true,
      reason: "",
    },
    "guardrail “size” let pass what the agent was asked",
  ],
  [
    { ...decided, answer: { kind: "approved", comment: "go *now*" } },
    `<@${ana}> approved: “go \u2217now\u2217”`,
  ],
  [
    { ...decided, answer: { kind: "edited", change } },
    `<@${ana}> approved with changes (version: ~v2.4.1~ → *v2.4.2*)`,
  ],
  [
    { ...decided, answer: { kind: "edited", change: { kind: "digests", before: "b", after: "a" } } },
    `<@${ana}> approved with changes (too large to be shown here)`,
  ],
  [
    { ...decided, answer: { kind: "rejected", reason: "Freeze\nuntil <17:00>", stop: true } },
    `<@${ana}> rejected and asked to stop: “Freeze until &lt;17:00&gt;”`,
  ],
  [{ ...decided, answer: { kind: "responded", text: "eu-west-1" } }, `<@${ana}> answered: “eu-west-1”`],
  [
    {
      ...decided,
      answer: {
        kind: "reviewed",
        items: [
          { kind: "approved", said: "" },
          { kind: "edited", said: "ab12" },
          { kind: "rejected", said: "no" },
        ],
      },
    },
    `<@${ana}> decided 3 actions (approved; edited; rejected: “no”)`,
  ],
  [
    { ...refused, kind: "refused", because: "decided" },
    `<@${ana}> clicked Approve; not counted, since it had been decided`,
  ],
  [
    { ...refused, kind: "refused", because: "own-request", tried: "reject" },
    `<@${ana}> clicked Reject; not counted, since they had started the run`,
  ],
  [
    { ...refused, kind: "refused", because: "constructor", tried: "toString" },
    `<@${ana}> clicked a button; not counted, for a reason that this version does not know`,
  ],
  [
    { kind: "opened", ...common, by: ana, form: "review", interrupt: INTERRUPT, digest: "d" },
    `<@${ana}> opened the full request`,
  ],
  [
    { kind: "opened", ...common, by: ana, form: "reject", interrupt: INTERRUPT, digest: "d" },
    `<@${ana}> opened the form to reject it`,
  ],
  [
    { kind: "workflow-changed", ...common, from: "1", to: "2" },
    "the workflow was changed (version 1 → 2); people were asked before it went on",
  ],
  [
    { kind: "workflow-changed", ...common, from: "2", to: "2", migrated: true },
    "the workflow was changed (version 2 with other steps, ways or state); the run was migrated to it",
  ],
  [{ kind: "resumed", ...common, ...question }, "the run went on with the answer"],
  [{ kind: "superseded", ...common, ...question }, "no longer asked"],
  [
    {
      kind: "reopened",
      ...common,
      ...question,
      revision: 2,
      by: ana,
      because: "refused",
      notes: ["version: no"],
    },
    `asked again (revision 2): the answer of <@${ana}> did not fit: “version: no”`,
  ],
  [
    { kind: "reopened", ...common, ...question, revision: 2, by: ana, because: "expired" },
    `asked again (revision 2): its time was over, and <@${ana}> asked again`,
  ],
  [{ kind: "expired", ...common, ...question }, "nobody decided in time; nothing was run"],
  [
    { kind: "reminded", ...common, ...question, to: { users: [], groups: [SEED.groups.oncall] } },
    `reminded <!subteam^${SEED.groups.oncall}>`,
  ],
  [
    { kind: "reminded", ...common, ...question, by: rita, to: { users: [ana], groups: [] } },
    `<@${rita}> reminded <@${ana}>`,
  ],
  [
    {
      ...{ kind: "escalated", ...common, ...question, channel: SEED.channels.general },
      to: { users: [ana, rita], groups: [] },
    },
    `nobody had decided, so it went on to <@${ana}> or <@${rita}>, and is shown in <#${SEED.channels.general}>, too`,
  ],
  [
    { kind: "handed-over", ...common, ...question, by: ana, to: { users: [rita], groups: [] } },
    `<@${ana}> handed it over to <@${rita}>`,
  ],
  [
    { kind: "snoozed", ...common, ...question, by: ana, until: ASKED_AT },
    `<@${ana}> put off their reminders until ${ASKED}`,
  ],
  [
    { ...decided, by: "system", answer: { kind: "expired" } },
    "Countersign went on, as nobody had decided in time",
  ],
  [{ kind: "failed", ...common, error: "ops answered 500" }, "the run failed: “ops answered 500”"],
  [{ kind: "retried", ...common, by: rita }, `<@${rita}> tried it again`],
  [{ kind: "cancelled", ...common, by: rita }, `<@${rita}> cancelled the run`],
  [{ kind: "ended", ...common, good: true, text: "Deployed" }, "✅ the run ended: “Deployed”"],
  [
    { kind: "ended", ...common, good: false, by: ana, text: "Not now" },
    `⛔ <@${ana}> stopped the run: “Not now”`,
  ],
];

test.each(LINES.map(([entry, line]) => [line, entry] as const))("an entry reads: %s", (expected, entry) => {
  expect(entryLine(entry, [someApproval()])).toBe(`${ASKED} · ${expected}`);
});

test("where a run has asked several things, each line says which of them it is about", () => {
  const approvals = [
    someApproval(),
    someApproval({ title: "Tell everybody" }, { interrupt: "b".repeat(32) }),
  ];
  const entry = { ...decided, interrupt: "b".repeat(32), answer: { kind: "approved" } } as const;
  expect(entryLine(entry, approvals)).toBe(`${ASKED} · <@${ana}> approved · _Tell everybody_`);
});

test("a chosen answer reads as its button did", () => {
  const choice = someChoice();
  const [, second] = choice.request.kind === "choose" ? choice.request.options : [];
  const { id = "", label = "" } = second ?? {};
  const entry = { ...decided, interrupt: choice.interrupt, answer: { kind: "chosen", option: id } } as const;
  expect(entryLine(entry, [choice])).toBe(`${ASKED} · <@${ana}> answered: “${label}”`);
  expect(entryLine(entry, [])).toBe(`${ASKED} · <@${ana}> answered: “${id}”`);
});

test("of a long history the last part is shown, with how many came before and how to get all", () => {
  const lines = Array.from({ length: 400 }, (_, n) => `line ${n} ${"x".repeat(90)}`);
  const { text, blocks } = historyMessage({ lines, title: "History", notes: ["below"], whole: "Get all." });
  expect(text).toBe("History");
  const shown = JSON.stringify(blocks).match(/line \d+/g) ?? [];
  expect(shown.at(-1)).toBe("line 399");
  const left = 400 - shown.length;
  expect(shown).toEqual(Array.from({ length: shown.length }, (_, n) => `line ${left + n}`));
  expect(blocks.slice(0, 2)).toEqual([
    section("*History*"),
    context(`${left} entries before these. Get all.`),
  ]);
  expect(blocks.at(-1)).toEqual(context("below"));
  expect(Buffer.byteLength(JSON.stringify(blocks))).toBeLessThanOrEqual(LIMITS.message.blockBytes);
  expect(shown.length).toBeGreaterThan(70);
});

test("a short history is shown whole, and says nothing of what came before", () => {
  expect(historyMessage({ lines: ["a", "b"], title: "History", whole: "Get all." }).blocks).toEqual([
    section("*History*"),
    section("a\nb"),
  ]);
});
