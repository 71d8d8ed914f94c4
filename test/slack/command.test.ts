// What people type after /countersign, and what they are told in private.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { listings } from "../../infra/listings.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { usage } from "../../src/slack/commands/start-words.ts";
import { slashCommand } from "../support/deliver.ts";
import { DEPLOYS, pendingCard, startSystem } from "../support/system.ts";
import { type Door, startDoor, told } from "./support.ts";

const USAGE =
  "Try: `/countersign run deploy service=checkout version=v2.4.1 env=prod` (env is prod or staging)";
const SERVICE = "a service's name in lower-case letters, digits and dashes";

async function answerTo({ send }: Door, text: string): Promise<unknown> {
  const { status, body } = await send(slashCommand(text));
  expect(status).toBe(200);
  return JSON.parse(body);
}

function notStarted(...problems: string[]): string {
  const lines = problems.map((problem) => `• ${problem}`);
  return ["Couldn't start *deploy*; nothing was started.", ...lines, USAGE].join("\n");
}

function unclear(said: string, nearest: string): string {
  return `I don't know “${said}”. Did you mean \`/countersign ${nearest}\`? \`/countersign help\` lists everything.`;
}

function stray(words: string): string {
  return `I don't understand “${words}”: write each field once as name=value, with "quotes" around spaces.`;
}

const unknown = `There is no such workflow. Did you mean *deploy*?\n${USAGE}`;

test.each(["list", "LIST", "run"])(
  "%s is answered with every workflow: what it does, an example, and what its choices are",
  async (text) => {
    const { text: list } = z.object({ text: z.string() }).parse(await answerTo(await startDoor(), text));
    for (const { name, description, example } of listings())
      expect(list).toContain(`*${name}*: ${description}\n    Try: \`/countersign run ${name} ${example}\``);
    expect(list.split("\n")).toHaveLength(2 * listings().length);
    expect(list.startsWith("*admin*: Looks after courses")).toBe(true);
    expect(list).toContain(`\n    ${USAGE}\n`);
  },
);

test("an example with markup in it is shown as somebody would type it", () => {
  const [deploy] = listings();
  if (deploy === undefined) throw new Error("There are no workflows.");
  const text = usage(
    { ...deploy, name: "review", example: 'diff="a -> <b>"', inputSchema: {} },
    "/countersign",
  );
  expect(text).toBe('Try: `/countersign run review diff="a -&gt; &lt;b&gt;"`');
});

describe("a command that starts nothing", () => {
  test.each<readonly [what: string, text: string, answer: string]>([
    ["a misspelt word", "rn deploy", unclear("rn", "run")],
    ["another misspelt word", "halp", unclear("halp", "help")],
    ["markup instead of a word", "&lt;!channel&gt; hi", unclear("&lt;!channel&gt;", "cancel")],
    ["a misspelt workflow", "run deplyo service=checkout", unknown],
    ["a workflow in capitals", "run DEPLOY service=checkout", unknown],
    ["a pending of whom", "pending wat", unclear("wat", "pending me")],
    ["a pending of too much", "pending all of it", unclear("all of it", "pending all")],
    ["a missing field", "run deploy service=checkout env=prod", notStarted("`version`: This is required.")],
    [
      "two missing fields",
      "run deploy service=checkout",
      notStarted("`version`: This is required.", "`env`: This is required."),
    ],
    [
      "a value that is not one of the choices",
      "run deploy service=checkout version=v2.4.1 env=production",
      notStarted("`env`: Must be one of: prod, staging."),
    ],
    [
      "a value of the wrong form",
      "run deploy service=checkout version=latest env=prod",
      notStarted("`version`: Must be: a version like v2.4.1."),
    ],
    [
      "an empty value",
      'run deploy service="" version=v2.4.1 env=prod',
      notStarted(`\`service\`: Must be: ${SERVICE}.`),
    ],
    [
      "a field nobody knows",
      "run deploy service=checkout version=v2.4.1 env=prod regoin=eu",
      notStarted('`regoin`: There is no field "regoin".'),
    ],
    [
      "a field whose name is markup",
      "run deploy service=checkout version=v2.4.1 env=prod &lt;!here&gt;=x",
      notStarted('`&lt;!here&gt;`: There is no field "&lt;!here&gt;".'),
    ],
    ["words without a name", "run deploy checkout v2.4.1 env=prod", stray("checkout v2.4.1")],
    ["spaces without quotes", "run deploy service=my service env=prod", stray("service")],
    ["one field twice", "run deploy service=checkout version=v2.4.1 env=staging env=prod", stray("env=prod")],
    [
      "an apostrophe, which is no quote",
      "run deploy service=ana's version=v2.4.1 env=prod",
      notStarted(`\`service\`: Must be: ${SERVICE}.`),
    ],
    [
      "a curly apostrophe, which is no quote either",
      "run deploy service=ana’s version=v2.4.1 isn’t env=prod",
      stray("isn't"),
    ],
  ])("is answered in private with what to do: %s", async (_, text, answer) => {
    const door = await startDoor();
    const block = { type: "section", text: { type: "mrkdwn", text: answer, verbatim: true } };
    expect(await answerTo(door, text)).toEqual({
      response_type: "ephemeral",
      text: answer,
      blocks: [block],
    });
    expect(await door.records.due(SEED.teamId, "9999-01-01T00:00:00.000Z")).toEqual([]);
  });

  test.each(["", "   ", "help", "HELP"])(
    "%j says everything there is to type, a line for each",
    async (text) => {
      const door = await startDoor();
      const answer = JSON.stringify(await answerTo(door, text));
      expect(answer).toContain("• `status [run]` your runs, or how one stands\\n• `pending [me|all|@group]`");
      expect(answer).toContain(USAGE);
      expect(answer).toContain("Mention @Countersign there");
    },
  );

  test("shows nothing to anybody else, and posts nothing", async () => {
    const { rita, ana } = await startSystem();
    await rita.say(DEPLOYS, "/countersign run deplyo service=checkout");
    const answer = await told(rita, /^There is no such workflow/);
    expect(answer.text).toBe(unknown);
    expect((await rita.snapshot()).messages).toEqual([answer]);
    expect((await ana.snapshot()).messages).toEqual([]);
  });
});

