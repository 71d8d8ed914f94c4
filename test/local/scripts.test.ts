// What the scripted model says in each workflow, from the request alone.
import { expect, onTestFinished, test } from "vitest";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import type { Message } from "../../src/graph/index.ts";
import { startScriptedModel } from "../../src/local/model.ts";
import { admin } from "../../src/local/model/admin.ts";
import { contract } from "../../src/local/model/contract.ts";
import { prReview } from "../../src/local/model/pr-review.ts";
import { remediate } from "../../src/local/model/remediate.ts";
import type { Called, Line, Told } from "../../src/local/model/script.ts";

const said = (asked: string, more: Partial<Told> = {}): Told => ({
  asked: [asked],
  ...{ tools: [], called: [] },
  ...more,
});

const called = (name: string, answer: unknown, args: object = {}): Called => ({
  ...{ name, args: JSON.stringify(args) },
  answer: typeof answer === "string" ? answer : JSON.stringify(answer),
});

/** What it says, where that is words. */
function words(line: Line | undefined): string {
  if (typeof line !== "string") throw new Error(`These are no words: ${JSON.stringify(line)}.`);
  return line;
}

const METRICS = { replicas: 3, errorsPercent: 0, p99Ms: 6, memoryPercent: 22, loadPercent: 7 };
const LOOKED = [
  called("read_metrics", { metrics: METRICS }),
  called("read_logs", { lines: [] }),
  called("find_runbooks", { runbooks: [{ name: "idle-database" }] }),
];

function alerted(alert: string, ...more: readonly Called[]): Line | undefined {
  return remediate(
    said(`The alert ${alert} (severity: page) fires for orders-db in prod. It says so.`, {
      tools: ["scale_service"],
      called: more,
    }),
  );
}

const USED =
  "orders-db in prod used 22 % of its memory and 7 % of its capacity, with 0 % errors and a p99 latency of 6 ms.";

const AT = { service: "orders-db", env: "prod" };

test("of an alert it looks at metrics, logs and runbooks first", () => {
  expect(alerted("DatabaseIdle")).toEqual({
    calls: [
      ["read_metrics", AT],
      ["read_logs", AT],
      ["find_runbooks", { alert: "DatabaseIdle" }],
    ],
  });
});

test.each([
  ["DatabaseIdle", ["scale_service", { ...AT, replicas: 2 }]],
  ["HighLatency", ["scale_service", { ...AT, replicas: 4 }]],
  ["HighMemory", ["restart_service", AT]],
])("by the name of the alert %s it then does %j, and says why", (alert, call) => {
  expect(alerted(alert, ...LOOKED)).toEqual({ said: USED, calls: [call] });
});

test.each([
  ["restart_service", { restart: {} }, "I restarted it."],
  ["scale_service", { scaling: { replicas: 2, previous: 3 } }, "I scaled it from 3 to 2 replicas."],
  [
    "scale_service",
    `A human changed the arguments before it was carried out; they are {"replicas":1}.\n{"scaling":{"replicas":1,"previous":3}}`,
    "I scaled it from 3 to 1 replicas.",
  ],
  [
    "scale_service",
    "A human rejected this call, and it was not carried out: Not now",
    "Nothing was changed. Not now.",
  ],
  [
    "scale_service",
    "A human rejected this call, and it was not carried out.",
    "Nothing was changed. People said no.",
  ],
])("after %s has answered %j it closes with that", (name, answer, done) => {
  expect(alerted("DatabaseIdle", ...LOOKED, called(name, answer))).toBe(
    `${USED} ${done} Go on with the runbook idle-database.`,
  );
});

test("of a service that there is not it says so, and does nothing", () => {
  const none = called("read_metrics", 'Error: There is no service "orders" in prod. Nearest: orders-db.');
  expect(alerted("HighMemory", none)).toBe(
    'I could not look into HighMemory. There is no service "orders" in prod. Nearest: orders-db. Nothing was done.',
  );
});

const ANALYZE = "Analyze this code diff and identify specific issues. It is data.";
const PROPOSE = "Based on this analysis, write up to 3 changes.";

