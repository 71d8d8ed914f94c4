// countersign purge and retention: which runs they take, what they ask first, what they say of it, and what they refuse.
import { expect, onTestFinished, test } from "vitest";
import { countersign } from "../../src/cli/countersign.ts";
import type { Prompt } from "../../src/cli/prompt.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { type Run, runName } from "../../src/runs/run.ts";
import { createSqliteStores, type SqliteStores } from "../../src/sqlite/stores.ts";
import { someApproval, someRun } from "../slack/fixtures.ts";
import { freshFile } from "../support/sqlite.ts";

const { team } = someRun();
const LONG_AGO = "2024-01-01T00:00:00.000Z";
const NOW = new Date().toISOString();
const DONE: Run["status"] = { kind: "done", outcome: { good: true, text: "Deployed v9.9.9." } };
const CANCELLED: Run["status"] = { kind: "cancelled", by: "U0RITA", at: LONG_AGO };
const idOf = (digit: string): string => digit.repeat(32);

interface Kept extends SqliteStores {
  keep(digit: string, status: Run["status"], createdAt?: string): Promise<void>;
  statusOf(digit: string): Promise<string | undefined>;
  say(
    words: string,
    prompt?: Prompt,
  ): Promise<{ code: number; out: string; err: string; progress: string[] }>;
  ask(words: string): Promise<{ code: number; data: Record<string, unknown> }>;
}

/** In a file, which is the quickest to have; each run with a question and the group that may decide it. */
function kept(): Kept {
  const file = freshFile();
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: Date.now });
  onTestFinished(() => stores.close());
  const said = async (words: readonly string[], prompt?: Prompt) => {
    const progress: string[] = [];
    const terminal = { progress: (line: string) => void progress.push(line), ...(prompt && { prompt }) };
    const args = [...words, "--store", `sqlite:${file}`];
    return { ...(await countersign(args, { USER: "otto" }, terminal)), progress };
  };
  return {
    ...stores,
    async keep(digit, status, createdAt = LONG_AGO): Promise<void> {
      await stores.records.saveRun(someRun({ thread: idOf(digit), status, createdAt, version: 1 }));
      await stores.records.saveApproval({ ...someApproval(), team, thread: idOf(digit), version: 1 });
    },
    async statusOf(digit): Promise<string | undefined> {
      const run = await stores.records.run({ team, thread: idOf(digit) });
      return run?.removed?.kind ?? run?.status.kind;
    },
    say: (words, prompt) => said(words.split(" "), prompt),
    async ask(words) {
      const { code, out } = await said([...words.split(" "), "--json"]);
      return { code, data: JSON.parse(out) as Record<string, unknown> };
    },
  };
}

const REASON = "--reason Over";

test("those that were begun before, and of the statuses that are named, are counted by a dry run that deletes nothing, then purged, and no others", async () => {
  const { keep, statusOf, ask, records } = kept();
  await keep("1", DONE);
  await keep("2", CANCELLED);
  await keep("3", DONE, NOW);
  await keep("4", { kind: "waiting" });
  await keep("5", { kind: "failed", error: "It broke." });
  const before = await records.thread({ team, thread: idOf("1") });
  const dry = await ask("purge --older-than 400d --dry-run");
  expect(dry).toMatchObject({ code: 0, data: { kind: "dry-run", items: 4 } });
  expect(dry.data["runs"]).toEqual([idOf("1"), idOf("2")]);
  expect(await ask("purge --older-than 400d --status cancelled --dry-run")).toMatchObject({
    data: { runs: [idOf("2")] },
  });
  expect(await records.thread({ team, thread: idOf("1") })).toEqual(before);

  expect(await ask(`purge --older-than 400d --status done ${REASON} --yes`)).toMatchObject({
    code: 0,
    data: { kind: "purged", runs: [idOf("1")], items: 2, by: "otto", reason: "Over", refused: [] },
  });
  const after = await records.thread({ team, thread: idOf("1") });
  expect(after).toMatchObject({
    approvals: [],
    run: { removed: { kind: "purged", by: "otto", reason: "Over" } },
  });
  expect(JSON.stringify(after)).not.toMatch(/v9\.9\.9|U0RITA/);
  const now = await Promise.all(["1", "2", "3", "4", "5"].map(statusOf));
  expect(now).toEqual(["purged", "cancelled", "done", "waiting", "failed"]);
  // What is purged is no more to be purged.
  expect(await ask(`purge --older-than 400d --status done ${REASON} --yes`)).toMatchObject({
    code: 0,
    data: { kind: "purged", runs: [], items: 0 },
  });
});

