// The cards of a request to choose, whole, and what their buttons and menus say when they are clicked.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { chooseAction, decodeChoice, encodeChoiceRef, encodeRequestRef } from "../../src/slack/action-id.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { LIMITS } from "../../src/slack/limits.ts";
import { chooseModal, optionIn } from "../../src/slack/modals/choose.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { refusalSentence } from "../../src/slack/words.ts";
import { DECIDED_AT, decided, INTERRUPT, someChoice, someRun, THREAD } from "./fixtures.ts";
import { MORE } from "./parts.ts";
import { startDoor } from "./support.ts";

const run = someRun();
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const section = (text: string) => ({ type: "section", text: mrkdwn(text) });
const fields = (...texts: string[]) => ({ type: "section", fields: texts.map(mrkdwn) });
const context = (text: string) => ({ type: "context", elements: [mrkdwn(text)] });

/** With the button that everybody has, whoever may decide. */
const headline = (approval: Approval, text: string) => ({
  ...section(text),
  accessory: {
    ...{ type: "button", text: plain("View details") },
    ...{ action_id: "details", value: encodeRequestRef(approval) },
  },
});

const quote = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_quote", elements: [{ type: "text", text }] }],
});

const FOOTER = "deploy r-7f3a21 · request 9c21 · revision 1";
const AGAIN = "The task is started once more. If it was carried out after all, it happens twice.";

const options = (count: number, label = "Option") => ({
  options: Array.from({ length: count }, (_, index) => ({
    ...{ id: `o${index}`, label: `${label} ${index}`, value: `v${index}` },
  })),
});

