// The trace that operations looks for is the one that its command prints: a query that finds nothing would look like a run that did nothing.
import { expect, test } from "vitest";
import { traceOf } from "../../src/runs/trace.ts";
import { pageAt } from "./pages.ts";

const { text } = pageAt("docs/operations.md");
const command = /^printf '%s' "(?<team>\w+) (?<thread>[0-9a-f]{32})" \| sha256sum \| cut -c 1-32$/m.exec(
  text,
)?.groups;
const searched = /^\| filter trace = "(?<trace>\w+)"$/m.exec(text)?.groups;

test("the query of the logs has the trace of the thread that the command is shown with", () => {
  const { team = "", thread = "" } = command ?? {};
  expect(thread).not.toBe("");
  expect(searched?.["trace"]).toBe(traceOf({ team, thread }));
});
