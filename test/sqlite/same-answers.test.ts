// Whatever is asked of it, in whatever order: the file of one machine answers as DynamoDB does.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { createListRows as createDynamoRows } from "../../src/aws/list-rows.ts";
import { createLists as createDynamoLists } from "../../src/aws/lists.ts";
import { createRecords as createDynamoRecords } from "../../src/aws/records.ts";
import { createThreads as createDynamoThreads } from "../../src/aws/threads.ts";
import type { ListRows, Lists } from "../../src/runs/lists.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Held, HoldChange, Records, Threads } from "../../src/runs/ports.ts";
import type { Run, ThreadKey } from "../../src/runs/run.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import { createListRows } from "../../src/sqlite/list-rows.ts";
import { createLists } from "../../src/sqlite/lists.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { createThreads } from "../../src/sqlite/threads.ts";
import { approvalOf, EARLY, LATE, NOON, runOf } from "../contract/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { openedFile } from "../support/sqlite.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 12);
const MIDNIGHT = "2026-03-02T00:00:00.000Z";

interface Stores {
  readonly records: Records;
  readonly threads: Threads;
  readonly lists: Lists;
  readonly rows: ListRows;
}

const A = "a".repeat(32);
const B = "b".repeat(32);
const thread = fc.constantFrom(A, A, A, B);
const by = fc.constantFrom("one", "two");
const moment = fc.constantFrom(EARLY, NOON, LATE);
const soon = fc.constantFrom(EARLY, EARLY, EARLY, LATE);
const until = fc.constantFrom(EARLY, NOON, NOON, NOON);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const due = maybe(moment);
/** Most often the next version. */
const ahead = fc.oneof(
  { weight: 5, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2) },
);

const status = fc.constantFrom<Run["status"]>(
  { kind: "queued" },
  { kind: "waiting" },
  { kind: "done", outcome: { good: true, text: "Done." } },
);
const state = fc.constantFrom<Approval["state"]>(
  { kind: "pending" },
  { kind: "expired", at: EARLY },
  { kind: "superseded", at: EARLY },
);
const card = fc.record(
  {
    channel: fc.constantFrom("C1", "C2"),
    drawn: fc.nat({ max: 3 }),
    tried: fc.boolean(),
    ts: fc.constantFrom("1.5", "2.5"),
  },
  { requiredKeys: ["channel", "drawn", "tried"] },
);
const cards = fc.record({ run: card, "ask:1": card }, { requiredKeys: [] });
const wanted = fc.oneof(
  fc.record({ lease: until, claim: until }),
  fc.record({ lease: until }),
  fc.record({ claim: until }),
);
type Change = Partial<typeof anyChange extends fc.Arbitrary<infer One> ? One : never>;
/** Nobody gives back the claim with the write that takes it along. */
const anyChange = fc
  .record({
    run: maybe(fc.record({ ahead, status })),
    cards: maybe(cards),
    due: maybe(fc.record({ at: due })),
    takeClaim: maybe(fc.record({ now: soon, until })),
    give: maybe(fc.subarray(["lease", "claim"] as const)),
    heedless: maybe(fc.constant(true)),
  })
  .filter(({ takeClaim, give }) => takeClaim === undefined || give?.includes("claim") !== true);
const givingBack = fc.record({
  give: fc.subarray(["lease", "claim"] as const, { minLength: 1 }),
  heedless: fc.constantFrom(undefined, undefined, true as const),
});
const change = fc.oneof<fc.Arbitrary<Change>[]>(anyChange, givingBack);

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("saveRun" as const), thread, ahead, status, due }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("saveApproval" as const), thread, ahead, state, due }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reschedule" as const), thread, ahead, due }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("take" as const), thread, by, wanted, now: soon }),
  },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant("write" as const), thread, by, change }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("strayed" as const), thread, now: moment }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("due" as const), now: moment }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** One store with what its workers hold, each as it was told last. */
function player(stores: Stores, team: string): (one: Step) => Promise<unknown> {
  const held = new Map<string, Held>();
  return async (one) => {
    if (one.kind === "due") return dueIn(stores, team, one.now);
    const key = { team, thread: one.thread };
    switch (one.kind) {
      case "saveRun":
      case "saveApproval":
      case "reschedule":
        return saved(stores, key, one);
      case "take":
        return taken(stores, held, { ...one, key });
      case "write":
        return written(stores, held, one);
      case "strayed":
        return stores.threads.strayed(key, one.now);
    }
  };
}

type Of<Kind> = Extract<Step, { kind: Kind }>;