describe("a pending card", () => {
  test("of a task whose outcome is unknown names it, says what each button sends and leads to, and asks to confirm what is dangerous", () => {
    const approval = someChoice();
    const button = (index: number, text: string, id: string, more: object = {}) => ({
      ...{ type: "button", text: plain(text), action_id: `choose:${index}` },
      ...{ value: encodeChoiceRef(approval, id), ...more },
    });
    const confirm = {
      ...{ title: plain("Run it again"), text: plain(AGAIN), style: "danger" },
      ...{ confirm: plain("Run it again"), deny: plain("Go back") },
    };
    expect(requestCard(approval, run)).toEqual({
      text: 'Answer needed: Was "charge" carried out? Requested by <@U0RITA>. Can decide: <!subteam^S0ONCALL>.',
      blocks: [
        headline(approval, '🟠 *Answer needed · Was "charge" carried out?*'),
        quote("It is not known. Look where it acts, then say what is so."),
        fields(
          "*Requested by*\n<@U0RITA>",
          "*Can decide*\n<!subteam^S0ONCALL>",
          "*Risk*\nHigh · changes production",
          "*Task*\ncharge",
          "*Call*\n1 of its step",
        ),
        section(
          [
            `• *Run it again* sends “retry”. ${AGAIN}`,
            "• *It was done* sends “done”. The task is not run. The run goes on without a result of it.",
            "• *Stop here* sends “abort”. The task is not run, and the run fails. Whoever retries the run is asked again.",
          ].join("\n"),
        ),
        {
          ...{ type: "actions", block_id: encodeRequestRef(approval) },
          elements: [
            button(0, "Run it again", "retry", { style: "danger", confirm }),
            button(1, "It was done", "done"),
            button(2, "Stop here", "abort"),
            MORE,
          ],
        },
        context(FOOTER),
      ],
    });
  });

  test("has up to five buttons, then a menu, and a form where the menu would be too large for a message", () => {
    const elements = (count: number, label?: string) => {
      const { blocks } = requestCard(someChoice(options(count, label)), run);
      return blocks
        .flatMap((block) => (block.type === "actions" ? block.elements : []))
        .filter(({ type }) => type !== "overflow");
    };
    expect(elements(5).map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => "button"));
    expect(elements(6)).toMatchObject([{ type: "static_select", action_id: "choose" }]);
    expect(elements(100, "A rather long name of an option, as they are")).toMatchObject([
      { type: "button", action_id: "choose_form", text: plain("Choose…") },
    ]);
  });

  const long = (length: number) => `${"a".repeat(length)} and the end`;
  const fact = (value: string, label = "Fact") => ({ label, value });
  test.each([
    ["a long detail", { details: [fact(long(1_500))] }],
    ["a sixth detail", { details: Array.from({ length: 6 }, () => fact("and the end")) }],
    ["a long fact", { facts: [fact(long(700))] }],
    ["a fact that is long once it is escaped", { facts: [fact(`${"&".repeat(200)} and the end`)] }],
    ["a fact of many long lines", { facts: [fact(`one\n${long(700)}`)] }],
    ["a long label of a fact", { facts: [fact("one", long(100))] }],
    ["an eighth short fact", { facts: Array.from({ length: 8 }, () => fact("and the end")) }],
    ["a sixth fact of two lines", { facts: Array.from({ length: 6 }, () => fact("one\nand the end")) }],
    ["a long title", { title: long(300) }],
    ["a long summary", { summary: long(2_000) }],
    ["much that an agent says", { guessed: true as const, summary: long(500) }],
    ["a long question of an agent", { said: long(500) }],
  ])("with %s offers no answer at a click, and the form to choose with has all of it", (_, change) => {
    const approval = someChoice({ ...change, ...options(3) });
    const { blocks } = requestCard(approval, run);
    expect(blocks.flatMap((block) => (block.type === "actions" ? block.elements : []))).toMatchObject([
      { type: "button", action_id: "choose_form", text: plain("Read all and choose…") },
      MORE,
    ]);
    expect(blocks).toContainEqual(
      context("Not everything fits here. *Read all and choose…* opens all of it and decides there."),
    );
    expect(JSON.stringify(blocks)).toContain("Option 2");
    expect(JSON.stringify(chooseModal(approval).blocks)).toContain("and the end");
  });

  test.each([
    ["as long a detail as fits", { details: [fact("a".repeat(1_500))] }],
    ["as long a fact as fits", { facts: [fact("a".repeat(700))] }],
    ["seven short facts", { facts: Array.from({ length: 7 }, () => fact("one")) }],
    ["as long a summary as fits", { summary: "a".repeat(2_000) }],
  ])("with %s is answered at a click", (_, change) => {
    expect(JSON.stringify(requestCard(someChoice({ ...change, ...options(3) }), run))).toContain("choose:2");
  });

  const linesOf = (count: number, sends: (label: string) => string) => {
    const named = options(count).options.map((one) => ({ ...one, value: sends(one.label) }));
    const { blocks } = requestCard(someChoice({ options: named }), run);
    const [text = ""] = /(• .*?)"/.exec(JSON.stringify(blocks))?.slice(1) ?? [];
    return text.split("\\n").filter((line) => line !== "");
  };

  test("lists no options whose buttons say it all", () => {
    expect(linesOf(3, (label) => label)).toEqual([]);
    expect(linesOf(3, () => "other")).toHaveLength(3);
    expect(linesOf(6, (label) => label)[0]).toBe("• *Option 0*");
  });

  test("lists no more than a dozen, so that the menu below them stays on the screen", () => {
    const lines = linesOf(40, () => "other");
    expect(lines).toHaveLength(13);
    expect(lines.at(-1)).toBe("… and 28 more, each of which sends its own words");
  });

  test("says of how many options it had no room to tell what they send", () => {
    const { blocks } = requestCard(someChoice(options(100, "A rather long name of an option")), run);
    expect(JSON.stringify(blocks)).toMatch(/… and \d+ more, each of which sends its own words/);
  });
});

test("a decided card says what was answered, by whom, and that the run was told", () => {
  const approval = decided(
    someChoice(),
    { kind: "chosen", option: "done", by: "U0OTTO", at: DECIDED_AT },
    true,
  );
  const DECIDED = "<!date^1777907160^{date_short_pretty} {time}|2026-05-04 15:06 UTC>";
  expect(requestCard(approval, run)).toEqual({
    text: 'Answered “It was done” by <@U0OTTO>: Was "charge" carried out?',
    blocks: [
      headline(
        approval,
        `✅ *Answered “It was done” · Was "charge" carried out?*\nby <@U0OTTO> · ${DECIDED} · after 6 min`,
      ),
      context(`${FOOTER} · the run was told`),
    ],
  });
  const late = { by: "U0BO", now: DECIDED_AT };
  expect(refusalSentence("decided", approval, late)).toBe(
    `<@U0OTTO> answered this with “It was done” 0 s ago (${DECIDED}). Your click was not counted; nothing more to do.`,
  );
});

