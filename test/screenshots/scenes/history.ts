// What happened to a run, as its history and its audit tell it in private.
import { type Approval } from "../../../src/approvals/approval.ts";
import { type AuditEntry, entriesOfApproval } from "../../../src/approvals/audit.ts";
import { chained, NO_CHAIN } from "../../../src/approvals/chain.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { countOf, historyMessage, linkLine } from "../../../src/slack/blocks/history.ts";
import { approvedByAna, ASKED_AT, decided, DECIDED_AT, someApproval, THREAD } from "../../slack/fixtures.ts";
import type { Scene } from "../scene.ts";

const { users, groups, teamId, command } = SEED;
const approval: Approval = decided(someApproval(), approvedByAna, true);
const question = { interrupt: approval.interrupt, revision: 1, digest: approval.digest };
const [asked, ...answered] = entriesOfApproval(approval, DECIDED_AT);

const entries: readonly AuditEntry[] = [
  {
    ...{ kind: "started", id: "started", at: ASKED_AT, by: users.rita },
    ...{ workflow: "deploy", workflowVersion: "1", input: "0".repeat(64) },
  },
  ...(asked === undefined ? [] : [asked]),
  {
    ...{ kind: "refused", id: "refused:1", at: "2026-05-04T15:01:00.000Z", by: users.otto },
    ...{
      interrupt: question.interrupt,
      digest: question.digest,
      tried: "approve",
      because: "not-an-approver",
    },
  },
  {
    ...{ kind: "reminded", id: "reminded:1", at: "2026-05-04T15:04:00.000Z", ...question },
    to: { users: [], groups: [groups.oncall] },
  },
  ...answered,
  { kind: "failed", id: "failed:1", at: DECIDED_AT, error: "The deployment service answered 503." },
  { kind: "retried", id: "retried:1", at: "2026-05-04T15:07:00.000Z", by: users.rita },
  {
    ...{ kind: "ended", id: "ended", at: "2026-05-04T15:08:00.000Z" },
    ...{ good: true, text: "checkout in prod runs v2.4.1." },
  },
];

const chain = chained({ ...NO_CHAIN, known: new Set() }, entries, { team: teamId, thread: THREAD });
const whole = `\`${command} audit r-7f3a21 export\` sends you all of it as a file.`;
const lines = chain.map((link) => linkLine(link, [approval]));
const count = countOf(chain.length);

function toldOf(name: string, sees: string, told: Parameters<typeof historyMessage>[0]): Scene {
  return { name, sees, shows: { kind: "private", ...historyMessage(told) } };
}

export const historyScenes: readonly Scene[] = [
  toldOf("history", "What happened to a run, from its start to its end.", {
    ...{ lines, title: `History of deploy r-7f3a21: ${count}`, whole },
  }),
  toldOf("history-long", "Of a long history the last part.", {
    ...{ lines: Array.from({ length: 12 }, () => lines).flat(), whole },
    title: `History of deploy r-7f3a21: ${countOf(12 * chain.length)}`,
  }),
  toldOf("audit", "The same with the hashes that hold it together.", {
    lines: chain.map((link, at) => `\`${link.seq + 1} ${link.hash.slice(0, 8)}\` ${lines[at] ?? ""}`),
    title: `Audit of deploy r-7f3a21: ${count}`,
    notes: [
      `✅ The history is whole: each of its ${count} continues the one before it, up to the head.`,
      `Head: \`${chain.at(-1)?.hash ?? ""}\``,
    ],
    whole,
  }),
];
