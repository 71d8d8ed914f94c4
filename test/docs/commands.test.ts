// What a page tells people to type is there to be typed: scripts, commands, fields and variables.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { argsFromWords, checkArgs } from "../../src/approvals/schema.ts";
import { parseCommand } from "../../src/slack/command.ts";
import { Listing } from "../../src/runs/workflow.ts";
import manifest from "../../src/workflows/manifest.json" with { type: "json" };
import { blocksOf, codeWordsOf, type Page, pages, ROOT } from "./pages.ts";

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const listings = Listing.array().parse(manifest);

/** The names that npm is to run. */
function scriptsIn({ text }: Page): readonly string[] {
  const run = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
  const short = [...text.matchAll(/npm (start|test)\b/g)].map(([, name = ""]) => name);
  return [...run, ...short];
}

/** Whole commands: in blocks, and in the text between backticks. */
function commandsIn(page: Page): readonly string[] {
  const lines = blocksOf(page).flatMap(({ code }) => code.split("\n"));
  return [...lines, ...codeWordsOf(page)]
    .map((line) => line.trim())
    .filter((line) => /^(\/countersign|@countersign) [^…]+$/.test(line));
}

/** Why a command would not do what the page says; undefined when it would. */
function troubleWith(command: string): string | undefined {
  const intent = parseCommand(command.replace(/^\S+/, ""));
  if (intent.kind === "unclear") return command.startsWith("@") ? undefined : `“${command}” is no command.`;
  if (intent.kind !== "run") return undefined;
  const listing = listings.find(({ name }) => name === intent.workflow);
  if (listing === undefined) return OWN.has(intent.workflow) ? undefined : `“${command}” runs no workflow.`;
  if (intent.stray.length > 0) return `“${command}” has words that are no fields.`;
  const { kind } = checkArgs(listing.inputSchema, argsFromWords(listing.inputSchema, intent.words));
  return kind === "fits" || isShortened(command) ? undefined : `“${command}” has fields that do not fit.`;
}

/** What readers write themselves. */
const OWN = new Set(["notice", "assist", "restart-service"]);

/** A form asks for what is missing. */
const isShortened = (command: string): boolean => command === "/countersign run deploy service=checkout";

test.each(pages)("every script that $path names is there", (page) => {
  expect(scriptsIn(page).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test.each(pages)("every command in $path is one", (page) => {
  expect(commandsIn(page).flatMap((command) => troubleWith(command) ?? [])).toEqual([]);
});

/** Where each script that takes words reads them. */
const READERS: Readonly<Record<string, string>> = {
  manifest: "infra",
  countersign: "src/cli",
  "audit:verify": "src/cli",
  faults: "test/faults",
};

/** Words behind `--` that nothing in the script's folder reads. */
function unreadWords({ text }: Page): readonly string[] {
  const calls = text.matchAll(/npm run (?:-s )?([\w:-]+) -- ([^`\n]+)/g);
  return [...calls].flatMap(([, script = "", words = ""]) => {
    const folder = READERS[script];
    if (folder === undefined) return [];
    const [first = ""] = words.split(" ");
    const flags = [...words.matchAll(/(?<= |^)--([a-z-]+)/g)].map(([, flag = ""]) => flag);
    const asked = script === "countersign" && /^[a-z]+$/.test(first) ? [first, ...flags] : flags;
    return asked.filter((word) => !sourcesIn(folder).includes(word)).map((word) => `${script}: ${word}`);
  });
}

function sourcesIn(folder: string): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(ROOT, folder, name), "utf8"))
    .join("\n");
}

test.each(pages)("every word that $path gives a script is one that it reads", (page) => {
  expect(unreadWords(page)).toEqual([]);
});

const example = readFileSync(join(ROOT, ".env.example"), "utf8");
const known = new Set([...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name = ""]) => name));

/** Of the processes on a machine, and of AWS: nothing that the handlers are configured by. */
const ELSEWHERE =
  /^(PORT|SLACK_APP_TOKEN|KEY|RUN|REQUEST|DIGEST|COUNTERSIGN_(DATA|RUNS|FUZZ)|AWS_(PROFILE|REGION)|KEYS_ONLY|ULID)$/;

function unknownVariables(page: Page): readonly string[] {
  const written = [...codeWordsOf(page), ...blocksOf(page).map(({ code }) => code)];
  const names = written.flatMap((words) => words.match(/(?<![\w.$-])[A-Z]{2,}(?:_[A-Z]+)+(?![\w-])/g) ?? []);
  return [...new Set(names)].filter((name) => !known.has(name) && !ELSEWHERE.test(name));
}

test.each(pages.filter(({ path }) => path !== "docs/langgraph.md"))(
  "every variable that $path names is in .env.example",
  (page) => {
    expect(unknownVariables(page)).toEqual([]);
  },
);

describe("what looks for them", () => {
  const page = (text: string): Page => ({ path: "docs/x.md", text });

  test("finds a script that is not there", () => {
    expect(scriptsIn(page("`npm run -s none` and npm start"))).toEqual(["none", "start"]);
  });

  test("finds a word that a script does not read", () => {
    const text = "npm run -s manifest -- --url https://x --loudly\nnpm run countersign -- dance --json";
    expect(unreadWords(page(text))).toEqual(["manifest: loudly", "countersign: dance"]);
  });

  test.each([
    ["/countersign frobnicate r-1", "is no command"],
    ["/countersign run none a=b", "runs no workflow"],
    ["/countersign run deploy service=checkout loudly", "no fields"],
    ["/countersign run deploy service=checkout version=v1 env=moon", "do not fit"],
  ])("finds what is wrong with %s", (command, why) => {
    expect(commandsIn(page(`\`\`\`\n${command}\n\`\`\`\n`)).map(troubleWith)).toEqual([
      expect.stringContaining(why),
    ]);
  });

  test("finds a variable that nobody reads", () => {
    expect(unknownVariables(page("`SLACK_BOT_TOKEN` and `SLACK_MAGIC_WORD`"))).toEqual(["SLACK_MAGIC_WORD"]);
  });
});