describe("a command as phones and Slack rewrite it", () => {
  test.each([
    'run deploy service="checkout" version=v2.4.1 env=prod',
    "run deploy service='checkout' version=\"v2.4.1\" env=prod",
    "run deploy service=“checkout” version=„v2.4.1“ env=‘prod’",
    'run deploy "service=checkout" version=v2.4.1   env=prod',
    "start deploy service=checkout version=v2.4.1 env=prod",
    "RUN deploy service=checkout version=v2.4.1 env=prod",
    "run deploy service=checkout\nversion=v2.4.1\tenv=prod",
  ])("starts the same run: %s", async (text) => {
    const door = await startDoor();
    expect(await answerTo(door, text)).toMatchObject({
      text: expect.stringMatching(/^Started \*deploy\*/) as unknown,
    });
    const [key] = await door.records.due(SEED.teamId, "9999-01-01T00:00:00.000Z");
    const run = key && (await door.records.run(key));
    expect(run?.input).toEqual({ service: "checkout", version: "v2.4.1", env: "prod" });
    expect(run?.requester).toBe(SEED.users.rita);
  });

  test.each([
    ["<@U0ANA|ana>", "U0ANA"],
    ["<#C0DEPLOYS|deploys>", "C0DEPLOYS"],
    ["<!subteam^S0ONCALL|@oncall>", "S0ONCALL"],
    ["<https://example.com/a?b=1&amp;c=2|example.com>", "https://example.com/a?b=1&amp;c=2"],
    ["<mailto:ana@example.com|ana@example.com>", "ana@example.com"],
    ["a&amp;b", "a&amp;b"],
    ["&lt;!channel&gt;", "&lt;!channel&gt;"],
  ])("reads %s as what was typed, and says it back as text", async (typed, shown) => {
    const door = await startDoor();
    // A link may have = in it and is then a field; both ways it is read in full and nobody is mentioned.
    const { text } = (await answerTo(door, `run deploy ${typed}`)) as { text: string };
    expect(text).toContain(shown.split("=")[0]);
    expect(text).not.toMatch(/<[@#!h]/);
  });

  test("a name typed with @ in the composer reaches the app as an id and mentions nobody", async () => {
    const { rita } = await startSystem();
    await rita.say(DEPLOYS, "/countersign run deploy @ana");
    expect((await told(rita, /don't understand/)).text).toBe(stray("U0ANA"));
  });

  test("a complete command starts a run, and only the requester is told so", async () => {
    const { rita, ana } = await startSystem();
    await rita.say(DEPLOYS, "/countersign run deploy service=“checkout” version=v2.4.1 env=prod");
    expect((await told(rita, /^Started/)).text).toMatch(
      /^Started \*deploy\* as r-[0-9a-f]{6}\. Its card appears in <#C0DEPLOYS> in a moment\.$/,
    );
    await pendingCard(ana);
    expect(await ana.ephemerals()).toEqual([]);
  });
});
