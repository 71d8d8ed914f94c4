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
  // LangChain's messages and tools are known by what they have; its packages are here for comparison.
  { pattern: /^@langchain\//, allowed: /^$/ },
  { pattern: /^openai(\/|$)/, allowed: /^src\/agent\/openai/ },
  { pattern: /^hono(\/|$)/, allowed: /^src\/(api|local)\// },
  { pattern: /^standardwebhooks$/, allowed: /^src\/api\// },
  {
    pattern: /^(react|react-dom|@hono\/|@copilotkit\/|dynalite|fauxqs|slack-blocks-to-jsx|esbuild|ws$)/,
    allowed: /^src\/local\//,
  },
];

const READS_ENVIRONMENT =
  /^src\/(lambda\/(slack|worker|sweeper|api|dead-letter)|local\/(main|slack-main)|cli\/main)\.ts$/;

/** What may be reached from a run is what it is given: its model, and its target below a configured address. */
const REACHES_NOTHING = /^src\/(graph|approvals|agent|runs|workflows)\//;
const NETWORK = /^(node:)?(http|https|http2|net|tls|dgram|undici)$|^(axios|got|ky|node-fetch|undici)$/;

interface Import {
  readonly from: string;
  /** A path from the project's root, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { text: name } = specifier;
    const to = name.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name;
    found.push({ from: file, to, typeOnly });
  };
  visit(sourceOf(file, text), (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
      add(node.moduleSpecifier, isTypeOnly(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
  });
  return found;
}

function sourceOf(file: string, text: string): ts.SourceFile {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

/** Only what is written `import type` is gone at run time; `import { type A }` still loads the file. */
function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** `process.env` in any spelling: of the global, taken apart, or imported from node:process. */
function readsEnvironment(file: string, text: string): boolean {
  const isProcess = (node: ts.Node | undefined): boolean =>
    node !== undefined && ts.isIdentifier(node) && node.text === "process";
  let reads = importsOf(file, text).some(({ to }) => to === "node:process" || to === "process");
  visit(sourceOf(file, text), (node) => {
    const isDotted =
      ts.isPropertyAccessExpression(node) && isProcess(node.expression) && node.name.text === "env";
    const isTakenApart =
      ts.isVariableDeclaration(node) && isProcess(node.initializer) && ts.isObjectBindingPattern(node.name);
    const isIndexed = ts.isElementAccessExpression(node) && isProcess(node.expression);
    reads ||= isDotted || isTakenApart || isIndexed;
  });
  return reads;
}

/** `fetch` as a value, or a module that connects; a type or an option of that name is neither. */
function reachesNetwork(file: string, text: string): boolean {
  let reaches = importsOf(file, text).some(({ to }) => NETWORK.test(to));
  visit(sourceOf(file, text), (node) => {
    const isCalled = ts.isCallExpression(node) && isNamedFetch(node.expression);
    const isHandedOn =
      (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) &&
      node.initializer !== undefined &&
      isNamedFetch(node.initializer);
    const isGlobal = ts.isPropertyAccessExpression(node) && /^global(This)?\.fetch$/.test(node.getText());
    reaches ||= isCalled || isHandedOn || isGlobal;
  });
  return reaches;
}

function isNamedFetch(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "fetch";
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
    const readers = [...texts].filter(([file, text]) => readsEnvironment(file, text)).map(([file]) => file);
    expect(readers.filter((file) => !READS_ENVIRONMENT.test(file))).toEqual([]);
    expect(readers).toContain("src/lambda/worker.ts");
  });

  test("a run reaches nothing but its model and its target", () => {
    const reaching = [...texts].filter(([file, text]) => reachesNetwork(file, text)).map(([file]) => file);
    expect(reaching.filter((file) => REACHES_NOTHING.test(file))).toEqual([]);
    expect(reaching).toContain("src/lambda/time-outs.ts");
  });

  test("what answers Slack's clicks and commands loads nothing of the graph", () => {
    const slack = files.filter((file) => /^src\/(slack|api)\//.test(file));
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
    ["the agent's vendor elsewhere", "src/agent/tools.ts", 'import OpenAI from "openai";'],
    ["LangChain anywhere", "src/agent/langgraph.ts", 'import { AIMessage } from "@langchain/core/messages";'],
    ["a package in the graph", "src/graph/values.ts", 'import * as z from "zod";'],
    [
      "an import in the middle of a file",
      "src/runs/start.ts",
      'const late = () => import("../aws/keys.ts");',
    ],
    ["an import written as a type", "src/runs/start.ts", 'let client: import("@slack/web-api").WebClient;'],
    ["types across a wall", "src/approvals/policy.ts", 'import type { Run } from "../runs/run.ts";'],
  ];

  test.each(cases)("finds %s", (_what, file, text) => {
    expect(crossings(importsOf(file, text))).toHaveLength(1);
  });

  test.each([
    "const table = process.env.TABLE_NAME;",
    'const table = process["env"];',
    "const { env } = process;",
    'import { env } from "node:process";',
  ])("finds the environment read by %j", (text) => {
    expect(readsEnvironment("src/runs/start.ts", text)).toBe(true);
  });

  test.each([
    'await fetch("https://example.com");',
    "const target = createTarget({ baseUrl, http: fetch });",
    "const http = fetch;",
    'await globalThis.fetch("https://example.com");',
    'import { request } from "node:https";',
    'const { request } = await import("undici");',
  ])("finds the network reached by %j", (text) => {
    expect(reachesNetwork("src/workflows/deploy.ts", text)).toBe(true);
  });

  test("takes neither a type nor an option that is called fetch for reaching the network", () => {
    const text =
      "const { fetch } = options as { fetch: typeof fetch };\nconst client = new Client({ fetch });";
    expect(reachesNetwork("src/agent/openai.ts", text)).toBe(false);
  });

  test("does not take words about the environment for reading it", () => {
    const text = '// handler(process.env)\nexport const define = { "process.env.NODE_ENV": "x" };';
    expect(readsEnvironment("src/runs/start.ts", text)).toBe(false);
  });

  test("knows a type from a value", () => {
    const text = [
      'import type { A } from "./a.ts";',
      'import { type B } from "./b.ts";',
      'import { type C, c } from "./c.ts";',
      'export type * from "./d.ts";',
      'export * from "./e.ts";',
      'import "./f.ts";',
    ].join("\n");
    expect(importsOf("src/runs/x.ts", text).map(({ typeOnly }) => typeOnly)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
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