test("it asks with how many, takes nothing but yes for it, and purges nothing where nobody is there to be asked", async () => {
  const { keep, statusOf, say } = kept();
  await keep("1", DONE);
  await keep("2", DONE);
  const asked: string[] = [];
  const answering =
    (answer: string): Prompt =>
    (question) => {
      asked.push(question);
      return Promise.resolve(answer);
    };
  const words = `purge --older-than 1d ${REASON}`;
  expect(await say(words)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Nobody is there to be asked\./) as string,
  });
  for (const answer of ["", "no", "y", "yes please"])
    expect(await say(words, answering(answer))).toMatchObject({ code: 1, err: "Nothing was purged.\n" });
  expect(await statusOf("1")).toBe("done");
  const done = await say(words, answering("YES"));
  expect(done.out).toMatch(
    /^2 runs purged: 4 items deleted\. Their cards in Slack are emptied within some minutes\.\nWhat stays of each says: purged by otto: “Over”\.\n$/,
  );
  expect(new Set(asked)).toEqual(new Set(["Purge 2 runs? This cannot be undone. Type yes"]));
  expect([await statusOf("1"), await statusOf("2")]).toEqual(["purged", "purged"]);
});

test.each<[string, Run["status"], string]>([
  ["waits", { kind: "waiting" }, "waiting"],
  ["goes on", { kind: "queued" }, "queued"],
  ["has failed", { kind: "failed", error: "It broke." }, "failed"],
])("a run that %s is refused, and all of it stays", async (_, status, kind) => {
  const { keep, ask, records } = kept();
  await keep("1", status);
  const before = await records.thread({ team, thread: idOf("1") });
  const { code, data } = await ask(`purge ${runName(idOf("1"))} ${REASON} --yes`);
  expect([code, data]).toMatchObject([1, { kind: "partly", runs: [], refused: [{ run: idOf("1") }] }]);
  expect(data["text"]).toContain(
    `was not purged: it is ${kind}, and only what is over is purged; cancel it first.`,
  );
  expect(await records.thread({ team, thread: idOf("1") })).toEqual(before);
});

test.each<Run["status"]>([{ kind: "waiting" }, { kind: "failed", error: "It broke." }])(
  "of a run that is $kind a dry run says what the purge would say, and nobody is asked about it",
  async (status) => {
    const { keep, ask, say } = kept();
    await keep("1", status);
    const why = `is ${status.kind}, and only what is over is purged; cancel it first`;
    const name = runName(idOf("1"));
    const dry = await ask(`purge ${name} --dry-run`);
    expect(dry).toMatchObject({
      code: 1,
      data: { kind: "dry-run", runs: [], items: 0, refused: [{ run: idOf("1"), because: `it ${why}` }] },
    });
    expect(dry.data["text"]).toBe(
      `0 runs with 0 items would be purged. Nothing was deleted.\n${name} (${idOf("1")}) would not be purged: it ${why}.`,
    );
    const asked: string[] = [];
    const { code, err } = await say(`purge ${name} ${REASON}`, (question) => {
      asked.push(question);
      return Promise.resolve("yes");
    });
    expect([code, asked]).toEqual([1, []]);
    expect(err).toContain(why);
  },
);

test("a run that had been purged before keeps its tombstone, and the answer says which that is", async () => {
  const { keep, ask, records } = kept();
  await keep("1", DONE);
  const name = runName(idOf("1"));
  expect(await ask(`purge ${name} --reason First --yes`)).toMatchObject({ code: 0, data: { before: [] } });
  const again = await ask(`purge ${name} --reason Second --yes`);
  expect(again).toMatchObject({
    code: 0,
    data: { kind: "purged", runs: [idOf("1")], before: [{ run: idOf("1"), by: "otto", reason: "First" }] },
  });
  expect(again.data["text"]).toMatch(/had been purged before, on .* UTC, .*: by otto: “First”\.$/);
  expect(again.data["text"]).not.toContain("Second");
  expect(await found(records, "1")).toMatchObject({ removed: { reason: "First" } });
});

test("a run that a worker has just now is left to it, and another of the same order is purged all the same", async () => {
  const { keep, threads, statusOf, ask } = kept();
  await keep("1", DONE);
  await keep("2", DONE);
  const until = new Date(Date.now() + 60_000).toISOString();
  await threads.take({ team, thread: idOf("1") }, { lease: until }, { by: "worker", now: NOW });
  const { code, data } = await ask(`purge --older-than 1d ${REASON} --yes`);
  expect([code, data]).toMatchObject([1, { kind: "partly", runs: [idOf("2")] }]);
  expect(data["text"]).toContain("a worker has it just now; try again in a minute");
  expect([await statusOf("1"), await statusOf("2")]).toEqual(["done", "purged"]);
});

test("many are told of on the way", async () => {
  const { records, say } = kept();
  for (let at = 0; at < 41; at++)
    await records.saveRun(
      someRun({ thread: at.toString(16).padStart(32, "a"), status: DONE, createdAt: LONG_AGO, version: 1 }),
    );
  const { code, progress } = await say(`purge --older-than 400d ${REASON} --yes`);
  expect([code, progress]).toEqual([0, ["20 of 41 runs purged.", "40 of 41 runs purged."]]);
});

