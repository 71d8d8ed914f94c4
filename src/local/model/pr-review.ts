// Plays src/workflows/pr-review.ts: an analysis of a diff by a few plain rules, and a change for each thing that it names.
import type { Script } from "./script.ts";

export const prReview: Script = ({ asked: [request = ""] }) => {
  const [, kind, text] = /^(Analyze this code diff|Based on this analysis)[^\n]*\n(.*)$/s.exec(request) ?? [];
  if (kind === undefined || text === undefined) return undefined;
  return kind.startsWith("Analyze") ? analysisOf(text) : changesFor(text);
};

interface Rule {
  /** Of the lines that the diff adds. */
  readonly sees: RegExp;
  readonly issue: (name: string) => string;
  readonly change: (name: string) => string;
}

const RULES: readonly Rule[] = [
  {
    sees: /password|secret|token/i,
    issue: (name) => `${name} takes a secret in plain text.`,
    change: (name) => `Keep the secret that ${name} takes out of logs and error messages`,
  },
  {
    sees: /\bprint\(|console\.log/,
    issue: (name) => `${name} writes to the console.`,
    change: (name) => `Use the logger in ${name} in place of the console`,
  },
  {
    sees: /(?:)/,
    issue: (name) => `${name} has no test.`,
    change: (name) => `Add a test for ${name} that fails without this change`,
  },
  {
    sees: /(?:)/,
    issue: (name) => `${name} does not say what it does with wrong arguments.`,
    change: (name) => `Refuse wrong arguments of ${name} with a sentence that says what is wrong`,
  },
  {
    sees: /(?:)/,
    issue: (name) => `${name} has no documentation.`,
    change: (name) => `Say in a comment above ${name} what it returns`,
  },
];

const MOST = 3;

function analysisOf(diff: string): string {
  const added = diff.split("\n").filter((line) => line.trimStart().startsWith("+"));
  const code = added.length === 0 ? diff : added.join("\n");
  const name = namedIn(code);
  const seen = RULES.filter(({ sees }) => sees.test(code)).slice(0, MOST);
  return seen.map(({ issue }) => issue(name)).join("\n");
}

/** The last function or constant that the code declares. */
function namedIn(code: string): string {
  const names = [...code.matchAll(/\b(?:def|function|fn|func|class|const|let|var)\s+(\w+)/g)];
  return names.at(-1)?.[1] ?? "the code";
}

function changesFor(analysis: string): string {
  const changes = analysis.split("\n").flatMap((line) => {
    const name = /^(the code|\w+) /.exec(line)?.[1] ?? "the code";
    return RULES.filter(({ issue }) => issue(name) === line).map(({ change }) => change(name));
  });
  return changes.length === 0 ? "NONE" : changes.map((change, at) => `${at + 1}. ${change}`).join("\n");
}
