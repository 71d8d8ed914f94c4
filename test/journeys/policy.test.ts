// Whose agreement it takes: how many, of which groups, who is on call, and what becomes of votes when people or arguments change.
import { expect, test } from "vitest";
import { askApproval } from "../../src/approvals/ask.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { asking, ONE_APPROVER } from "../support/asking-workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike, told } from "../support/system.ts";

const { users, groups } = SEED;
const SCHEMA = { type: "object", properties: { version: { type: "string" } }, required: ["version"] };

async function asked(policy: DeclaredPolicy, options: Parameters<typeof asking>[2] = {}) {
  const workflow = asking(
    policy,
    (version) =>
      askApproval({
        title: `Release ${version}`,
        action: { name: "release", args: { version } },
        schema: SCHEMA,
        allowed: ["approve", "edit", "reject"],
      }),
    options,
  );
  const system = await startOwnWorkflow({ workflow, words: { version: "v1" } });
  await system.goOn();
  const card = () => messageLike(system.rita, /^(Approval needed|Approved|Rejected)/);
  const shown = async (): Promise<string> => JSON.stringify((await card()).blocks);
  return { ...system, card, shown };
}

const TWO: DeclaredPolicy = { ...ONE_APPROVER, quorum: 2 };

test("of two that are needed the first one's vote shows, counts once, and the second one's decides", async () => {
  const { ana, bo, rita, goOn, card, shown } = await asked(TWO);
  expect(await shown()).toContain("(2 needed)");
  await ana.click(await card(), "Approve");
  await goOn();
  expect(await shown()).toContain(`◔ <@${ana.id}> approved`);
  await ana.click(await card(), "Approve");
  await told(ana, /^You have voted already, and it counts; somebody else/);

  await bo.click(await card(), "Approve");
  await goOn();
  expect(await shown()).toContain(`by <@${ana.id}> and <@${bo.id}>`);
  const said = await messageLike(rita, /^✅ .*approved/);
  expect(said.text).toContain(`"votes":[{"by":"${ana.id}"`);
});

test("two who approve at once decide together, whoever is first", async () => {
  const { ana, bo, goOn, card, shown } = await asked(TWO);
  const both = await card();
  await Promise.all([ana.click(both, "Approve"), bo.click(both, "Approve")]);
  await goOn();
  expect(await shown()).toMatch(/✅ \*Approved/);
});

test("one rejection decides, though others approved", async () => {
  const { ana, bo, rita, goOn, card } = await asked(TWO);
  await ana.click(await card(), "Approve");
  await bo.click(await card(), "Reject…");
  await bo.submit(await bo.waitFor(({ views }) => views.at(-1)), { reason: "Not now" });
  await goOn();
  await messageLike(rita, /^Rejected: Release v1, by <@U0BO>/);
});

test("where two must reject, one rejection waits, and who rejected may still approve", async () => {
  const { ana, bo, rita, goOn, card, shown } = await asked({ ...TWO, rejections: 2 });
  await ana.click(await card(), "Reject…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { reason: "Not now" });
  await goOn();
  expect(await shown()).toContain(`◔ <@${ana.id}> rejected`);
  await ana.click(await card(), "Approve");
  await bo.click(await card(), "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1/);
});

test("an edit makes a new revision, on which earlier votes no longer count; the others vote on what it says now", async () => {
  const { ana, bo, rita, goOn, card, shown } = await asked(TWO);
  const first = await card();
  await ana.click(first, "Approve");
  await bo.click(first, "Edit…");
  await bo.submit(await bo.waitFor(({ views }) => views.at(-1)), { "arg:version": "v2" });
  await goOn();
  expect(await shown()).toContain("version: ~v1~ → *v2*");
  const note = await messageLike(rita, /changed \*Release v1\* \(revision 2\)/);
  expect(note.threadTs).toBe(first.threadTs);

  await ana.click(first, "Approve", { stale: true });
  await told(ana, /^This request has changed since you saw it/);
  await ana.click(await card(), "Approve");
  await goOn();
  const said = await messageLike(rita, /^✅ .*edited/);
  expect(said.text).toContain(`"args":{"version":"v2"},"before":{"version":"v1"}`);
});

test("who has left the group no longer counts when the deciding vote comes", async () => {
  const { ana, bo, otto, rita, administrator, sweepAfter, goOn, card, shown } = await asked(TWO);
  await ana.click(await card(), "Approve");
  await goOn();
  await administrator.change({ kind: "group", group: groups.oncall, user: ana.id, isMember: false });
  await administrator.change({ kind: "group", group: groups.oncall, user: users.otto, isMember: true });
  await sweepAfter(60);
  await bo.click(await card(), "Approve");
  await goOn();
  expect(await shown()).toContain(`◔ <@${bo.id}> approved`);
  expect(await shown()).not.toContain(`◔ <@${ana.id}>`);
  await otto.click(await card(), "Approve");
  await goOn();
  const decided = await messageLike(rita, /^Approved: Release v1/);
  expect(JSON.stringify(decided.blocks)).toContain(`by <@${bo.id}> and <@${otto.id}>`);
});

test("where every group must agree, one person speaks for one group", async () => {
  const everyGroup: DeclaredPolicy = {
    approvers: [{ group: groups.oncall }, { group: groups.ops }],
    requesterMayApprove: false,
    everyGroup: true,
  };
  const { ana, bo, rita, goOn, card, shown } = await asked(everyGroup);
  // Ana is in both groups.
  await ana.click(await card(), "Approve");
  await goOn();
  expect(await shown()).toContain("(one of each group)");
  await bo.click(await card(), "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1/);
});

test("whoever is on call decides, and it is asked at the click who that is", async () => {
  const onCall: DeclaredPolicy = { approvers: [{ schedule: "primary" }], requesterMayApprove: false };
  const { ana, bo, rita, sweepAfter, goOn, card, shown, around } = await asked(onCall);
  expect(await shown()).toContain("whoever is on call for primary");
  const week = 7 * 24 * 3_600;
  const first = Date.parse("2026-01-05T08:00:00Z");
  const isAnas = Math.floor((Date.parse(around.clock.now()) - first) / (week * 1_000)) % 2 === 0;
  const [now, next] = isAnas ? [ana, bo] : [bo, ana];
  await next.click(await card(), "Approve");
  await told(next, /^You can't decide this one: it needs whoever is on call for primary/);
  await sweepAfter(week);
  await now.click(await card(), "Approve");
  await told(now, /^You can't decide this one/);
  await next.click(await card(), "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1/);
});

test("a schedule that nobody has counts nobody's click, and says so", async () => {
  const { ana, card } = await asked({ approvers: [{ schedule: "nobody" }], requesterMayApprove: true });
  await ana.click(await card(), "Approve");
  await told(ana, /^I couldn't check who may decide this/);
});

test("a question of a node with a policy of its own is decided by whom that names", async () => {
  const otherwise: DeclaredPolicy = { approvers: [{ user: users.otto }], requesterMayApprove: false };
  const policies = { ask: otherwise };
  const { ana, otto, rita, goOn, card } = await asked(ONE_APPROVER, { policies });
  await ana.click(await card(), "Approve");
  await told(ana, /^You can't decide this one: it needs <@U0OTTO>/);
  await otto.click(await card(), "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1/);
});

test("a workflow that is not broadcast asks in its thread alone", async () => {
  const { card } = await asked(ONE_APPROVER, { broadcast: false });
  expect((await card()).broadcast).toBeFalsy();
  const loud = await asked(ONE_APPROVER);
  expect((await loud.card()).broadcast).toBe(true);
});
