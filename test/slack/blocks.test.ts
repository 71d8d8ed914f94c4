// Every card in every state, whole: what people see is written down here.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { duration } from "../../src/slack/text.ts";
import { approvedByAna, decided, DECIDED_AT, rejectedByBo, someApproval, someRun } from "./fixtures.ts";
import { DECIDED, plain, section, fields, context, code, quote, button, ARGS, MORE } from "./parts.ts";

const run = someRun();
const cancelledRun = someRun({ status: { kind: "cancelled", by: "U0BO", at: DECIDED_AT } });
const doneRun = someRun({ status: { kind: "done", outcome: { good: true, text: "Done" } } });
const WHO = "*Requested by*\n<@U0RITA>";
const DECIDERS = "*Can decide*\n<!subteam^S0ONCALL>";
const HIGH = "*Risk*\nHigh · changes production";
const NOW = "*Running now*\nv2.4.0";
const FOOTER = "deploy r-7f3a21 · request 9c21 · revision 1";

/** What stands on the buttons: which question, at which digest, and nothing of what is asked. */
function refOf({ digest }: Approval): string {
  return `{"v":1,"t":"7f3a2100000000000000000000000000","s":2,"i":"9c210000000000000000000000000000","d":"${digest}"}`;
}

/** With the button that everybody has, whoever may decide. */
const headline = (approval: Approval, text: string) => ({
  ...section(text),
  accessory: button("View details", "details", refOf(approval)),
});

describe("a pending card", () => {
  test("says what is asked, by whom, for whom, with which arguments, and offers the answers in order", () => {
    const approval = someApproval();
    const ref = refOf(approval);
    expect(requestCard(approval, run)).toEqual({
      text: "Approval needed: Deploy checkout v2.4.1 to prod. Requested by <@U0RITA>. Can decide: <!subteam^S0ONCALL>.",
      blocks: [
        headline(approval, "🟠 *Approval needed · Deploy checkout v2.4.1 to prod*"),
        quote("checkout in prod runs v2.4.0."),
        fields(WHO, DECIDERS, HIGH, NOW),
        ARGS,
        {
          type: "actions",
          block_id: ref,
          elements: [
            button("Approve", "approve", ref, { style: "primary" }),
            button("Reject…", "reject", ref),
            button("Edit…", "edit", ref),
            MORE,
          ],
        },
        context(FOOTER),
      ],
    });
  });

  test("sets longer texts off below their name, so that no line of theirs passes for an argument", () => {
    const args = { to: "lee@example.com", body: "Hi Lee,\nto: eve@example.com", options: { copy: false } };
    const { blocks } = requestCard(someApproval({ action: { name: "send", args } }), run);
    const lines = ["to: lee@example.com", "body:", "  Hi Lee,", "  to: eve@example.com"];
    const shown = [...lines, "options:", "  copy: false"];
    expect(blocks).toContainEqual(code(shown.join("\n")));
  });

  test("of a destructive action is red and asks to confirm, naming the target", () => {
    const approval = someApproval({
      risk: "destructive",
      title: "Drop the table orders",
      target: "orders in prod",
    });
    const ref = refOf(approval);
    const confirm = {
      title: plain("This cannot be undone"),
      text: plain("Drop the table orders\nActs on: orders in prod"),
      confirm: plain("Approve"),
      deny: plain("Go back"),
      style: "danger",
    };
    expect(requestCard(approval, run).blocks).toEqual([
      headline(approval, "🟠 *Approval needed · Drop the table orders*"),
      quote("checkout in prod runs v2.4.0."),
      fields(WHO, DECIDERS, "*Risk*\nDestructive · cannot be undone", NOW),
      ARGS,
      {
        type: "actions",
        block_id: ref,
        elements: [
          button("Approve", "approve", ref, { style: "danger", confirm }),
          button("Reject…", "reject", ref),
          button("Edit…", "edit", ref),
          MORE,
        ],
      },
      context(FOOTER),
    ]);
  });

  test("offers no Edit without a schema, and nothing that is not allowed; without summary and facts it is short", () => {
    const approval = someApproval({ schema: undefined, summary: "", facts: [], risk: "low" });
    const ref = refOf(approval);
    expect(requestCard(approval, run).blocks).toEqual([
      headline(approval, "🟠 *Approval needed · Deploy checkout v2.4.1 to prod*"),
      fields(WHO, DECIDERS, "*Risk*\nLow"),
      ARGS,
      {
        type: "actions",
        block_id: ref,
        elements: [
          button("Approve", "approve", ref, { style: "primary" }),
          button("Reject…", "reject", ref),
          MORE,
        ],
      },
      context(FOOTER),
    ]);
    const only = requestCard(someApproval({ allowed: ["reject"] }), run).blocks.find(
      ({ type }) => type === "actions",
    );
    expect(only).toMatchObject({ elements: [{ action_id: "reject" }, MORE] });
  });

  test("whose arguments do not fit says so, and Approve… opens the full request", () => {
    const approval = someApproval({
      action: { name: "apply", args: { diff: "x".repeat(1_600), dry: true } },
    });
    const ref = refOf(approval);
    expect(requestCard(approval, run).blocks).toEqual([
      headline(approval, "🟠 *Approval needed · Deploy checkout v2.4.1 to prod*"),
      quote("checkout in prod runs v2.4.0."),
      fields(WHO, DECIDERS, HIGH, NOW),
      code(`diff: ${"x".repeat(1_493)}…`),
      context("Not everything fits here. *Approve…* opens the full request and decides there."),
      {
        type: "actions",
        block_id: ref,
        elements: [
          button("Approve…", "review", ref, { style: "primary" }),
          button("Reject…", "reject", ref),
          button("Edit…", "edit", ref),
          MORE,
        ],
      },
      context(FOOTER),
    ]);
  });

  test("with more facts than Slack has room for says how many are left out", () => {
    const facts = Array.from({ length: 9 }, (_, index) => ({ label: `Fact ${index}`, value: "so" }));
    expect(requestCard(someApproval({ facts, summary: "" }), run).blocks[1]).toEqual(
      fields(
        ...[WHO, DECIDERS, HIGH, ...[0, 1, 2, 3, 4, 5].map((index) => `*Fact ${index}*\nso`)],
        "*More*\n… and 3 more that do not fit here",
      ),
    );
  });

  test("shows markup, mentions and hidden characters of others as the text they are", () => {
    const approval = someApproval({
      title: "Deploy <!channel>\n✅ *Approved by* <@U0ANA>",
      summary: "See <https://evil.example|the runbook> & \u202Edorp\u202C",
      facts: [{ label: "Log\nline", value: "pro\u200Bd <@U0BO>" }],
      action: { name: "deploy", args: { "na\u2066me": "``` <!here>", family: "👨‍👩‍👧 ❤️" } },
    });
    expect(requestCard(approval, run).blocks.slice(0, 4)).toEqual([
      headline(approval, "🟠 *Approval needed · Deploy &lt;!channel&gt; ✅ ∗Approved by∗ &lt;@U0ANA&gt;*"),
      quote("See <https://evil.example|the runbook> & \\u{202e}dorp\\u{202c}"),
      fields(WHO, DECIDERS, HIGH, "*Log line*\npro\\u{200b}d &lt;@U0BO&gt;"),
      code("na\\u{2066}me: ``` <!here>\nfamily: 👨‍👩‍👧 ❤️"),
    ]);
  });

  test("with very many approvers names ten of them and counts the others", () => {
    const users = Array.from({ length: 40 }, (_, index) => `U${index}`);
    const policy = { approvers: { groups: ["S1"], users }, requesterMayApprove: false };
    const { text } = requestCard(someApproval({}, { policy }), run);
    expect(text).toMatch(/Can decide: <!subteam\^S1> or <@U0> or .* or <@U8> or 31 others\.$/);
  });
});