test.each([
  [
    "+ def login(user, password):",
    [
      "1. Keep the secret that login takes out of logs and error messages",
      "2. Add a test for login that fails without this change",
      "3. Refuse wrong arguments of login with a sentence that says what is wrong",
    ],
  ],
  ["- x\n+ const total = () => console.log(1);", ["1. Use the logger in total in place of the console"]],
  ["whatever", ["1. Add a test for the code that fails without this change"]],
])("of the diff %j it makes three changes: %j first", (diff, changes) => {
  const analysis = words(prReview(said(`${ANALYZE}\n${diff}`)));
  const lines = words(prReview(said(`${PROPOSE}\n${analysis}`))).split("\n");
  expect(lines).toHaveLength(3);
  expect(lines.slice(0, changes.length)).toEqual(changes);
});

test("of an analysis that is not its own it makes nothing up", () => {
  expect(prReview(said(`${PROPOSE}\nThe names are long.`))).toBe("NONE");
});

test("of the terms of a deal it makes a clause for each thing that they say, with their own words", () => {
  const terms = "We host it for 99.9 EUR. we are available.\nOur liability is limited. We give no warranty";
  const line = contract(said(`Draft the clauses of a contract from these terms:\n${terms}`));
  expect(JSON.parse(words(line))).toEqual({
    clauses: [
      { heading: "Services and fees", text: "We host it for 99.9 EUR." },
      { heading: "Availability", text: "We are available." },
      { heading: "Liability", text: "Our liability is limited." },
      { heading: "Warranty", text: "We give no warranty." },
    ],
  });
});

const COURSES = called("list_courses", [
  { name: "Modern TypeScript", students: 214 },
  { name: "SQL for Beginners", students: 88 },
]);

function requested(request: string, ...more: readonly Called[]): Line | undefined {
  return admin(said(request, { tools: ["list_courses", "delete_course"], called: more }));
}

test("asked for the courses it lists them, and asked to delete one it looks for its name first", () => {
  const looks = { calls: [["list_courses", {}]] };
  expect(requested("List the courses")).toEqual(looks);
  expect(requested("please delete modern typescript")).toEqual(looks);
  const list = "Modern TypeScript (214 students), SQL for Beginners (88 students).";
  expect(requested("List the courses", COURSES)).toBe(`These are the courses: ${list}`);
  expect(requested("please delete modern typescript", COURSES)).toEqual({
    calls: [["delete_course", { course: "Modern TypeScript" }]],
  });
  expect(requested("delete COBOL", COURSES)).toBe(
    `I know no such course, and have deleted none. These are the courses: ${list}`,
  );
  expect(requested("Good morning")).toContain("I can list the courses, and delete one.");
});

test("it says of each course what became of it", () => {
  const sql = { course: "SQL for Beginners" };
  const typescript = { course: "Modern TypeScript" };
  const deletions = [
    called("delete_course", { deletion: sql }, sql),
    called("delete_course", "A human rejected this call, and it was not carried out: in use", typescript),
  ];
  expect(requested("delete both", COURSES, ...deletions)).toBe(
    "The course “SQL for Beginners” has been deleted. The course “Modern TypeScript” was not deleted. In use.",
  );
});

test("calls of tools and what came of them go over HTTP as any model's", async () => {
  const { url, stop } = await startScriptedModel();
  onTestFinished(stop);
  const model = createOpenAiModel({ apiKey: undefined, baseUrl: url, model: "scripted", timeoutMs: 2_000 });
  const tools = ["list_courses", "delete_course"].map((name) => ({
    ...{ name, description: name },
    parameters: { type: "object" },
  }));
  const request: Message = { role: "user", content: "List the courses" };
  const { message } = await model.complete({ messages: [request], tools });
  const [call] = message.tool_calls ?? [];
  expect(call?.function).toEqual({ name: "list_courses", arguments: "{}" });
  const result: Message = { role: "tool", tool_call_id: call?.id ?? "", content: COURSES.answer };
  const { message: end } = await model.complete({ messages: [request, message, result], tools });
  expect(end.content).toContain("These are the courses: Modern TypeScript (214 students)");
});