async function saved(
  { records, rows }: Stores,
  key: ThreadKey,
  one: Of<"saveRun" | "saveApproval" | "reschedule">,
): Promise<unknown> {
  const run = await records.run(key);
  if (one.kind === "reschedule")
    return run && records.reschedule({ ...run, version: run.version - 1 + one.ahead }, one.due);
  const versionOf = (known: { readonly version: number } | undefined) =>
    Math.max((known?.version ?? 0) + one.ahead, 1);
  if (one.kind === "saveRun")
    return records.saveRun({ ...runOf(key, versionOf(run)), status: one.status }, one.due);
  const asked = approvalOf(key);
  const version = versionOf(await records.approval(key, asked.interrupt));
  const next = { ...asked, version, state: one.state };
  if (one.state.kind === "pending") await rows.put(next);
  return records.saveApproval(next, one.due);
}

async function taken(
  { threads }: Stores,
  held: Map<string, Held>,
  { key, by, wanted, now }: Of<"take"> & { readonly key: ThreadKey },
): Promise<unknown> {
  const mine = await threads.take(key, wanted, { by, now });
  if (mine !== undefined) held.set(`${by} ${key.thread}`, mine);
  return mine;
}

async function written(
  { threads }: Stores,
  held: Map<string, Held>,
  { by, thread, change }: Of<"write">,
): Promise<unknown> {
  const name = `${by} ${thread}`;
  const mine = held.get(name);
  if (mine === undefined) return undefined;
  const result = await threads.write(mine, changeFrom(mine, change));
  if (result.kind !== "lost") held.set(name, result.held);
  return result;
}

function changeFrom({ run }: Held, change: Of<"write">["change"]): HoldChange {
  const next = change.run && { ...run, version: run.version + change.run.ahead, status: change.run.status };
  const given = Object.entries({ ...change, run: next }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** Of one moment there is no order. */
async function dueIn({ records }: Stores, team: string, now: string): Promise<unknown> {
  const found = await records.due(team, now);
  return found.toSorted((a, b) => a.thread.localeCompare(b.thread));
}

/** All that can be seen of it in the end. */
async function seen(stores: Stores, team: string): Promise<unknown> {
  const { records, lists } = stores;
  const page = { team, order: "newest", limit: 1 } as const;
  const conversation = { kind: "conversation", channel: "C1", threadTs: "1.5" } as const;
  return {
    a: await records.thread({ team, thread: A }),
    b: await records.thread({ team, thread: B }),
    due: await dueIn(stores, team, MIDNIGHT),
    runs: await lists.runs({ ...page, of: { kind: "team" } }),
    waiting: await lists.runs({ ...page, of: { kind: "status", status: "waiting" } }),
    shown: await lists.runs({ ...page, of: conversation, limit: 5 }),
    pending: await lists.approvals({ ...page, of: { kind: "team" } }),
    own: await lists.approvals({ ...page, of: { kind: "approver", user: "UEVE", groups: ["S1"] }, limit: 5 }),
    expired: await lists.approvals({ ...page, of: { kind: "expired" } }),
  };
}

/** Without runs there is nothing to hold. */
const begin: readonly Step[] = [A, B].map((thread) => ({
  kind: "saveRun",
  thread,
  ahead: 1,
  status: { kind: "queued" },
  due: undefined,
}));

/** Some hundreds of requests to a server, which a busy machine takes its time for. */
const TIMEOUT_MS = 120_000;

test(
  "runs, questions, holds and lists are the same in the file as on DynamoDB, answer for answer",
  { timeout: TIMEOUT_MS },
  async () => {
    const { dynamo, table } = await freshDynamo();
    const onDynamo: Stores = {
      records: createDynamoRecords(dynamo, table, UNCOUNTED),
      threads: createDynamoThreads(dynamo, table, UNCOUNTED),
      lists: createDynamoLists(dynamo, table),
      rows: createDynamoRows(dynamo, table),
    };
    const database = openedFile(":memory:", [RECORD_TABLES, AUDIT_TABLES]);
    const inFile: Stores = {
      records: createRecords(database),
      threads: createThreads(database, UNCOUNTED),
      lists: createLists(database),
      rows: createListRows(),
    };
    const kinds = new Set<string>();
    const property = fc.asyncProperty(
      fc.noBias(fc.array(step, { minLength: 25, maxLength: 25 })),
      async (steps) => {
        const team = `T${randomUUID()}`;
        const [there, here] = [player(onDynamo, team), player(inFile, team)];
        for (const one of [...begin, ...steps]) {
          const answer = await here(one);
          expect(answer, JSON.stringify(one)).toEqual(await there(one));
          kinds.add(`${one.kind} ${kindOf(answer)}`);
        }
        expect(await seen(inFile, team)).toEqual(await seen(onDynamo, team));
      },
    );
    await fc.assert(property, { seed: 20260301, numRuns: RUNS });
    const refusals = ["written", "nudged", "changed", "lost"].map((kind) => `write ${kind}`);
    expect([...kinds]).toEqual(expect.arrayContaining([...refusals, "saveRun true", "saveRun false"]));
  },
);

function kindOf(answer: unknown): string {
  const hasKind = typeof answer === "object" && answer !== null && "kind" in answer;
  return String(hasKind ? answer.kind : answer);
}