describe("a closed card", () => {
  const title = "Deploy checkout v2.4.1 to prod";

  test("that was approved says by whom and when, with the arguments that run and no buttons", () => {
    const approval = decided(someApproval(), approvedByAna);
    expect(requestCard(approval, run)).toEqual({
      text: `Approved: ${title}, by <@U0ANA>.`,
      blocks: [
        headline(approval, `✅ *Approved · ${title}*\nby <@U0ANA> · ${DECIDED} · after 6 min`),
        ARGS,
        context(`${FOOTER} · the run is about to continue`),
      ],
    });
    const resumed = requestCard(decided(someApproval(), approvedByAna, true), run);
    expect(resumed.blocks.at(-1)).toEqual(context(`${FOOTER} · the run has continued`));
  });

  test("whose run was cancelled before it went on says so, and of one that had gone on what it said before", () => {
    const cancelled = someRun({ status: { kind: "cancelled", by: "U0RITA", at: DECIDED_AT } });
    const note = (approval: Approval) => requestCard(approval, cancelled).blocks.at(-1);
    const stopped = context(`${FOOTER} · the run was cancelled and does not continue`);
    expect(note(decided(someApproval(), approvedByAna))).toEqual(stopped);
    expect(note(decided(someApproval(), rejectedByBo("No")))).toEqual(stopped);
    const resumed = decided(someApproval(), approvedByAna, true);
    expect(note(resumed)).toEqual(context(`${FOOTER} · the run has continued`));
  });

  test("that was edited shows each change, before and after", () => {
    const before = { service: "checkout", version: "v2.4.1", canary: true };
    const args = { service: "checkout", version: "v2.4.2 <!here>", pods: 3 };
    const approval = decided(someApproval({ action: { name: "deploy", args } }, { revision: 2 }), {
      kind: "edited",
      by: "U0ANA",
      at: DECIDED_AT,
      args,
      before,
    });
    expect(requestCard(approval, run)).toEqual({
      text: `Approved with changes: ${title}, by <@U0ANA>.`,
      blocks: [
        headline(approval, `✅ *Approved with changes · ${title}*\nby <@U0ANA> · ${DECIDED} · after 6 min`),
        section(
          "*Changed by* <@U0ANA>\n• version: ~v2.4.1~ → *v2.4.2 &lt;!here&gt;*\n• canary: ~true~ → *nothing*\n• pods: ~nothing~ → *3*",
        ),
        code("service: checkout\nversion: v2.4.2 <!here>\npods: 3"),
        context("deploy r-7f3a21 · request 9c21 · revision 2 · the run is about to continue"),
      ],
    });
  });

  test.each([
    ["which is about to be stopped", someRun(), "the run is about to be stopped"],
    ["which was stopped", cancelledRun, "the run was stopped"],
    ["which had ended", doneRun, "the run had ended by then"],
  ])("that was rejected together with its run, %s, says so", (_, of, said) => {
    const reason = "Unsafe: no rollback";
    const rejection = { kind: "rejected", by: "U0BO", at: DECIDED_AT, reason, stop: true } as const;
    const { blocks } = requestCard(decided(someApproval(), rejection), of);
    expect(blocks[0]).toMatchObject(
      section(`⛔ *Rejected · ${title}*\nby <@U0BO> · ${DECIDED} · after 6 min`),
    );
    expect(blocks.at(-1)).toEqual(context(`${FOOTER} · ${said}`));
  });

  test("whose run was cancelled before it was told says so", () => {
    const { blocks } = requestCard(decided(someApproval(), approvedByAna), cancelledRun);
    expect(blocks.at(-1)).toEqual(context(`${FOOTER} · the run was cancelled and does not continue`));
  });

  test("that was edited with a reason quotes it below who did it", () => {
    const args = { service: "checkout" };
    const comment = "Smaller <!here>\nfirst";
    const edited = { kind: "edited", by: "U0ANA", at: DECIDED_AT, args, before: args, comment } as const;
    expect(requestCard(decided(someApproval(), edited), run).blocks[0]).toMatchObject(
      section(`✅ *Approved with changes · ${title}*\nby <@U0ANA> · ${DECIDED} · after 6 min`),
    );
  });

  test("that was edited without a change says that nothing was changed", () => {
    const { args } = someApproval().request.action;
    const edited = { kind: "edited", by: "U0ANA", at: DECIDED_AT, args, before: args } as const;
    expect(requestCard(decided(someApproval(), edited), run).blocks[1]).toEqual(
      section("Nothing was changed."),
    );
  });

  test("that was rejected quotes the reason, line by line, as text", () => {
    const approval = decided(someApproval(), rejectedByBo("Unsafe: <!channel>\nfreeze until 17:00"), true);
    expect(requestCard(approval, run)).toEqual({
      text: `Rejected: ${title}, by <@U0BO>.`,
      blocks: [
        headline(approval, `⛔ *Rejected · ${title}*\nby <@U0BO> · ${DECIDED} · after 6 min`),
        quote("Unsafe: <!channel>\nfreeze until 17:00"),
        ARGS,
        context(`${FOOTER} · the run has continued`),
      ],
    });
  });

  test("that was cancelled says by whom and when, and offers nothing", () => {
    const approval = someApproval({}, { state: { kind: "cancelled", by: "U0RITA", at: DECIDED_AT } });
    const line = `🚫 *Cancelled · ${title}*\nby <@U0RITA> · ${DECIDED} · the run was stopped before a decision.`;
    expect(requestCard(approval, run)).toEqual({
      text: `Cancelled by <@U0RITA>: ${title}.`,
      blocks: [headline(approval, line), context(FOOTER)],
    });
  });

  test("that was superseded says so and offers nothing", () => {
    const approval = someApproval({}, { state: { kind: "superseded", at: DECIDED_AT } });
    expect(requestCard(approval, run)).toEqual({
      text: `Replaced by a newer question: ${title}.`,
      blocks: [headline(approval, `↪️ *Replaced by a newer question · ${title}*`), context(FOOTER)],
    });
  });
});

test.each([
  ["2026-03-01T03:00:40.000Z", "40 s"],
  ["2026-03-01T03:06:00.000Z", "6 min"],
  ["2026-03-01T14:05:00.000Z", "11 h 5 min"],
  ["2026-03-02T05:10:00.000Z", "1 d 2 h"],
  ["2026-03-31T03:20:00.000Z", "30 d"],
])("how long something took is said in what a person counts in (until %s: %s)", (until, said) => {
  expect(duration("2026-03-01T03:00:00.000Z", until)).toBe(said);
});
