// Seed 004, "Autonomous DevOps Pipelines": an agent looks into an alert, restarts by itself, and asks before it scales a database down.
import { expect, test } from "vitest";
import { remediate } from "../../src/workflows/remediate.ts";
import {
  approveAndDie,
  cardOf,
  dyingAfter,
  endOf,
  meanwhile,
  openCards,
  performed,
  startModelled,
  type ModelledRun,
} from "../support/modelled-workflow.ts";
import type { Line } from "../support/model.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, startSystem } from "../support/system.ts";

const DATABASE = { service: "orders-db", env: "prod" };
const ALERT = { alertname: "DatabaseIdle", ...DATABASE };
const DOWN = "Scale orders-db in prod down to 2";

function started(...lines: [Line, ...Line[]]): Promise<ModelledRun> {
  return startModelled(remediate, ALERT, lines);
}

const scaled = (replicas: number, service = "orders-db"): Line => [
  ["scale_service", { service, env: "prod", replicas }],
];

test("an alert of a service is looked into and restarted without a question, and people are told what was found and what to do next", async () => {
  const system = await startSystem();
  const { rita } = system;
  await rita.say(DEPLOYS, `/countersign run remediate ${remediate.listing.example}`);
  const end = await endOf(system);
  expect(end).toContain(
    "checkout in prod used 96 % of its memory and 52 % of its capacity, with 4.2 % errors and a p99 latency of 2900 ms. I restarted it. Go on with the runbook memory-leak.",
  );
  expect(await performed(system, "restarts")).toMatchObject([
    { service: "checkout", env: "prod", performed: 1, replays: 0 },
  ]);
  expect(await openCards(rita)).toEqual([]);
}, 30_000);

test("what an alert leaves out is no part of what the model is told, and what it says is", async () => {
  const run = await startModelled(remediate, { ...ALERT, severity: "info", summary: "9 connections." }, [
    "Fine.",
  ]);
  expect(run.asked[0]?.at(-1)?.content).toBe(
    "The alert DatabaseIdle (severity: info) fires for orders-db in prod. 9 connections.",
  );
});

test("a database is scaled up without a question, and down once somebody has agreed, with what is running now before them", async () => {
  const run = await started(
    [
      ["read_metrics", DATABASE],
      ["read_logs", DATABASE],
      ["find_runbooks", { alert: "DatabaseIdle" }],
    ],
    scaled(4),
    scaled(2),
    "It was idle.",
  );
  const { bo, act, heard } = run;
  expect(await performed(run, "scalings")).toMatchObject([{ replicas: 4, previous: 3 }]);
  const card = textIn(await cardOf(bo, DOWN));
  expect(card).toContain("It is a database");
  expect(card).toContain("High · changes production");
  await act(DOWN, "Approve");
  expect(await performed(run, "scalings")).toMatchObject([{}, { replicas: 2, previous: 4, performed: 1 }]);
  expect(heard()).toEqual([
    expect.stringContaining('"p99Ms":6'),
    expect.stringContaining("p99 latency normal"),
    expect.stringContaining("idle-database"),
    expect.stringContaining('"replicas":4'),
    expect.stringContaining('"replicas":2'),
  ]);
  expect(await endOf(run)).toContain("It was idle.");
}, 30_000);

