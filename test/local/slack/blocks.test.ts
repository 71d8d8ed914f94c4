// What Slack refuses in Block Kit, one line per limit, in Slack's words.
import { describe, expect, it } from "vitest";
import { acceptBlocks, type Surface } from "../../../src/local/slack/blocks.ts";
import { actions, button, input, long, option, options, REFUSED, section } from "./refused-blocks.ts";
import { buttons, plain } from "./support.ts";

function problemsOf(blocks: readonly unknown[], surface: Surface = "message"): readonly string[] {
  const verdict = acceptBlocks({ surface, blocks, at: "/blocks", nameIt: () => "named" });
  return verdict.ok ? [] : verdict.problems;
}

describe("Block Kit", () => {
  it.each(REFUSED)("refuses %s (%s)", (_name, surface, blocks, problem) => {
    expect(problemsOf(blocks, surface)).toEqual([problem]);
  });

  it("accepts everything that is exactly at its limit", () => {
    const atLimit = [
      {
        type: "section",
        text: { type: "mrkdwn", text: long(3000) },
        fields: Array(10).fill(plain(long(2000))),
      },
      { type: "header", text: plain(long(150)) },
      actions(...Array<object>(24).fill(button({ text: plain(long(75)), value: long(2000) })), {
        type: "overflow",
        options: options(5),
      }),
      { type: "markdown", text: long(12_000) },
      ...Array<object>(46).fill({ type: "divider" }),
    ];
    expect(problemsOf(atLimit)).toEqual([]);
  });

  it("accepts every kind of input in a modal", () => {
    const elements = [
      { type: "plain_text_input", multiline: true, min_length: 0, max_length: 3000 },
      { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "3" },
      { type: "static_select", options: options(100), initial_option: option("o3") },
      { type: "checkboxes", options: options(10), initial_options: [option("o1")] },
      { type: "radio_buttons", options: options(10), initial_option: option("o1") },
      { type: "datepicker", initial_date: "2027-01-31" },
      { type: "timepicker", initial_time: "07:30" },
      { type: "datetimepicker", initial_date_time: 1_777_906_800 },
      { type: "multi_static_select", options: options(100), initial_options: [option("o1"), option("o99")] },
      { type: "users_select" },
    ];
    expect(problemsOf(elements.map(input), "modal")).toEqual([]);
  });

  it("lists every mistake, not only the first", () => {
    expect(problemsOf([{ type: "header" }, { type: "nope" }])).toEqual([
      "missing required field: text [json-pointer:/blocks/0]",
      "unsupported type: nope [json-pointer:/blocks/1/type]",
    ]);
  });

  it("names blocks and actions that came without an id, and keeps the ids that were given", () => {
    let count = 0;
    const verdict = acceptBlocks({
      surface: "message",
      blocks: [
        buttons("Approve"),
        section({ accessory: button() }),
        { type: "markdown", block_id: "lost", text: "a" },
      ],
      at: "/blocks",
      nameIt: () => `n${(count += 1)}`,
    });
    expect(verdict).toMatchObject({
      ok: true,
      blocks: [
        { block_id: "row", elements: [{ action_id: "approve" }] },
        { block_id: "n1", accessory: { action_id: "n2" } },
        { block_id: "n3", type: "markdown" },
      ],
    });
  });
});
