// DESIGN's table of who may import whom, held against the sources; a failure names the import that crosses.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Folder to the folders it may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  graph: [],
  approvals: ["graph"],
  agent: ["graph", "approvals"],
  runs: ["graph", "approvals"],
  workflows: ["graph", "approvals", "agent", "runs"],
  slack: ["runs", "approvals"],
  api: ["runs", "approvals"],
  aws: ["graph", "approvals", "runs"],
  sqlite: ["graph", "approvals", "runs"],
  lambda: ["graph", "approvals", "agent", "runs", "workflows", "slack", "api", "aws", "sqlite"],
  cli: [
    "graph",
    "approvals",
    "agent",
    "runs",
    "workflows",
    "slack",
    "api",
    "aws",
    "sqlite",
    "lambda",
    "local",
  ],
  local: ["graph", "approvals", "agent", "runs", "workflows", "slack", "api", "aws", "sqlite", "lambda"],
};

/** Packages that only some folders may know. */
const PACKAGES: readonly { readonly pattern: RegExp; readonly allowed: RegExp }[] = [
  { pattern: /^@slack\//, allowed: /^src\/(slack|local)\// },
  { pattern: /^@aws-sdk\//, allowed: /^src\/(aws|local)\// },
  { pattern: /^openai(\/|$)/, allowed: /^src\/agent\/openai/ },
  {
    pattern: /^(react|react-dom|hono|@hono\/|dynalite|fauxqs|slack-blocks-to-jsx|esbuild)/,
    allowed: /^src\/local\//,
  },
];

const READS_ENVIRONMENT = /^src\/(lambda\/(slack|worker|sweeper|api|dead-letter)|local\/main|cli\/main)\.ts$/;

interface Import {
  readonly from: string;
  /** A path from the project's root, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string, text: string): readonly Import[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    if (
      !isImport ||
      statement.moduleSpecifier === undefined ||
      !ts.isStringLiteral(statement.moduleSpecifier)
    )
      return [];
    const { text: name } = statement.moduleSpecifier;
    const to = name.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name;
    return [{ from: file, to, typeOnly: isTypeOnly(statement) }];
  });
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (clause === undefined) return false;
  const phase = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const named = clause.namedBindings;
  const allTypes =
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((each) => each.isTypeOnly);
  return phase || (clause.name === undefined && allTypes);
}

const folderOf = (file: string): string => file.split("/")[1] ?? "";
const isOurs = (to: string): boolean => to.startsWith("src/");

/** A sentence for each import that the walls forbid. */
function crossings(imports: readonly Import[]): readonly string[] {
  return imports.flatMap(({ from, to }) => {
    const line = `${from} imports ${to}`;
    if (!isOurs(to)) {
      const isForbidden = PACKAGES.some(({ pattern, allowed }) => pattern.test(to) && !allowed.test(from));
      const isGraphs = folderOf(from) === "graph" && !to.startsWith("node:");
      return isForbidden || isGraphs ? [line] : [];
    }
    const [here, there] = [folderOf(from), folderOf(to)];
    if (here === there) return [];
    const pastTheDoor = there === "graph" && to !== "src/graph/index.ts";
    return pastTheDoor || MAY_IMPORT[here]?.includes(there) !== true ? [line] : [];
  });
}

/** The first ring of imports found, file by file. */
function ring(imports: readonly Import[]): readonly string[] | undefined {
  const next = Map.groupBy(
    imports.filter(({ to }) => isOurs(to)),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const found = walk(to, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const found = walk(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

function reachedByValue(imports: readonly Import[], starts: readonly string[]): ReadonlySet<string> {
  const next = Map.groupBy(
    imports.filter(({ to, typeOnly }) => isOurs(to) && !typeOnly),
    ({ from }) => from,
  );
  const reached = new Set(starts);
  for (const file of reached) for (const { to } of next.get(file) ?? []) reached.add(to);
  return reached;
}

const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => `src/${name}`);
const texts = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
const imports = [...texts].flatMap(([file, text]) => importsOf(file, text));

describe("the walls between folders", () => {
  test("nobody imports what its folder may not know", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(crossings(imports)).toEqual([]);
  });

  test("no files import each other in a ring, types included", () => {
    expect(ring(imports)?.join(" -> ")).toBeUndefined();
  });

  test("the environment is read by the handlers and the local start alone", () => {
    const readers = [...texts]
      .filter(([, text]) => /^(?!\s*(\*|\/\/)).*process\.env/m.test(text))
      .map(([file]) => file);
    expect(
      readers.filter((file) => !READS_ENVIRONMENT.test(file) && file !== "src/local/page/bundle.ts"),
    ).toEqual([]);
  });

  test("what answers Slack's clicks and commands loads nothing of the graph", () => {
    const slack = files.filter((file) => file.startsWith("src/slack/") && !file.endsWith("messenger.ts"));
    const reached = reachedByValue(imports, [
      ...slack,
      "src/runs/start.ts",
      "src/runs/decide.ts",
      "src/runs/retry.ts",
    ]);
    expect([...reached].filter((file) => file.startsWith("src/graph/"))).toEqual([]);
  });
});

describe("the walls' own check", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["a vendor in the graph", "src/graph/loop.ts", 'import { WebClient } from "@slack/web-api";'],
    ["Slack in the use cases", "src/runs/start.ts", 'import { escaped } from "../slack/text.ts";'],
    ["a way past the graph's door", "src/runs/advance.ts", 'import { hash } from "../graph/codec.ts";'],
    ["the SDK outside of aws/", "src/lambda/app.ts", 'import { SQSClient } from "@aws-sdk/client-sqs";'],
    ["the local Slack in production", "src/lambda/app.ts", 'export { SEED } from "../local/slack/seed.ts";'],
    ["types across a wall", "src/approvals/policy.ts", 'import type { Run } from "../runs/run.ts";'],
  ];

  test.each(cases)("finds %s", (_what, file, text) => {
    expect(crossings(importsOf(file, text))).toHaveLength(1);
  });

  test("finds a ring, and values reached through another file", () => {
    const round = [
      ...importsOf("src/runs/a.ts", 'import { b } from "./b.ts";'),
      ...importsOf("src/runs/b.ts", 'import type { A } from "./a.ts";'),
    ];
    expect(ring(round)).toEqual(["src/runs/a.ts", "src/runs/b.ts", "src/runs/a.ts"]);
    expect(reachedByValue(round, ["src/runs/a.ts"])).toEqual(new Set(["src/runs/a.ts", "src/runs/b.ts"]));
    expect(reachedByValue(round, ["src/runs/b.ts"])).toEqual(new Set(["src/runs/b.ts"]));
  });
});
