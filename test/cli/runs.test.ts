// countersign runs and run: on a product in which somebody asks and decides, and on records that nobody would write who means well.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { RunView } from "../../src/api/schemas.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createStores } from "../../src/aws/stores.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Run } from "../../src/runs/run.ts";
import { logOf } from "../../src/runs/run.ts";
import { decided, approvedByAna, someApproval, someRun } from "../slack/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { messageLike, startSystem } from "../support/system.ts";
import { ask, type Environment, onTable, say } from "./support.ts";

const { teamId: team, channels, groups, users } = SEED;
const moment = z.iso.datetime();

const Runs = z.strictObject({
  kind: z.literal("runs"),
  runs: z.array(
    z.strictObject({
      ...{ id: z.string(), name: z.string(), workflow: z.string(), requester: z.string() },
      ...{ status: z.enum(["queued", "waiting", "done", "failed", "cancelled"]), channel: z.string() },
      createdAt: moment,
    }),
  ),
  next: z.string().optional(),
  text: z.string(),
});

const Waiting = z.strictObject({
  kind: z.literal("waiting"),
  requests: z.array(
    z.strictObject({
      ...{ run: z.string(), name: z.string(), interrupt: z.string(), workflow: z.string() },
      ...{ channel: z.string(), requester: z.string(), title: z.string(), askedAt: moment },
      ...{ expiresAt: moment.optional(), quorum: z.int(), votes: z.int() },
      approvers: z.strictObject({ users: z.array(z.string()), groups: z.array(z.string()) }),
    }),
  ),
  next: z.string().optional(),
  text: z.string(),
});

const Shown = z.strictObject({
  kind: z.literal("run"),
  run: RunView,
  now: moment,
  holds: z.array(z.strictObject({ hold: z.enum(["lease", "claim"]), by: z.string(), until: moment })),
  due: moment.optional(),
  checkpoint: z
    .strictObject({
      ...{ slot: z.int(), step: z.int(), source: z.string(), at: moment, nodes: z.array(z.string()) },
    })
    .optional(),
  logTrouble: z.string().optional(),
  cards: z.array(
    z.strictObject({
      ...{ name: z.string(), channel: z.string(), ts: z.string().optional() },
      state: z.enum(["drawn", "behind", "given up"]),
    }),
  ),
  history: z.strictObject({ length: z.int(), head: z.string(), last: z.array(z.string()) }),
  next: z.array(z.string()).min(1),
  text: z.string(),
});

