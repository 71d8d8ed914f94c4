// What is logged: one line of JSON for each event, and no secret in it.
import { expect, test } from "vitest";
import { createLog } from "../../src/lambda/log.ts";

test("a log line has neither fields nor messages with secrets in them", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  log.error("Could not reach postgres://app:hunter2@db", {
    thread: "t1",
    headers: { authorization: "abc" },
    n: 1,
  });
  expect(lines).toEqual([
    `${JSON.stringify({
      level: "ERROR",
      message: "Could not reach postgres://app:••••@db",
      thread: "t1",
      headers: { authorization: "••••" },
      n: 1,
    })}\n`,
  ]);
});
