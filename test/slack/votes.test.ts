// Where one person does not decide alone: what the card and the form for editing say of the votes.
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import type { CountedVote } from "../../src/approvals/decision.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { editModal } from "../../src/slack/modals/edit.ts";
import { someApproval, someRun } from "./fixtures.ts";

const run = someRun();

type Policy = Approval["policy"];

function voted(policy: Partial<Policy>, ...votes: readonly CountedVote["vote"][]): string {
  const asked = someApproval();
  const counted = votes.map((vote, index) => ({ by: `U${index}`, at: "2026-05-04T15:02:00.000Z", vote }));
  const state = { kind: "pending" as const, votes: counted };
  return JSON.stringify(requestCard({ ...asked, policy: { ...asked.policy, ...policy }, state }, run).blocks);
}

const APPROVE = { kind: "approve" } as const;
const REJECT = { kind: "reject", reason: "Not now" } as const;
const ONCALL = "from <!subteam^S0ONCALL>";

test.each<
  readonly [of: string, policy: Partial<Policy>, votes: readonly CountedVote["vote"][], says: string]
>([
  ["one of two", { quorum: 2 }, [APPROVE], `*1 of 2* · waiting for 1 more ${ONCALL}.`],
  ["two of four", { quorum: 4 }, [APPROVE, APPROVE], `*2 of 4* · waiting for 2 more ${ONCALL}.`],
  ["one of two rejections", { rejections: 2 }, [REJECT], `*1 of 2* · waiting for 1 more ${ONCALL}.`],
  [
    "votes that differ",
    { quorum: 2, rejections: 2 },
    [APPROVE, REJECT],
    `Waiting for more ${ONCALL} (2 needed).`,
  ],
  [
    "groups that must all agree",
    { everyGroup: true },
    [APPROVE],
    `Waiting for more ${ONCALL} (one of each group).`,
  ],
])("a card with %s says how many votes are missing, where one number tells it", (_, policy, votes, says) => {
  expect(voted(policy, ...votes)).toContain(says);
});

test.each<readonly [who: string, policy: Partial<Policy>, says: string]>([
  ["one person", {}, "Submitting approves it with your changes."],
  ["two people", { quorum: 2 }, "submitting is the first vote on a new revision"],
])("the form for editing says what submitting does where %s decide", (_, policy, says) => {
  const asked = someApproval();
  const { blocks } = editModal({ ...asked, policy: { ...asked.policy, ...policy } });
  expect(JSON.stringify(blocks[0])).toContain(says);
});

test("arguments too long for a card are cut after twenty lines, so that the title and the buttons stay near each other", () => {
  const plan = Array.from({ length: 300 }, (_, index) => `Step ${index}`).join("\n");
  const shown = JSON.stringify(requestCard(someApproval({ action: { name: "plan", args: { plan } } }), run));
  expect(shown).toContain("Step 18\\n… and 281 more lines");
});
