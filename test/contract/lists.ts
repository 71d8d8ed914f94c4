// What every store's lists must do: what is listed is so, in order, each once, page by page.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import type { Policy } from "../../src/approvals/policy.ts";
import type { ApprovalsOf, ListQuery, ListRows, Lists, Page, RunsOf } from "../../src/runs/lists.ts";
import { BadCursor } from "../../src/runs/lists.ts";
import type { Records } from "../../src/runs/ports.ts";
import { later } from "../../src/approvals/later.ts";
import type { Run } from "../../src/runs/run.ts";
import { approvalOf, EARLY, freshKey, runOf, TEAM } from "./fixtures.ts";

export interface Listed {
  readonly records: Records;
  readonly lists: Lists;
  readonly rows: ListRows;
}

const COUNT = 60;

const policyOf = (users: readonly string[], groups: readonly string[] = []): Policy => ({
  approvers: { users: [...users], groups: [...groups] },
  requesterMayApprove: false,
});

const anyone = policyOf([], ["S1"]);

/** As the worker does it: rows, then the approval. */
async function ask({ records, rows }: Listed, approval: Approval): Promise<void> {
  await rows.put(approval);
  expect(await records.saveApproval(approval)).toBe(true);
}

/** The n-th question, an hour after the one before; two in a row are of one thread. */
function questions(count: number, change: (n: number) => Partial<Approval> = () => ({})): Approval[] {
  let key = freshKey();
  return Array.from({ length: count }, (_, n) => {
    if (n % 2 === 0) key = freshKey();
    const interrupt = n.toString(16).padStart(32, "0");
    const askedAt = later(EARLY, n * 3_600_000);
    return { ...approvalOf(key, 1, interrupt), askedAt, policy: anyone, ...change(n) };
  });
}

function runs(count: number, change: (n: number) => Partial<Run> = () => ({})): Run[] {
  return Array.from({ length: count }, (_, n) => ({
    ...runOf(freshKey()),
    createdAt: later(EARLY, n * 60_000),
    ...change(n),
  }));
}

function rejected(approval: Approval): Approval {
  const decision = { kind: "rejected" as const, by: "UANA", at: EARLY, reason: "No." };
  return { ...approval, version: 2, state: { kind: "decided", decision, resumed: false } };
}

async function everyPage<T, Of>(
  list: (query: ListQuery<Of>) => Promise<Page<T>>,
  query: ListQuery<Of>,
): Promise<readonly (readonly T[])[]> {
  const pages: (readonly T[])[] = [];
  for (let next: string | undefined, isFirst = true; isFirst || next !== undefined; isFirst = false) {
    const page: Page<T> = await list({ ...query, ...(next === undefined ? {} : { cursor: next }) });
    pages.push(page.items);
    next = page.next;
  }
  return pages;
}

const pending = (of: ApprovalsOf, limit = 100): ListQuery<ApprovalsOf> => ({
  team: TEAM,
  of,
  order: "oldest",
  limit,
});
const all = (of: RunsOf, limit = 100): ListQuery<RunsOf> => ({ team: TEAM, of, order: "oldest", limit });
const TEAM_WIDE = { kind: "team" } as const;