test("an operator sees who is waited for, and afterwards who decided and that it is over", async () => {
  const system = await startSystem();
  const card = await system.askToDeploy();
  await system.untilIdle();
  const env = onTable(system.config.table);

  const waiting = Waiting.parse((await ask("runs --waiting", env)).data);
  const [request] = waiting.requests;
  expect(request).toMatchObject({
    ...{ workflow: "deploy", channel: channels.deploys, requester: users.rita, votes: 0, quorum: 1 },
    approvers: { groups: [groups.oncall] },
  });
  expect(waiting.text).toMatch(/^RUN +WAITS +EXPIRES +WORKFLOW +QUESTION +WHO MAY DECIDE\n/);
  expect(waiting.text).toContain(`group ${groups.oncall}`);

  const name = request?.name ?? "";
  const before = Shown.parse((await ask(`run ${name}`, env)).data);
  expect(before.run).toMatchObject({ name, status: "waiting", requester: users.rita });
  expect(before.run.requests).toMatchObject([{ state: "pending" }]);
  expect(before.checkpoint).toMatchObject({ nodes: ["approve"] });
  expect(before.cards.every(({ state, ts }) => state === "drawn" && ts !== undefined)).toBe(true);
  expect(before.history.last.at(-1)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC · asked: /);
  expect(before.next.at(-1)).toMatch(`It waits for group ${groups.oncall}`);

  await system.ana.click(card, "Approve");
  await messageLike(system.rita, /^✅ Deployed/);
  await system.untilIdle();
  const { out } = await say(`run ${before.run.id}`, env);
  expect(out).toMatch(new RegExp(`^${name}  deploy \\(version .*\\), done\n`));
  expect(out).toContain(`decided: approved by ${users.ana}, `);
  expect(out).toContain("nobody has it\n");
  expect(out).toContain("What to do\n  It is over; there is nothing to do.\n");
  expect(out).not.toMatch(/[<>*`]/);
  const { runs } = Runs.parse((await ask("runs --status done --workflow deploy", env)).data);
  expect(runs.map((run) => run.name)).toEqual([name]);
  expect((await say("runs --waiting", env)).out).toBe("Nothing waits for a decision.\n");
}, 30_000);

interface Kept {
  readonly env: Environment;
  readonly keep: (...runs: readonly Run[]) => Promise<void>;
  readonly dynamo: Awaited<ReturnType<typeof freshDynamo>>["dynamo"];
  readonly table: string;
}

async function kept(): Promise<Kept> {
  const { dynamo, table } = await freshDynamo();
  const records = createRecords(dynamo, table, UNCOUNTED);
  const keep = async (...runs: readonly Run[]): Promise<void> => {
    await Promise.all(runs.map((run) => records.saveRun({ ...run, team, version: 1 })));
  };
  return { env: onTable(table), keep, dynamo, table };
}

const threadOf = (number: number): string => number.toString(16).padStart(6, "0").padEnd(32, "0");

/** Three slots, of which the one in the middle is gone. */
async function holedLog({ dynamo, table }: Pick<Kept, "dynamo" | "table">, run: Run): Promise<void> {
  const log = createCheckpointLog(dynamo, table);
  const slot = (number: number) => ({
    ...{ kind: "checkpoint" as const, number, writer: "w", createdAt: "2026-05-04T15:00:00.000Z" },
    ...{ changes: {}, next: [], id: `c${number}`, source: "loop" as const, step: number, joins: {} },
  });
  for (const number of [0, 1, 2]) await log.append(logOf(run), slot(number));
  const { DeleteItemCommand } = await import("@aws-sdk/client-dynamodb");
  const Key = { pk: { S: `T#${team}#${run.thread}` }, sk: { S: "S#0000000001" } };
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
}

describe("a list of runs", () => {
  test("is newest first, fits a hundred columns, and goes on behind its cursor with none left out", async () => {
    const { env, keep } = await kept();
    const runs = Array.from({ length: 7 }, (_, at) =>
      someRun({
        thread: threadOf(at),
        createdAt: `2026-05-0${at + 1}T15:00:00.000Z`,
        workflow: at % 2 === 0 ? "a-workflow-with-a-name-of-some-length" : "deploy",
        requester: "U0123456789ABCDEF",
      }),
    );
    await keep(...runs);
    const names: string[] = [];
    let cursor = "";
    do {
      const { data } = await ask(`runs --workflow deploy --limit 2 ${cursor}`, env);
      const page = Runs.parse(data);
      names.push(...page.runs.map(({ name }) => name));
      cursor = page.next === undefined ? "" : `--cursor ${page.next}`;
    } while (cursor !== "");
    expect(names).toEqual(["r-000005", "r-000003", "r-000001"]);
    const { out } = await say("runs", env);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(8);
    expect(lines[1]).toMatch(/^r-000006 {2}\w+ +a-workflow-with-a… {2}U0123456789A… /);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  test("is of what is asked for together, whichever index is read", async () => {
    const { env, keep } = await kept();
    const failed = { kind: "failed", error: "It broke." } as const;
    await keep(
      someRun({ thread: threadOf(1), channel: "C0ONE", status: failed }),
      someRun({ thread: threadOf(2), channel: "C0ONE" }),
      someRun({ thread: threadOf(3), channel: "C0TWO", status: failed }),
    );
    const names = async (words: string): Promise<readonly string[]> =>
      Runs.parse((await ask(words, env)).data).runs.map(({ name }) => name);
    expect(await names("runs --channel C0ONE --status failed")).toEqual(["r-000001"]);
    expect([...(await names("runs --status failed"))].sort()).toEqual(["r-000001", "r-000003"]);
    expect(await names("runs --workflow deploy --channel C0TWO")).toEqual(["r-000003"]);
    const { out } = await say("runs --workflow deply", env);
    expect(out).toContain(`There are no runs of deply. There is no workflow "deply". Did you mean deploy?`);
  });
});

describe("one run", () => {
  test("is told with its holder, its due time and what is to be done, while a worker has it and after", async () => {
    const { env, keep, dynamo, table } = await kept();
    const { threads, records } = createStores(dynamo, table, UNCOUNTED);
    const run = someRun({ team, thread: threadOf(1), status: { kind: "queued" } });
    await keep(run);
    const soon = new Date(Date.now() + 60_000).toISOString();
    await threads.take({ team, thread: run.thread }, { lease: soon }, { by: "worker-1", now: run.createdAt });
    const held = Shown.parse((await ask("run r-000001", env)).data);
    expect(held).toMatchObject({ holds: [{ hold: "lease", by: "worker-1", until: soon }], due: soon });
    expect(held.next).toEqual([
      expect.stringMatching(/^A worker has it until /),
      "1 card is behind, and is drawn with the next job; where none comes, the sweeper sends one.",
    ]);
    const dead = { ...run, thread: threadOf(2), version: 1 };
    await keep(dead);
    await records.reschedule(dead, "2026-05-04T15:00:00.000Z");
    const { out } = await say("run r-000002", env);
    expect(out).toMatch(/The sweeper should have looked at it \d+ d ago\. .* doctor/);
    expect(out).toContain("nobody has it");
  });

  test("with a secret in its input, an error and its question shows none of them", async () => {
    const { env, keep, dynamo, table } = await kept();
    const secret = "sk-proj-1234567890abcdefghijklmnop";
    const run = someRun({
      ...{ team, thread: threadOf(1), input: { password: "hunter2-hunter2", note: `the key is ${secret}` } },
      status: { kind: "failed", error: `It said ${secret}.` },
    });
    await keep(run);
    const asked = { ...someApproval(), team, thread: run.thread, version: 1 };
    const request = { ...asked.request, title: `Use ${secret}` };
    await createRecords(dynamo, table, UNCOUNTED).saveApproval({ ...asked, request });
    for (const words of ["run r-000001", "run r-000001 --json", "runs --waiting", "runs --waiting --json"]) {
      const { code, out } = await say(words, env);
      expect(code).toBe(0);
      expect(out).not.toContain(secret);
      expect(out).not.toContain("hunter2");
    }
    expect((await say("run r-000001", env)).out).toContain("/countersign retry r-000001");
  });

  test("with names that would move a cursor, forge a line or break a column shows them as they are written", async () => {
    const { env, keep } = await kept();
    const evil = "x\u001b[2J\u001b]0;owned\u0007\nr-000009  done\u202e";
    await keep(someRun({ thread: threadOf(1), workflow: evil, requester: evil, input: { [evil]: evil } }));
    for (const words of ["run r-000001", "runs"]) {
      const { out } = await say(words, env);
      // eslint-disable-next-line no-control-regex -- that none of them is there is what is tested.
      expect(out.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f\u202e]/);
      expect(out).not.toMatch(/^r-000009/m);
    }
  });

  test("whose log has a hole is shown all the same, and says so first", async () => {
    const { env, keep, dynamo, table } = await kept();
    const run = someRun({ team, thread: threadOf(1), status: { kind: "queued" } });
    await keep(run);
    await holedLog({ dynamo, table }, run);
    const shown = Shown.parse((await ask("run r-000001", env)).data);
    expect(shown.logTrouble).toBeDefined();
    expect(shown.next[0]).toMatch(/^Its log cannot be read/);
  });

  test("whose details are being deleted says since when, shows none of what is left, and nobody is told to mend its log", async () => {
    const { env, keep, dynamo, table } = await kept();
    const at = "2026-05-04T15:00:00.000Z";
    const status = { kind: "done", outcome: { good: true, text: "Deployed." } } as const;
    const run = someRun({ team, thread: threadOf(1), status, input: {}, removed: { kind: "expired", at } });
    const purged = { kind: "purged", at, by: "otto", reason: "Her data" } as const;
    await keep(run, someRun({ team, thread: threadOf(2), status, input: {}, removed: purged }));
    // Its log is deleted in part, and its question is not yet.
    await holedLog({ dynamo, table }, run);
    const asked = { ...someApproval(), team, thread: run.thread, version: 1 };
    await createRecords(dynamo, table, UNCOUNTED).saveApproval(asked);

    const shown = Shown.parse((await ask("run r-000001", env)).data);
    expect(shown.run).toMatchObject({ requests: [], removed: { kind: "expired", at } });
    expect([shown.logTrouble, shown.checkpoint]).toEqual([undefined, undefined]);
    expect(shown.next).toEqual([
      expect.stringMatching(/^The details of r-000001 were deleted on 2026-05-04T/),
      "It is over; there is nothing to do.",
    ]);
    expect(shown.text).toContain("Work\n  its log is not kept any more\n");
    const { out } = await say("run r-000002", env);
    expect(out).toContain('r-000002 was purged on 2026-05-04T15:00:00.000Z by otto: "Her data".');
    expect(out).toContain("\n\nHistory\n  gone with the run; its head was ");
    for (const [name, kind] of [
      ["r-000001", "deleted"],
      ["r-000002", "purged"],
    ])
      expect(await ask(`cost ${name}`, env)).toMatchObject({ code: 1, data: { kind, since: at } });
  });

  test("that was decided and has not gone on says so", async () => {
    const { env, keep, dynamo, table } = await kept();
    const run = someRun({ team, thread: threadOf(1), status: { kind: "waiting" } });
    await keep(run);
    const approval = { ...decided(someApproval(), approvedByAna), team, thread: run.thread };
    await createRecords(dynamo, table, UNCOUNTED).saveApproval({ ...approval, version: 1 });
    expect((await say("run r-000001", env)).out).toContain("It is decided. No worker has it");
  });

  test("whose name is that of several is asked for by its thread", async () => {
    const { env, keep } = await kept();
    const [one, other] = ["a".repeat(32), `${"a".repeat(31)}b`];
    await keep(someRun({ thread: one }), someRun({ thread: other }));
    const { code, data } = await ask("run r-aaaaaa", env);
    expect(code).toBe(1);
    expect(data).toMatchObject({
      kind: "several",
      runs: expect.arrayContaining([{ id: one, name: "r-aaaaaa", workflow: "deploy" }]) as unknown,
    });
    expect(await ask(`run ${other}`, env)).toMatchObject({ code: 0, data: { run: { id: other } } });
  });
});

const NOWHERE = onTable("t", "http://127.0.0.1:9");

const WRONG: Readonly<Record<string, readonly [words: string, code: number, says: string]>> = {
  "a command that is none": ["rnus", 2, 'There is no command "rnus". Did you mean "runs"?'],
  "an option that is none": [
    "runs --statsu done",
    2,
    '"runs" has no option --statsu. Did you mean --status?',
  ],
  "an option without its value": ["runs --status", 2, "--status"],
  "a status that is none": ["runs --status don", 2, 'There is no status "don". Did you mean done?'],
  "two lists at once": ["runs --waiting --status done", 2, "Say --status or --waiting, and not both."],
  "a channel's name": ["runs --channel #deploys", 2, '"#deploys" is no channel\'s id.'],
  "no limit": ["runs --limit none", 2, "--limit takes a number from 1 to 1000"],
  "a limit of nothing": ["runs --limit 0", 2, "--limit takes a number from 1 to 1000"],
  "a word too many": ["runs r-1a2b3c", 2, 'one run is shown by "run", and not "r-1a2b3c" as well.'],
  "no run": ["run", 2, 'Say which run: "run r-1a2b3c"'],
  "two runs": ["run r-1a2b3c r-1a2b3d", 2, '"run" takes one run, and not "r-1a2b3d" as well.'],
  "a run's name that is none": ["run ../../etc", 2, '"../../etc" is no name of a run.'],
  "no run to verify": ["audit verify --run ../../etc", 2, '"../../etc" is no name of a run.'],
  "two places": ["runs --stage dev --data x", 2, "Name one place"],
  "a region without a stage": ["runs --region eu-west-1", 2, "--region goes with --stage"],
  "a store that does not answer": ["runs", 1, "This did not work: The store did not answer"],
};

test.each(Object.entries(WRONG))(
  "with %s it says so, in words and to programs",
  async (_, [words, code, says]) => {
    const ended = await say(words, NOWHERE);
    expect(ended).toMatchObject({ code, out: "", err: expect.stringContaining(says) as string });
    const kind = code === 2 ? "wrong-words" : "failed";
    expect(await ask(words, NOWHERE)).toMatchObject({
      code,
      data: { kind, text: expect.stringContaining(says) as string },
    });
  },
);

test("a run that is not there and a cursor of another list are told apart from an empty list", async () => {
  const { env, keep } = await kept();
  await keep(...[1, 2].map((number) => someRun({ thread: threadOf(number) })));
  expect(await ask("run r-00000f", env)).toMatchObject({ code: 1, data: { kind: "unknown" } });
  const { next = "" } = Runs.parse((await ask("runs --limit 1", env)).data);
  expect(await ask(`runs --status done --cursor ${next}`, env)).toMatchObject({
    ...{
      code: 2,
      data: { kind: "wrong-words", text: expect.stringContaining("was not made for this list") as string },
    },
  });
});

test("every command has help with its options and what they mean, and the list has one line for each", async () => {
  const { out } = await say("--help", {});
  const names = [...out.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = ""]) => name);
  expect(names).toEqual(expect.arrayContaining(["runs", "run", "export", "audit", "key", "setup"]));
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(110);
  for (const name of names) {
    const help = await say(`${name} --help`, {});
    expect([help.code, help.err]).toEqual([0, ""]);
    expect(help.out).toMatch(new RegExp(`^${name}: .*\n\nUsage\n  npm run (-s )?countersign -- ${name}`));
    expect(await say(`help ${name}`, {})).toEqual(help);
    expect(await ask(`${name} --help`, {})).toMatchObject({ code: 0, data: { kind: "help" } });
  }
});