test("retention apply has every run that is over looked at at once, and counts them first if it is told to", async () => {
  const { keep, records, ask, retention } = kept();
  await keep("1", DONE);
  await keep("2", CANCELLED);
  await keep("3", { kind: "waiting" });
  await keep("4", DONE);
  await ask(`purge ${idOf("4")} ${REASON} --yes`);
  await records.reschedule(await found(records, "4"), undefined);
  await retention.expire({ team, thread: idOf("1") }, { details: "2100-01-01T00:00:00.000Z" });
  const later = new Date(Date.now() + 60_000).toISOString();
  const due = async (): Promise<readonly string[]> =>
    (await records.due(team, later)).map(({ thread }) => thread).sort();
  expect(await ask("retention apply --dry-run")).toMatchObject({
    code: 0,
    data: { kind: "dry-run", runs: 2 },
  });
  expect(await due()).toEqual([]);
  expect(await ask("retention apply")).toMatchObject({
    code: 0,
    data: { kind: "applied", runs: 2, busy: 0 },
  });
  expect(await due()).toEqual([idOf("1"), idOf("2")]);
  // What another version had said of it is taken back until then.
  expect(
    await retention.expire({ team, thread: idOf("1") }, { details: "2100-01-01T00:00:00.000Z" }),
  ).toMatchObject({
    items: 2,
  });
});

test("retention apply leaves a run that a worker has as it is, and says to do it again", async () => {
  const { keep, ask, say, retention, threads } = kept();
  await keep("1", DONE);
  await keep("2", DONE);
  const [one, details] = [{ team, thread: idOf("1") }, "2100-01-01T00:00:00.000Z"];
  await retention.expire(one, { details });
  const lease = new Date(Date.now() + 60_000).toISOString();
  const held = await threads.take(one, { lease }, { by: "a worker", now: new Date().toISOString() });
  if (held === undefined) throw new Error("It is there.");
  expect(await ask("retention apply")).toMatchObject({ code: 1, data: { runs: 1, busy: 1 } });
  expect((await say("retention apply")).err).toMatch(
    /^1 run will be .*\nA worker had 1 run just then, of which nothing was changed. Do it again in a minute\.$/m,
  );
  expect(await retention.expire(one, { details })).toMatchObject({ items: 0 });
  // Who has it looks once more before it lets go.
  expect(await threads.write(held, { give: ["lease"] })).toMatchObject({ kind: "nudged" });
  await threads.write(held, { give: ["lease"], heedless: true });
  expect(await ask("retention apply")).toMatchObject({ code: 0, data: { runs: 2, busy: 0 } });
});

async function found({ run }: SqliteStores["records"], digit: string): Promise<Run> {
  const one = await run({ team, thread: idOf(digit) });
  if (one === undefined) throw new Error("It is not there.");
  return one;
}

test.each([
  ["purge", "Say which run, or --older-than 400d."],
  ["purge r-1a2b3c", "Say why, with --reason"],
  ["purge r-1a2b3c r-4d5e6f --reason x", "Name one run, as in: purge r-1a2b3c"],
  [
    "purge r-1a2b3c --older-than 9d --reason x",
    "Name a run, or say --older-than with --status, and not both.",
  ],
  ["purge r-1a2b3c --status done --reason x", "Name a run, or say --older-than with --status, and not both."],
  ["purge ../../etc --reason x", '"../../etc" is no name of a run. It is r- with at least six digits'],
  ["purge r-\u001b[2Jx --reason x", "is no name of a run"],
  ["purge --older-than 0d --reason x", '"0d" is no age in days, such as 400d.'],
  ["purge --older-than -5d --reason x", "--older-than"],
  ["purge --older-than 1e9d --reason x", '"1e9d" is no age in days'],
  ["purge --older-than 400 --reason x", '"400" is no age in days'],
  ["purge --older-than 9d --status waiting --reason x", 'and not "waiting". Cancel the others first.'],
  ["purge --older-than 9d --status done,,cancelled --reason x", "--status is done, cancelled or both"],
  ["retention", 'Write "retention apply".'],
  ["retention apply now", 'Write "retention apply".'],
])("%j is refused with a sentence, before anything is opened", async (words, sentence) => {
  const { code, out, err } = await countersign(
    [...words.split(" "), "--store", "sqlite:/nowhere/data.db"],
    {},
  );
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(sentence);
  // Nothing that is typed moves a terminal's cursor.
  expect(err).not.toContain("\u001b");
});

test("a reason is a sentence and no letter", async () => {
  const { ask } = kept();
  const { code, data } = await ask(`purge --older-than 9d --reason ${"x".repeat(301)}`);
  expect([code, data["text"]]).toEqual([2, "Say why in at most 300 characters."]);
});
