// The full request, for arguments that do not fit on the card: shows everything, and decides.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Approval } from "../../../src/approvals/approval.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { reviewModal } from "../../../src/slack/modals/review.ts";
import { someApproval } from "../fixtures.ts";
import { startDoor, told } from "../support.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

const Preformatted = z.object({
  type: z.literal("rich_text"),
  elements: z.array(z.object({ elements: z.array(z.object({ text: z.string() })) })),
});

describe("the full request", () => {
  const shown = (approval: Approval): string =>
    reviewModal(approval)
      .blocks.flatMap((block) => Preformatted.safeParse(block).data?.elements ?? [])
      .flatMap(({ elements }) => elements)
      .map(({ text }) => text)
      .join("");

  test("shows every character of every argument, also where it is cut into pieces", () => {
    const diff = "🟠日本".repeat(5_000);
    const approval = someApproval({ action: { name: "apply", args: { diff, dry: true } } });
    expect(shown(approval)).toBe(`diff: ${diff}\ndry: true`);
    expect(reviewModal(approval)).toMatchObject({ submit: plain("Approve") });
  });

  test("that is longer than Slack shows cannot be approved there, and says so", () => {
    const view = reviewModal(someApproval({ action: { name: "apply", args: { diff: "x".repeat(80_000) } } }));
    expect(view).not.toHaveProperty("submit");
    expect(view.blocks.at(-1)).toEqual({
      type: "context",
      elements: [
        mrkdwn(
          "This request is too long to be shown in Slack, so it cannot be approved here. Reject it, and ask for a smaller one.",
        ),
      ],
    });
  });

  test("opens from Approve… on a clipped card, and submitting it decides once", async () => {
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
    await ana.submit(form);
    expect(await ana.view()).toBeUndefined();
    expect((await records.approval(approval, approval.interrupt))?.state).toMatchObject({
      kind: "decided",
      decision: { kind: "approved", by: ana.id },
    });
    await bo.submit(late);
    const notice = await bo.waitFor(({ views }) => views.find(({ title }) => title === "Not counted"));
    expect(JSON.stringify(notice.blocks)).toContain(`<@${ana.id}> approved this`);
    expect(logLines.join("")).not.toContain("line");
  });

  test("does not open for somebody who may not decide", async () => {
    const { slack, ask } = await startDoor();
    const approval = someApproval({ action: { name: "apply", args: { diff: "x".repeat(2_000) } } });
    const otto = slack.person(SEED.users.otto);
    await otto.click(await ask(approval), "Approve…");
    await told(otto, /^You can't decide this one/);
    expect(await otto.view()).toBeUndefined();
  });
});
