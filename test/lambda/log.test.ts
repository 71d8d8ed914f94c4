// What is logged: one line of JSON for each event, with what leads to the others of its run, and no secret in it.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Logging, parseLogging } from "../../src/lambda/config.ts";
import { createLog, type InvocationLog, traced } from "../../src/lambda/log.ts";
import { surroundingsOf } from "../../src/lambda/surroundings.ts";
import { traceparentOf } from "../../src/runs/trace.ts";

function listening(logging?: Logging): { readonly log: InvocationLog; readonly lines: unknown[] } {
  const lines: unknown[] = [];
  return { log: createLog((line) => lines.push(JSON.parse(line)), logging), lines };
}

test("a log line has neither fields nor messages with secrets in them", () => {
  const written: string[] = [];
  const log = createLog((line) => written.push(line));
  log.error("Could not reach postgres://app:hunter2@db", {
    thread: "t1",
    headers: { authorization: "abc" },
    n: 1,
  });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^\{.*\}\n$/);
  const { timestamp, ...line } = JSON.parse(written[0] ?? "") as { timestamp: string };
  expect(Date.now() - Date.parse(timestamp)).toBeLessThan(60_000);
  expect(line).toEqual({
    level: "ERROR",
    message: "Could not reach postgres://app:••••@db",
    service: "countersign",
    thread: "t1",
    headers: { authorization: "••••" },
    n: 1,
  });
});

test("every line of a thread has its trace, which anybody can work out, and other lines have none", () => {
  const { log, lines } = listening();
  const thread = "0123456789abcdef0123456789abcdef";
  const ours = traced(log, "T0TEAM");
  ours.info("A run was recorded.", { thread });
  ours.warn("A run failed.", { thread });
  ours.error("Another one.", { thread: "another" });
  ours.error("The queue could not be read.");
  const trace = createHash("sha256").update(`T0TEAM ${thread}`).digest("hex").slice(0, 32);
  expect(lines).toMatchObject([{ thread, trace }, { thread, trace }, { thread: "another" }, {}]);
  expect(lines[2]).not.toMatchObject({ trace });
  expect(lines[3]).not.toHaveProperty("trace");
  expect(traceparentOf({ team: "T0TEAM", thread })).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
});

test("what is less than the level of the log is left out, and every line has the service's name", () => {
  const { log, lines } = listening({ service: "countersign-dev", level: "WARN" });
  log.info("Left out.");
  log.warn("A warning.");
  log.error("An error.");
  expect(lines).toMatchObject([
    { level: "WARN", message: "A warning.", service: "countersign-dev" },
    { level: "ERROR", message: "An error.", service: "countersign-dev" },
  ]);
});

test("lines of an invocation have the id of its request, only the first was a cold start, and outside of one there is neither", () => {
  const { log, lines } = listening();
  log.info("Before.");
  log.begin({ awsRequestId: "one", functionName: "slack" });
  log.info("In the first.");
  log.end();
  log.begin({ awsRequestId: "two", functionName: "slack" });
  log.info("In the second.");
  log.end();
  log.info("Behind.");
  log.begin(undefined);
  log.info("In one that nobody numbered.");
  const asked = { function_name: "slack" };
  expect(lines.slice(1, 3)).toMatchObject([
    { ...asked, function_request_id: "one", cold_start: true },
    { ...asked, function_request_id: "two", cold_start: false },
  ]);
  for (const line of [lines[0], lines[3], lines[4]])
    for (const name of ["function_request_id", "cold_start"]) expect(line).not.toHaveProperty(name);
});

test("a field cannot pass for the line's own level, service or time", () => {
  const { log, lines } = listening();
  log.error("An error.", { level: "INFO", service: "other", timestamp: "never", thread: "t1" });
  expect(lines.at(-1)).toMatchObject({ level: "ERROR", service: "countersign", thread: "t1" });
  expect(lines.at(-1)).not.toMatchObject({ timestamp: "never" });
});

test("a level that nobody knows keeps no function from answering: the log is as without it, and says so", () => {
  const lines: string[] = [];
  const { log } = surroundingsOf(parseLogging({ LOG_LEVEL: "loud" }), (line) => lines.push(line));
  log.info("Started.");
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: "WARN", message: "LOG_LEVEL is none of DEBUG, INFO, WARN, ERROR, so it is INFO." },
    { level: "INFO", message: "Started." },
  ]);
});