test("a closed card has no buttons", () => {
  const closed = { ...someChoice(), state: { kind: "superseded", at: DECIDED_AT } } as const;
  expect(requestCard(closed, run).blocks).toEqual([
    headline(closed, '↪️ *Replaced by a newer question · Was "charge" carried out?*'),
    context(FOOTER),
  ]);
});

describe("what a click says", () => {
  const approval = someChoice();
  const { digest } = approval;
  const ref = { thread: THREAD, slot: 2, interrupt: INTERRUPT, digest };

  test("is which request and which option, from a button and from a menu", () => {
    const button = { type: "button", block_id: "b", value: encodeChoiceRef(approval, "done") };
    expect(decodeChoice(button)).toEqual({ ...ref, option: "done" });
    const menu = {
      ...{ type: "static_select", block_id: encodeRequestRef(approval) },
      selected_option: { value: "o7" },
    };
    expect(decodeChoice(menu)).toEqual({ ...ref, option: "o7" });
    expect(chooseAction(3)).toBe("choose:3");
  });

  test("fits into what Slack keeps, with the longest option id", () => {
    expect(encodeChoiceRef(approval, "x".repeat(75)).length).toBeLessThan(2_000);
    expect(encodeRequestRef(approval).length).toBeLessThanOrEqual(LIMITS.blockId);
  });

  test.each([
    undefined,
    {},
    { value: "{}" },
    { value: "no JSON" },
    { value: encodeRequestRef(approval) },
    { block_id: `request:${INTERRUPT}:1`, selected_option: { value: "o1" } },
    { block_id: encodeRequestRef(approval), selected_option: null },
    { value: encodeChoiceRef(approval, "done").replace('"v":1', '"v":2') },
  ])("is nothing when it is not ours: %j", (action) => {
    expect(decodeChoice(action)).toBeUndefined();
  });
});

test("the form lists every option in full, and is read back; without a choice it says so at the menu", () => {
  const view = chooseModal(someChoice(options(100, "A rather long name of an option, as they are")));
  expect(JSON.stringify(view.blocks)).toContain("as they are 99* sends “v99”");
  expect(optionIn({ option: { option: { selected_option: { value: "o3" } } } })).toEqual({
    ...{ kind: "option", option: "o3" },
  });
  for (const values of [undefined, {}, { option: { option: { selected_option: null } } }])
    expect(optionIn(values)).toEqual({ kind: "incomplete", errors: { option: "Please choose an answer." } });
});

test("a question of more than a page is turned to its answers, which stand below the end of it", async () => {
  const { slack, ask, records } = await startDoor();
  const value = `${"A long story. ".repeat(13_000)}And the end.`;
  const approval = someChoice({ details: [{ label: "Log", value }], ...options(3) });
  const ana = slack.person(SEED.users.ana);
  await ana.click(await ask(approval), "Read all and choose…");
  const first = await ana.waitFor(({ views }) => views.at(-1));
  expect(first).not.toHaveProperty("submit");
  expect(JSON.stringify(first.blocks)).toContain("Page 1 of 2. *Choose* is on the last page.");
  await ana.click(first, "Next");
  const last = await ana.waitFor(({ views }) =>
    views.find(({ blocks }) => JSON.stringify(blocks).includes("Page 2 of 2")),
  );
  expect(JSON.stringify(last.blocks)).toContain("And the end.");
  await ana.submit(last, { option: "o2" });
  expect((await records.approval(approval, approval.interrupt))?.state).toMatchObject({
    ...{ kind: "decided", decision: { kind: "chosen", option: "o2", by: ana.id } },
  });
});