test("what is a database is known from the target, and an agent that is led astray reaches no other service", async () => {
  const checkout = { service: "checkout", env: "prod" };
  const run = await startModelled(remediate, { alertname: "Idle", ...checkout }, [
    [
      ["scale_service", { ...checkout, replicas: 6 }],
      ["scale_service", { ...DATABASE, replicas: 1 }],
      ["restart_service", { ...checkout, env: "staging" }],
      ["scale_service", { ...checkout, replicas: 0 }],
    ],
    "I see.",
  ]);
  expect(await performed(run, "scalings")).toMatchObject([
    { service: "checkout", replicas: 6, previous: 12 },
  ]);
  expect(await performed(run, "restarts")).toEqual([]);
  expect(run.heard().slice(1)).toEqual([
    "Error: Act on the service of the alert, and on no other.",
    "Error: Act on the service of the alert, and on no other.",
    expect.stringContaining("do not fit, and nothing was carried out. replicas"),
  ]);
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);

test("a rejection leaves the database as it is, and the agent is told why", async () => {
  const run = await started(scaled(2), "Nothing was changed.");
  await run.act(DOWN, "Reject…", { reason: "Not now", note: "The report runs tonight." });
  expect(await performed(run, "scalings")).toEqual([]);
  expect(run.heard()).toEqual([
    "A human rejected this call, and it was not carried out: Not now: The report runs tonight.",
  ]);
}, 30_000);

test("an edit changes how many are to run, and nothing else of the call", async () => {
  const run = await started(scaled(1), "Done.");
  const { bo, act } = run;
  await bo.click(await cardOf(bo, "Scale orders-db in prod down to 1"), "Edit…");
  const { blocks } = await bo.waitFor(({ views }) => views.at(-1));
  expect(blocks.flatMap(({ block_id: id = "" }) => (id.startsWith("arg:") ? [id] : []))).toEqual([
    "arg:replicas",
  ]);
  await act("Scale orders-db in prod down to 1", "Edit…", { "arg:replicas": "2" });
  expect(await performed(run, "scalings")).toMatchObject([{ ...DATABASE, replicas: 2, previous: 3 }]);
  await messageLike(bo, /^Approved with changes/);
}, 30_000);

test("when it is another number by the time somebody agrees, they are asked again with what has changed", async () => {
  const run = await started(scaled(2), "Done.");
  const { bo, act } = run;
  await cardOf(bo, DOWN);
  await meanwhile(run, "scalings", { ...DATABASE, replicas: 6 });
  await act(DOWN, "Approve");
  const again = textIn(await messageLike(bo, /^Approval needed again: Scale orders-db/));
  expect(again).toContain("Replicas now: 3 → 6");
  expect(await performed(run, "scalings")).toHaveLength(1);
  await act(DOWN, "Approve");
  expect(await performed(run, "scalings")).toMatchObject([{}, { replicas: 2, previous: 6, performed: 1 }]);
}, 30_000);

test("when the worker dies after the scaling nobody is asked again, and it is played again under its key", async () => {
  const run = await startModelled(remediate, ALERT, [scaled(2), "Done."], { http: dyingAfter("scalings") });
  await approveAndDie(run, DOWN);
  expect(await performed(run, "scalings")).toMatchObject([
    { replicas: 2, previous: 3, performed: 1, replays: 1 },
  ]);
  expect(await openCards(run.bo)).toEqual([]);
  expect(run.heard()).toEqual([expect.stringContaining('"replicas":2')]);
}, 30_000);

test("of two numbers side by side that were judged by the same look only one is set, and a database gets no fewer without a question", async () => {
  const up = (replicas: number) => ["scale_service", { ...DATABASE, replicas }] as const;
  const run = await started([up(10), up(4)], "I see.");
  const [only, ...more] = await performed(run, "scalings");
  expect([only?.["previous"], more]).toEqual([3, []]);
  const refusal = new RegExp(
    `^Error: orders-db in prod runs ${String(only?.["replicas"])} replicas and no longer 3`,
  );
  expect(run.heard().filter((told) => refusal.test(told))).toHaveLength(1);
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);

test("what is neither an app nor called a database as we do asks as one before it gets fewer, and not when it is as many as run", async () => {
  const http = () => async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const answer = await fetch(input, init);
    return new Response((await answer.text()).replaceAll('"database"', '"cache"'), answer);
  };
  const run = await startModelled(remediate, ALERT, [scaled(3), scaled(2), "Done."], { http });
  await run.act(DOWN, "Approve");
  expect(await performed(run, "scalings")).toMatchObject([
    { replicas: 3, previous: 3 },
    { replicas: 2, previous: 3 },
  ]);
}, 30_000);

test("a service is restarted once in a run, whatever the agent makes of it, and again after a restart that was refused", async () => {
  const restart: Line = [["restart_service", DATABASE]];
  let restarts = 0;
  const http = () => async (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
    init?.method === "POST" && ++restarts === 1
      ? new Response('{"error":"Not now."}', { status: 409 })
      : fetch(input, init);
  const twice: Line = [
    ["restart_service", DATABASE],
    ["restart_service", DATABASE],
  ];
  const run = await startModelled(remediate, ALERT, [restart, twice, restart, "I see."], { http });
  expect(await performed(run, "restarts")).toHaveLength(1);
  const again =
    "Error: It was restarted in this run before. What one restart does not mend, people look into.";
  expect(run.heard()).toEqual(["Error: Not now.", expect.stringContaining('"restart"'), again, again]);
}, 30_000);

test("the agent is stopped after twelve answers of its model", async () => {
  const look: Line = [["read_metrics", DATABASE]];
  const rest: readonly Line[] = new Array<Line>(12).fill(look);
  const run = await started(look, ...rest);
  expect(run.asked).toHaveLength(12);
  expect(await endOf(run)).toContain("its model was asked 12 times, the most that is allowed");
}, 30_000);

test("when the answer to an act is lost, neither the agent nor people are told that nothing was done", async () => {
  const run = await startSystem();
  run.relays.ops.loseAnswers("/restarts");
  await run.rita.say(DEPLOYS, `/countersign run remediate ${remediate.listing.example}`);
  const end = await endOf(run);
  expect(end).toContain("It is not known whether anything was changed.");
  expect(end).not.toContain("Nothing was changed");
  run.relays.ops.restore();
  expect(await performed(run, "restarts")).toHaveLength(1);
}, 30_000);

test("of an act whose answer is lost the agent hears that it may have been done, of a look that it failed", async () => {
  const http = () => async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const answer = await fetch(input, init);
    if (/metrics$|restarts$/.test(answer.url)) throw new TypeError("fetch failed");
    return answer;
  };
  const lines: [Line, ...Line[]] = [
    [["read_metrics", DATABASE]],
    [["restart_service", DATABASE]],
    [["restart_service", DATABASE]],
    "I see.",
  ];
  const run = await startModelled(remediate, ALERT, lines, { http });
  expect(run.heard()).toEqual([
    expect.stringMatching(/^Error: \S+ could not be reached/),
    expect.stringMatching(/^Error: It is not known whether this was carried out: \S+ could not be reached/),
    expect.stringMatching(/^Error: It was restarted in this run before\./),
  ]);
  expect(await performed(run, "restarts")).toHaveLength(1);
}, 30_000);