export function listsContract(name: string, make: () => Promise<Listed>): void {
  const found = async ({ lists }: Listed, of: ApprovalsOf) =>
    (await lists.approvals(pending(of))).items.map(({ interrupt }) => Number.parseInt(interrupt, 16));
  const foundRuns = async ({ lists }: Listed, of: RunsOf) => (await lists.runs(all(of))).items;

  describe(`${name} as a place of lists of questions`, () => {
    test("is empty where nothing was asked", async () => {
      const listed = await make();
      expect(await listed.lists.approvals(pending(TEAM_WIDE))).toEqual({ items: [] });
      const ofNobody = { kind: "approver", user: "UANA", groups: [] } as const;
      expect(await listed.lists.approvals(pending(ofNobody))).toEqual({ items: [] });
    });

    test.each([1, 7, 30, 59, 60, 61])("gives sixty pending ones in pages of %i, each once", async (limit) => {
      const listed = await make();
      const asked = questions(COUNT);
      await Promise.all(asked.map((one) => ask(listed, one)));
      const pages = await everyPage(listed.lists.approvals, pending(TEAM_WIDE, limit));
      expect(pages.flat()).toEqual(asked);
      expect(pages.map(({ length }) => length)).toEqual(
        Array.from({ length: Math.ceil(COUNT / limit) }, (_, page) => Math.min(limit, COUNT - page * limit)),
      );
      const newest = { ...pending(TEAM_WIDE, limit), order: "newest" } as const;
      expect((await everyPage(listed.lists.approvals, newest)).flat()).toEqual(asked.toReversed());
    });

    test("has those asked in the same instant each once, too", async () => {
      const listed = await make();
      const asked = questions(20, () => ({ askedAt: EARLY }));
      await Promise.all(asked.map((one) => ask(listed, one)));
      const pages = await everyPage(listed.lists.approvals, pending(TEAM_WIDE, 3));
      expect(pages).toHaveLength(7);
      expect(new Set(pages.flat().map(({ interrupt }) => interrupt)).size).toBe(20);
    });

    test("has none that is decided or superseded, and pages are full all the same", async () => {
      const listed = await make();
      const asked = questions(30);
      await Promise.all(asked.map((one) => ask(listed, one)));
      for (const [n, one] of asked.entries()) {
        if (n % 3 === 0) await listed.records.saveApproval(rejected(one));
        if (n % 3 === 1)
          await listed.records.saveApproval({ ...one, version: 2, state: { kind: "superseded", at: EARLY } });
      }
      const pages = await everyPage(listed.lists.approvals, pending(TEAM_WIDE, 4));
      expect(pages.flat()).toEqual(asked.filter((_, n) => n % 3 === 2));
      expect(pages.map(({ length }) => length)).toEqual([4, 4, 2]);
    });

    test("has those of a workflow, of a team, of a channel, and none of another", async () => {
      const listed = await make();
      const asked = questions(20, (n) => ({
        workflow: n % 2 === 0 ? "deploy" : "deploy#2",
        channel: n < 6 ? "C1" : "C2",
      }));
      for (const one of asked) await ask(listed, one);
      await ask(listed, { ...approvalOf(freshKey("T2")), policy: anyone });
      expect(await found(listed, { kind: "workflow", workflow: "deploy" })).toEqual([
        0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
      ]);
      expect(await found(listed, { kind: "workflow", workflow: "deploy#2" })).toHaveLength(10);
      expect(await found(listed, { kind: "workflow", workflow: "dep" })).toEqual([]);
      expect(await found(listed, { kind: "channel", channel: "C1" })).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await found(listed, { kind: "channel", channel: "C2" })).toHaveLength(14);
      const theirs = await listed.lists.approvals({ ...pending(TEAM_WIDE), team: "T2" });
      expect(theirs.items).toHaveLength(1);
    });

    test("has an approver's by name and by group, once, with those of all approvers of a policy", async () => {
      const listed = await make();
      const policies = [
        policyOf(["UANA"]),
        policyOf(["UBO", "UANA"]),
        policyOf(["UBO", "UCLEO"], ["S1", "S2"]),
        policyOf(["UANA"], ["S1"]),
        policyOf([], ["S2"]),
        policyOf([]),
      ];
      const asked = questions(6, (n) => ({ policy: policies[n] ?? anyone }));
      await Promise.all(asked.map((one) => ask(listed, one)));
      const of = (user: string, ...groups: string[]) => found(listed, { kind: "approver", user, groups });
      expect(await of("UANA")).toEqual([0, 1, 3]);
      expect(await of("UANA", "S1")).toEqual([0, 1, 2, 3]);
      expect(await of("UBO")).toEqual([1, 2]);
      expect(await of("UEVE", "S2", "S2", "S9")).toEqual([2, 4]);
      expect(await of("UEVE")).toEqual([]);
      const pages = await everyPage(
        listed.lists.approvals,
        pending({ kind: "approver", user: "UANA", groups: ["S1", "S2"] }, 2),
      );
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    });

    test("has what somebody of a group may decide, first or further named, and none of another group", async () => {
      const listed = await make();
      const policies = [policyOf(["UANA"], ["S1"]), policyOf([], ["S2", "S1"]), policyOf(["S1"], ["S2"])];
      const asked = questions(3, (n) => ({ policy: policies[n] ?? anyone }));
      await Promise.all(asked.map((one) => ask(listed, one)));
      expect(await found(listed, { kind: "group", group: "S1" })).toEqual([0, 1]);
      expect(await found(listed, { kind: "group", group: "S2" })).toEqual([1, 2]);
      expect(await found(listed, { kind: "group", group: "UANA" })).toEqual([]);
    });

    test("does not offer requesters their own, unless the policy does", async () => {
      const listed = await make();
      const asked = questions(2, (n) => ({
        requester: "URITA",
        policy: { ...policyOf(["URITA"]), requesterMayApprove: n === 1 },
      }));
      await Promise.all(asked.map((one) => ask(listed, one)));
      expect(await found(listed, { kind: "approver", user: "URITA", groups: [] })).toEqual([1]);
    });

    test("has expired ones on a list of their own until they are asked again or closed, and on no other", async () => {
      const listed = await make();
      const [first, second] = questions(2, () => ({ policy: policyOf(["UANA", "UBO"]) }));
      if (first === undefined || second === undefined) throw new Error("There are no questions.");
      for (const one of [first, second]) await ask(listed, one);
      expect(await found(listed, { kind: "expired" })).toEqual([]);
      const expired = { kind: "expired" as const, at: later(EARLY, 1) };
      for (const one of [first, second])
        await listed.records.saveApproval({ ...one, version: 2, state: expired });
      expect(await found(listed, { kind: "expired" })).toEqual([0, 1]);
      const ofAna = { kind: "approver", user: "UANA", groups: [] } as const;
      const ofWorkflow = { kind: "workflow", workflow: first.workflow } as const;
      for (const of of [TEAM_WIDE, ofAna, ofWorkflow]) expect(await found(listed, of)).toEqual([]);
      await listed.records.saveApproval({ ...first, version: 3, revision: 2 });
      await listed.records.saveApproval({ ...second, version: 3, state: { kind: "superseded", at: EARLY } });
      expect(await found(listed, { kind: "expired" })).toEqual([]);
      expect(await found(listed, ofAna)).toEqual([0]);
    });

    test("rows without an approval list nothing, can be put twice, and be dropped twice", async () => {
      const listed = await make();
      const [one] = questions(1, () => ({ policy: policyOf(["UANA", "UBO"]) }));
      if (one === undefined) throw new Error("There is no question.");
      const ofBo = { kind: "approver", user: "UBO", groups: [] } as const;
      await listed.rows.put(one);
      expect(await found(listed, ofBo)).toEqual([]);
      await ask(listed, one);
      expect(await found(listed, ofBo)).toEqual([0]);
      await listed.records.saveApproval(rejected(one));
      expect(await found(listed, ofBo)).toEqual([]);
      await listed.rows.drop(one);
      await listed.rows.drop(one);
      expect(await listed.records.thread(one)).toEqual({
        run: undefined,
        approvals: [rejected(one)],
        cards: {},
        noted: [],
      });
    });
  });

  describe(`${name} as a place of lists of runs`, () => {
    test("gives all of a team in order, whatever their status, and those of one", async () => {
      const listed = await make();
      const kinds = [
        { kind: "queued" },
        { kind: "cancelled", by: "URITA", at: EARLY },
        { kind: "waiting" },
        { kind: "done", outcome: { good: true, text: "Done." } },
        { kind: "failed", error: "No." },
      ] as const;
      const made = runs(COUNT, (n) => ({ status: kinds[n % 5] ?? kinds[0] }));
      await Promise.all(made.map((run) => listed.records.saveRun(run)));
      const pages = await everyPage(listed.lists.runs, all(TEAM_WIDE, 11));
      expect(pages.flat()).toEqual(made);
      expect(pages).toHaveLength(6);
      const newest = { ...all(TEAM_WIDE, 11), order: "newest" } as const;
      expect((await everyPage(listed.lists.runs, newest)).flat()).toEqual(made.toReversed());
      for (const { kind } of kinds)
        expect(await foundRuns(listed, { kind: "status", status: kind })).toEqual(
          made.filter(({ status }) => status.kind === kind),
        );
    });

    test("has a run under the status it has now, and under no other", async () => {
      const listed = await make();
      const [run = runOf(freshKey())] = runs(1);
      await listed.records.saveRun(run);
      const waiting = { ...run, version: 2, status: { kind: "waiting" as const } };
      await listed.records.saveRun(waiting);
      expect(await foundRuns(listed, { kind: "status", status: "queued" })).toEqual([]);
      expect(await foundRuns(listed, { kind: "status", status: "waiting" })).toEqual([waiting]);
      expect(await foundRuns(listed, TEAM_WIDE)).toEqual([waiting]);
      await listed.records.reschedule(waiting, EARLY);
      expect(await foundRuns(listed, { kind: "status", status: "waiting" })).toEqual([waiting]);
    });

    test("has those of a workflow and of a channel, of one team", async () => {
      const listed = await make();
      const made = runs(24, (n) => ({ workflow: `w${n % 3}`, channel: `C${n % 4}` }));
      await Promise.all(made.map((run) => listed.records.saveRun(run)));
      await listed.records.saveRun({ ...runOf(freshKey("T2")), workflow: "w1", channel: "C1" });
      expect(await foundRuns(listed, { kind: "workflow", workflow: "w1" })).toEqual(
        made.filter((_, n) => n % 3 === 1),
      );
      expect(await foundRuns(listed, { kind: "channel", channel: "C3" })).toEqual(
        made.filter((_, n) => n % 4 === 3),
      );
    });
  });

  test(`${name} finds runs by what people call them, all that are called so, and none of another team`, async () => {
    const listed = await make();
    const threads = ["1a2b3c", "1a2b3c", "1a2b3d"].map((name, n) => `${name}${String(n).padStart(26, "0")}`);
    const made = runs(3, (n) => ({ thread: threads[n] ?? "" }));
    await Promise.all(made.map((run) => listed.records.saveRun(run)));
    await listed.records.saveRun({ ...runOf(freshKey("T2")), thread: "1a2b3c".padEnd(32, "0") });
    expect(await foundRuns(listed, { kind: "name", name: "r-1a2b3c" })).toEqual(made.slice(0, 2));
    expect(await foundRuns(listed, { kind: "name", name: "r-1a2b3d" })).toEqual(made.slice(2));
    expect(await foundRuns(listed, { kind: "name", name: "r-1a2b3e" })).toEqual([]);
    const [run] = made;
    if (run === undefined) throw new Error("There is no run.");
    const over = { ...run, version: 2, status: { kind: "cancelled" as const, by: "URITA", at: EARLY } };
    await listed.records.saveRun(over);
    expect(await foundRuns(listed, { kind: "name", name: "r-1a2b3c" })).toEqual([over, made[1]]);
  });

  describe(`${name} about cursors`, () => {
    test("refuses one that is none, or of another list, with a sentence", async () => {
      const listed = await make();
      await Promise.all(questions(3).map((one) => ask(listed, one)));
      const { next = "" } = await listed.lists.approvals(pending(TEAM_WIDE, 1));
      const attempts = [
        "",
        "nonsense",
        Buffer.from('{"v":2}').toString("base64url"),
        `${next}x`,
        "ü".repeat(99),
      ];
      for (const cursor of attempts) {
        const answer = listed.lists.approvals({ ...pending(TEAM_WIDE), cursor });
        await expect(answer).rejects.toThrow(BadCursor);
        await expect(answer).rejects.toThrow(/was not made for this list\. Begin again without one\.$/);
      }
      const elsewhere = [
        listed.lists.runs({ ...all(TEAM_WIDE), cursor: next }),
        listed.lists.approvals({ ...pending(TEAM_WIDE), order: "newest", cursor: next }),
        listed.lists.approvals({ ...pending({ kind: "workflow", workflow: "deploy" }), cursor: next }),
        listed.lists.approvals({ ...pending(TEAM_WIDE), team: "T2", cursor: next }),
      ];
      for (const answer of elsewhere) await expect(answer).rejects.toThrow(BadCursor);
    });

    test("goes on with another limit, and where a person's groups have changed", async () => {
      const listed = await make();
      await Promise.all(questions(6).map((one) => ask(listed, one)));
      const of = (...groups: string[]) => ({ kind: "approver", user: "UANA", groups }) as const;
      const { next = "" } = await listed.lists.approvals(pending(of("S1"), 2));
      const rest = await listed.lists.approvals({ ...pending(of("S1", "S2"), 100), cursor: next });
      expect(rest.items).toHaveLength(4);
    });

    test.each([0, 101, 1.5, Number.NaN])("a page cannot have %d records", async (limit) => {
      const { lists } = await make();
      await expect(lists.runs(all(TEAM_WIDE, limit))).rejects.toThrow(/from 1 to 100 records/);
    });
  });
}
