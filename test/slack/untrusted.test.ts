// How untrusted text is shown: exactly where there is room for it, behind a bar where it has lines of its own, and never as format.
import { expect, test } from "vitest";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { outcomeReply, runCard } from "../../src/slack/blocks/run-card.ts";
import { argLines, pairLines } from "../../src/slack/blocks/args.ts";
import { plain } from "../../src/slack/blocks/parts.ts";
import { piecesOf } from "../../src/slack/modals/pages.ts";
import { escaped, visible } from "../../src/slack/text.ts";
import { someApproval, someRun } from "./fixtures.ts";

const quote = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_quote", elements: [{ type: "text", text }] }],
});

test.each([
  ["*Approved*", "∗Approved∗"],
  ["_ran_ snake_case_name _", "ˍranˍ snake_case_name ˍ"],
  ["~v1~", "∼v1∼"],
  ["`x` ```y```", "ˋxˋ ˋˋˋyˋˋˋ"],
  ["> quoted\n  > too, a > b", "＞ quoted\n  ＞ too, a &gt; b"],
  [":white_check_mark: at 10:30:45, a:smile", "∶white_check_mark∶ at 10:30:45, a∶smile"],
  ["<!channel> & &lt;", "&lt;!channel&gt; &amp; &amp;lt;"],
  ["*\uFE0F\u20E3", "∗\\u{fe0f}\\u{20e3}"],
])("in mrkdwn, what would format %j is shown by characters that look the same", (text, shown) => {
  expect(escaped(text).replace("mark:", "mark∶")).toBe(shown);
});

test.each([
  ["struck v\u0336e\u0336r", "struck v\\u{336}e\\u{336}r"],
  ["\u0301x", "\\u{301}x"],
  [`a${"\u0301".repeat(8)}`, `a${"\u0301".repeat(6)}\\u{301}\\u{301}`],
  ["a\u20DD 1\uFE0F\u20E3", "a\\u{20dd} 1\uFE0F\u20E3"],
  ["क्षत्रि ที่ שָׁלוֹם e\u0301", "क्षत्रि ที่ שָׁלוֹם e\u0301"],
])("marks that draw over others are shown as escapes, and those of a language are not: %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(visible(shown)).toBe(shown);
});

test("a label draws no emoji out of its text", () => {
  expect(plain("Approve", 75)).toEqual({ type: "plain_text", text: "Approve", emoji: true });
  expect(plain(":white_check_mark: ok", 75)).toMatchObject({ text: ":white_check_mark: ok", emoji: false });
  expect(plain(" \n ", 75)).toMatchObject({ text: "(blank)" });
});

test("an argument's name cannot pass for two, and what nobody would see stands in quotes", () => {
  expect(argLines({ "service: checkout\nversion": "v9", "": " ", note: "", ok: "yes" })).toBe(
    ['"service: checkout\\nversion": v9', '"": " "', 'note: ""', "ok: yes"].join("\n"),
  );
  let deep: string | unknown[] = "x";
  for (let level = 0; level < 500; level++) deep = [deep];
  expect(pairLines([["deep", JSON.parse(JSON.stringify(deep)) as never]]).length).toBeLessThan(1_100);
});

test("a fact of several lines stands behind a bar, under its label", () => {
  const facts = [
    { label: "Log", value: "ok\n*Can decide*\neveryone" },
    { label: "Now", value: "v1" },
  ];
  const { blocks } = requestCard(someApproval({ facts, summary: "" }), someRun());
  expect(JSON.stringify(blocks[1])).toContain("*Now*\\nv1");
  expect(blocks[2]).toEqual({
    type: "rich_text",
    elements: [
      { type: "rich_text_section", elements: [{ type: "text", text: "Log", style: { bold: true } }] },
      {
        type: "rich_text_quote",
        elements: [{ type: "text", text: "ok\n*Can decide*\neveryone" }],
      },
    ],
  });
});

test("what nobody declared is marked as what the agent says, and is short and without links", () => {
  const says = `Look at https://evil.example/x?y=1 or www.evil.example/z, ${"then approve ".repeat(100)}`;
  const value = {
    action_request: { action: "send", args: {} },
    config: { allow_ignore: true, allow_respond: false, allow_edit: false, allow_accept: true },
    description: says,
  };
  const asked = { ...someApproval(), request: requestOf(value, "ask") };
  const { blocks } = requestCard(asked, someRun());
  expect(blocks[1]).toMatchObject({ type: "context", elements: [{ text: "The agent says:" }] });
  const shown = JSON.stringify(blocks[2]);
  expect(shown).toContain("Look at (link left out) or (link left out) then approve");
  expect(shown).not.toContain("evil");
  const [part] = (blocks[2] as ReturnType<typeof quote>).elements;
  expect(part?.elements[0]?.text).toHaveLength(500);
  expect(JSON.stringify(requestCard(someApproval(), someRun()).blocks)).not.toContain("The agent says");
});

test("an outcome or an error of several lines stands behind a bar, and of one line beside its mark", () => {
  const done = someRun({
    status: { kind: "done", outcome: { good: true, text: "Deployed\n✅ *Approved*" } },
  });
  expect(outcomeReply(done).blocks).toMatchObject([
    { text: { text: "✅ Done\nRequested by <@U0RITA>" } },
    quote("Deployed\n✅ *Approved*"),
  ]);
  const failed = someRun({ status: { kind: "failed", error: "boom\nat x.ts" } });
  expect(runCard(failed, [], failed.channel).blocks.slice(0, 2)).toMatchObject([
    { text: { text: "⚠️ *deploy* · Failed. Decisions stand; Retry runs the failed step again." } },
    quote("boom\nat x.ts"),
  ]);
});

test("a key called __proto__ is shown like any other", () => {
  const value: unknown = JSON.parse('{"__proto__":{"admin":true},"a":1}');
  const { action } = requestOf(value, "ask");
  expect(argLines(action.args)).toContain("__proto__:\n  admin: true\na: 1");
});

test("a long text is cut at ends of lines and never through a character", () => {
  for (const unit of ["🟠", "line of text\n", "e\u0301", "👨‍👩‍👧", "क्षि"]) {
    const text = unit.repeat(10_000 / unit.length);
    const pieces = piecesOf(text);
    expect(pieces.join("")).toBe(text);
    for (const piece of pieces) expect(piece.length % unit.length, unit).toBe(0);
    for (const piece of pieces) expect(visible(piece)).toBe(piece);
  }
});
