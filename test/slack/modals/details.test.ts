// The full request: everything is shown, on as many pages as it takes, to whoever sees the card; deciding there decides once.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Approval } from "../../../src/approvals/approval.ts";
import { acceptModal } from "../../../src/local/slack/views.ts";
import { createStore } from "../../../src/local/slack/store.ts";
import { createWorkspace } from "../../../src/local/slack/workspace.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { decodePageRef } from "../../../src/slack/action-id.ts";
import { requestCard } from "../../../src/slack/blocks/request-card.ts";
import { detailsModal, type DetailsShown } from "../../../src/slack/modals/details.ts";
import { approvedByAna, decided, someApproval, someChoice, someRun } from "../fixtures.ts";
import { startDoor, told } from "../support.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});

const Rich = z.object({
  type: z.literal("rich_text"),
  elements: z.array(z.object({ type: z.string(), elements: z.array(z.object({ text: z.string() })) })),
});

/** Of one page. */
function textOf(approval: Approval, shown: DetailsShown, type = "rich_text_preformatted"): string {
  return detailsModal(approval, shown)
    .blocks.flatMap((block) => Rich.safeParse(block).data?.elements ?? [])
    .filter((element) => element.type === type)
    .flatMap(({ elements }) => elements)
    .map(({ text }) => text)
    .join("");
}

function pagesIn(approval: Approval): number {
  const last = detailsModal(approval, { page: 1_000, refused: undefined });
  return (decodePageRef(last.private_metadata)?.page ?? 0) + 1;
}

describe("the full request", () => {
  test("shows every character of every argument on one page or on many, and each page is one that Slack takes", () => {
    for (const length of [1, 5_000, 400_000]) {
      const diff = "🟠日本\n".repeat(length / 5);
      const approval = someApproval({
        action: { name: "apply", args: { diff: diff.trim() || "x", dry: true } },
      });
      const pages = Array.from({ length: pagesIn(approval) }, (_, page) => ({ page, refused: undefined }));
      expect(pages.length > 1).toBe(length > 50_000);
      const shown = pages.map((page) => textOf(approval, page)).join("");
      const lines = shown.slice(shown.indexOf("diff:")).replaceAll(/^ {2}/gm, "");
      expect(lines.replace(/^diff:\s/, "")).toBe(`${diff.trim() || "x"}\ndry: true`);
      for (const page of pages)
        expect(acceptModal(workspace, detailsModal(approval, page))).toMatchObject({ ok: true });
    }
  });

  test("says who asks, who decides, how risky it is, what it acts on, and its facts and summary in full", () => {
    const summary = "So it goes.\n".repeat(400).trim();
    const facts = Array.from({ length: 20 }, (_, index) => ({
      label: `Fact ${index}`,
      value: "so ".repeat(300),
    }));
    const approval = someApproval({ summary, facts, title: "Long ".repeat(100).trim() });
    const page = { page: 0, refused: undefined };
    expect(textOf(approval, page, "rich_text_quote")).toBe(summary);
    const text = textOf(approval, page);
    for (const line of [`Title: ${approval.request.title}`, "Action: deploy", "Acts on: checkout in prod"])
      expect(text).toContain(line);
    for (const { label, value } of facts) expect(text).toContain(`${label}: "${value}"`);
    const shown = JSON.stringify(detailsModal(approval, page).blocks);
    for (const part of ["<@U0RITA>", "<!subteam^S0ONCALL>", "High · changes production"])
      expect(shown).toContain(part);
  });

  test("of a question shows every answer in full, and leaves deciding to the card", () => {
    const text = textOf(someChoice(), { page: 0, refused: "not-offered" });
    expect(text).toContain("Answer: Run it again\nsends: retry\nleads to: The task is started once more.");
    const shown = detailsModal(someChoice(), { page: 0, refused: "not-offered" });
    expect(shown).not.toHaveProperty("submit");
    expect(JSON.stringify(shown.blocks.at(-1))).toContain("It is answered on its card.");
  });

  test("has Approve and the comment on its last page only, and says so on the others", () => {
    const approval = someApproval({ action: { name: "apply", args: { diff: "x".repeat(250_000) } } });
    const first = detailsModal(approval, { page: 0, refused: undefined });
    expect(first).not.toHaveProperty("submit");
    expect(JSON.stringify(first.blocks)).toContain("Page 1 of 3. *Approve* is on the last page.");
    const last = detailsModal(approval, { page: 2, refused: undefined, comment: "fine" });
    expect(last).toMatchObject({ submit: plain("Approve") });
    expect(last.blocks.at(-1)).toMatchObject({ type: "input", element: { initial_value: "fine" } });
    expect(detailsModal(approval, { page: 2, refused: "not-an-approver" })).not.toHaveProperty("submit");
  });

  test.each([
    ["decided", decided(someApproval(), approvedByAna), /<@U0ANA> approved this, /],
    ["superseded", someApproval(), /replaced by a newer one/],
    ["cancelled", someApproval(), /cancelled before a decision/],
    ["own-request", someApproval(), /You started this run, so someone else from <!subteam/],
    ["not-an-approver", someApproval(), /You can read this; it is decided by <!subteam/],
  ] as const)("says why it cannot be approved there (%s)", (refused, approval, why) => {
    expect(JSON.stringify(detailsModal(approval, { page: 0, refused }).blocks.at(-1))).toMatch(why);
  });

  test("keeps a comment over the pages, unless it is too long for that once it is escaped", () => {
    const kept = (comment: string) =>
      decodePageRef(detailsModal(someApproval(), { page: 0, refused: undefined, comment }).private_metadata)
        ?.comment;
    expect(kept('say "hello"')).toBe('say "hello"');
    expect(kept("\\".repeat(1_000))).toBe("\\".repeat(1_000));
    expect(kept("\u0001".repeat(1_000))).toBe("");
  });
});

