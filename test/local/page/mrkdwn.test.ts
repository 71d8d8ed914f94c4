// mrkdwn is read as Slack reads it, because a person approves what they see.
import { expect, it } from "vitest";
import { mrkdwnToRichText, plainToRichText } from "../../../src/local/page/mrkdwn.ts";

const section = (...elements: unknown[]): unknown[] => [{ type: "rich_text_section", elements }];
const text = (value: string, style: object = {}): unknown => ({ type: "text", text: value, style });

it.each<[string, string, unknown]>([
  ["leaves an escaped mention text", "hi &lt;@U1&gt; &amp;lt;", section(text("hi <@U1> &lt;"))],
  ["leaves Markdown links and images text", "[a](b) ![c](d)", section(text("[a](b) ![c](d)"))],
  ["leaves lone stars and snake_case alone", "2 * 3 * 4 a_b_c", section(text("2 * 3 * 4 a_b_c"))],
  ["leaves # at the start of a line text", "a\n# b", section(text("a\n# b"))],
  ["never touches code", "`a *b* :wave:`", section(text("a *b* :wave:", { code: true }))],
  [
    "reads nested styles",
    "*a `b` _c_*",
    section(
      text("a ", { bold: true }),
      text("b", { bold: true, code: true }),
      text(" ", { bold: true }),
      text("c", { bold: true, italic: true }),
    ),
  ],
  [
    "does not take times for emoji",
    "at 10:30:45 ~no~",
    section(text("at 10:30:45 "), text("no", { strike: true })),
  ],
  ["refuses links of other schemes", "<javascript:alert(1)|x>", section(text("x"))],
  [
    "links bare addresses without the full stop",
    "see https://a.example/b.",
    section(text("see "), { type: "link", url: "https://a.example/b", style: {} }, text(".")),
  ],
  ["shows the fallback of a broken date", "<!date^soon^{time}|later>", section(text("later"))],
  [
    "reads mentions, groups, channels, broadcasts and emoji",
    "<@U1><#C1|x><!subteam^S1|@y><!here>:wave:",
    section(
      { type: "user", user_id: "U1", style: {} },
      { type: "channel", channel_id: "C1", style: {} },
      { type: "usergroup", usergroup_id: "S1" },
      { type: "broadcast", range: "here" },
      { type: "emoji", name: "wave" },
    ),
  ],
  [
    "reads a date",
    "<!date^1700000000^{time}|x>",
    section({ type: "date", timestamp: 1_700_000_000, format: "{time}", style: {} }),
  ],
])("%s", (_what, mrkdwn, expected) => {
  expect(mrkdwnToRichText(mrkdwn)).toEqual(expected);
});

it("keeps a code block to the letter, and gathers quoted lines", () => {
  expect(mrkdwnToRichText("run:\n```\na  *b* &lt;c&gt;\n```\n&gt; q1\n> q2\nend")).toEqual([
    { type: "rich_text_section", elements: [text("run:")] },
    { type: "rich_text_preformatted", elements: [{ type: "text", text: "a  *b* <c>" }] },
    { type: "rich_text_quote", elements: [text("q1\nq2")] },
    { type: "rich_text_section", elements: [text("end")] },
  ]);
});

it("makes no link of a bare address where it is told not to", () => {
  const said = "see *https://a.example/b*";
  expect(mrkdwnToRichText(said, { verbatim: true })).toEqual(
    section(text("see "), text("https://a.example/b", { bold: true })),
  );
});

it("finds no emoji in plain text that has none", () => {
  expect(plainToRichText("a :wave:", { emoji: false })).toEqual(section({ type: "text", text: "a :wave:" }));
});

it("finds no markup but emoji in plain text", () => {
  expect(plainToRichText("*a* <@U1> :wave:")).toEqual(
    section({ type: "text", text: "*a* <@U1> " }, { type: "emoji", name: "wave" }),
  );
});
