// Every text that people are shown, as one voice: each scene there is, drawn and read.
import { globSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson } from "../../src/local/slack/person.ts";
import type { Scene } from "../screenshots/scene.ts";
import { SCENES } from "../screenshots/scenes.ts";
import { openStage, type Stage, VIEWER } from "../screenshots/stage.ts";
import { textsIn, wrongIn } from "./wording.ts";
import { writtenIn } from "./written.ts";

/** Of one line, in characters. Longer, and nobody reads it at night. */
const LONGEST = 400;

describe("what people read", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  /** What of it is ours; what others wrote stands in rich text. */
  async function textsOf(scene: Scene): Promise<readonly string[]> {
    const spot = await stage.show(scene);
    const { messages, views, home } = await createPerson(stage.url, VIEWER).snapshot();
    const shown =
      spot.kind === "message"
        ? messages.find(({ ts }) => ts === spot.ts)
        : [...views, home].find((view) => view?.id === spot.id);
    if (shown === undefined) throw new Error(`Nothing is shown of ${scene.name}.`);
    const ours = shown.blocks.filter(({ type }) => type !== "rich_text");
    const texts = [
      ...textsIn(ours),
      ...("text" in shown && typeof shown.text === "string" ? [shown.text] : []),
    ];
    await stage.clear(spot);
    return texts;
  }

  test.each(SCENES.map((scene) => [scene.name, scene] as const))("%s", async (_, scene) => {
    const texts = await textsOf(scene);
    expect(texts).not.toEqual([]);
    const wrong = texts.flatMap((text) =>
      text.split("\n").flatMap((line) => wrongIn(line, LONGEST).map((why) => `${why} “${line}”`)),
    );
    expect(wrong).toEqual([]);
  });
});

/** Where sentences of ours are written that people read in Slack; what a node or a graph says is in none of them. */
const FILES = [
  ...globSync("src/slack/**/*.ts"),
  ...["field-errors", "chain", "choose", "schema", "rows/stop", "rows/question", "course"].map(
    (name) => `src/approvals/${name}.ts`,
  ),
  ...["advance", "replay-log", "dead-letter", "schedules", "key-words"].map((name) => `src/runs/${name}.ts`),
  ...["audit-verify", "countersign", "key", "key-answers", "place/place"].map((name) => `src/cli/${name}.ts`),
];

test.each(FILES)("every sentence of %s is in the same voice, also where no scene says it", (file) => {
  const wrong = writtenIn(file).flatMap(({ line, text }) =>
    text.split("\n").flatMap((one) => wrongIn(one, LONGEST).map((why) => `${file}:${line} ${why} “${one}”`)),
  );
  expect(wrong).toEqual([]);
});

test("no sentence is overlooked for where it stands: those of the commands, of the home and of the cards are among them", () => {
  const texts = FILES.flatMap(writtenIn).map(({ text }) => text);
  expect(texts).toContain("This run has not failed any more, so there is nothing to retry.");
  expect(texts.some((text) => /^Only the operators of this can replay a run/.test(text))).toBe(true);
  expect(texts.length).toBeGreaterThan(300);
});

test("a text that leaks what is inside, shouts, or has another word for a thing is found out", () => {
  const texts = [
    "The interrupt 9c21 is pending.",
    "Your request was denied.",
    "Decided at 2026-05-04T15:04:00Z.",
    "Please wait...",
    "Approved!",
    "It failed: Error: no such file",
    "Ask undefined to decide.",
    "x".repeat(501),
  ];
  for (const text of texts) expect(wrongIn(text, 500), text).not.toEqual([]);
  expect(
    wrongIn("<@U0ANA> approved this <!date^1777907160^{date_short_pretty}|2026-05-04 15:06 UTC>.", 500),
  ).toEqual([]);
});