describe("through the door", () => {
  test("Approve… of a clipped card opens it, and submitting it decides once, with the comment on the card", async () => {
    const { slack, ask, records, logLines } = await startDoor();
    const approval = someApproval({ action: { name: "apply", args: { diff: "line\n".repeat(600) } } });
    const [ana, bo] = [slack.person(SEED.users.ana), slack.person(SEED.users.bo)];
    const card = await ask(approval);
    await ana.click(card, "Approve…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    expect(form).toMatchObject({ title: "Full request", submit: "Approve" });
    expect((await records.approval(approval, approval.interrupt))?.state).toEqual({ kind: "pending" });

    await bo.click(card, "Approve…");
    const late = await bo.waitFor(({ views }) => views.at(-1));
    await ana.submit(form, { comment: "  only after 17:00 " });
    expect(await ana.view()).toBeUndefined();
    const saved = await records.approval(approval, approval.interrupt);
    expect(saved?.state).toMatchObject({
      kind: "decided",
      decision: { kind: "approved", by: ana.id, comment: "only after 17:00" },
    });
    expect(JSON.stringify(saved && requestCard(saved, someRun()).blocks)).toContain("only after 17:00");
    await bo.submit(late);
    const notice = await bo.waitFor(({ views }) => views.find(({ title }) => title === "Not counted"));
    expect(JSON.stringify(notice.blocks)).toContain(`<@${ana.id}> approved this`);
    expect(logLines.join("")).not.toContain("line");
  });

  test("View details opens it for whoever sees the card: read-only for who may not decide, which is noted, and not as a refusal", async () => {
    const { slack, ask, records } = await startDoor();
    const approval = someApproval();
    const card = await ask(approval);
    const [otto, ana] = [slack.person(SEED.users.otto), slack.person(SEED.users.ana)];
    await otto.click(card, "View details");
    const shown = await otto.waitFor(({ views }) => views.at(-1));
    expect(shown).not.toHaveProperty("submit");
    expect(JSON.stringify(shown.blocks)).toContain("service: checkout");
    await expect
      .poll(async () => (await records.thread(approval)).noted)
      .toMatchObject([{ kind: "opened", by: otto.id, form: "review", digest: approval.digest }]);
    await ana.click(card, "View details");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    await ana.submit(form);
    expect((await records.approval(approval, approval.interrupt))?.state).toMatchObject({
      decision: { kind: "approved", by: ana.id },
    });
  });

  test("its pages are turned forth and back, the comment stays, and Approve comes with the last", async () => {
    const { slack, ask, records } = await startDoor();
    const approval = someApproval({ action: { name: "apply", args: { diff: "line\n".repeat(50_000) } } });
    const ana = slack.person(SEED.users.ana);
    const card = await ask(approval);
    await ana.click(card, "View details");
    const at = (page: string) =>
      ana.waitFor(({ views }) => views.find(({ blocks }) => JSON.stringify(blocks).includes(page)));
    await ana.click(await at("Page 1 of 4"), "Next");
    await ana.click(await at("Page 2 of 4"), "Next");
    await ana.click(await at("Page 3 of 4"), "Next");
    const last = await at("Page 4 of 4");
    const typed = { type: "plain_text_input" as const, value: "read it all" };
    await ana.click(last, "Previous", { values: { comment: { comment: typed } } });
    await ana.click(await at("Page 3 of 4"), "Next");
    await ana.submit(await at("Page 4 of 4"));
    expect((await records.approval(approval, approval.interrupt))?.state).toMatchObject({
      decision: { kind: "approved", by: ana.id, comment: "read it all" },
    });
  });

  test("a page of a request that has changed meanwhile is not shown beside the old ones", async () => {
    const { slack, ask, records } = await startDoor();
    const approval = someApproval({ action: { name: "apply", args: { diff: "x".repeat(250_000) } } });
    const ana = slack.person(SEED.users.ana);
    await ana.click(await ask(approval), "View details");
    const first = await ana.waitFor(({ views }) => views.at(-1));
    await records.saveApproval({ ...approval, version: 2, revision: 2, digest: "another" });
    await ana.click(first, "Next");
    const notice = await ana.waitFor(({ views }) => views.find(({ blocks }) => blocks.length === 1));
    expect(JSON.stringify(notice.blocks)).toContain("has changed since you opened it");
  });

  test("Approve… does not open for somebody who may not decide", async () => {
    const { slack, ask } = await startDoor();
    const approval = someApproval({ action: { name: "apply", args: { diff: "x".repeat(2_000) } } });
    const otto = slack.person(SEED.users.otto);
    await otto.click(await ask(approval), "Approve…");
    await told(otto, /^You can't decide this one/);
    expect(await otto.view()).toBeUndefined();
  });
});
