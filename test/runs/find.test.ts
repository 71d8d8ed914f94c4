// Runs by the names people give them, and who may see which: whatever one may not see is unknown.
import { expect, test } from "vitest";
import { createLists } from "../../src/aws/lists.ts";
import { createRecords } from "../../src/aws/records.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { findRun, type FoundRun } from "../../src/runs/find.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { maySee, viewerOf } from "../../src/runs/viewer.ts";
import { approvalOf, freshKey, runOf, TEAM } from "../contract/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";

const NOBODY = { users: [], groups: [] };
const member = (id: string, ...groups: string[]): Person => ({ kind: "member", id, groups });
const policy = { approvers: { users: ["UBO"], groups: ["SDECIDE"] }, requesterMayApprove: false };
const run = runOf({ team: TEAM, thread: "1a2b3c".padEnd(32, "0") });

test.each([
  ["its requester", member("URITA"), [], true],
  ["a member of its channel", member("UOTTO"), ["C0", "C1"], true],
  ["somebody in another channel", member("UOTTO"), ["C0"], false],
  ["an approver", member("UBO"), [], true],
  ["somebody of the approvers' group", member("UANA", "SDECIDE"), [], true],
  ["an operator", member("UANA", "SOPS"), [], true],
  ["a member of another group", member("UANA", "SALES"), [], false],
  ["a guest in its channel", { kind: "guest", id: "URITA" } as const, ["C1"], false],
  ["somebody of another company", { kind: "external", id: "UBO" } as const, ["C1"], false],
  ["whose account is switched off", { kind: "deactivated", id: "URITA" } as const, ["C1"], false],
])("%s may see a run or not", (_, person, channels, isSeen) => {
  const shown = { approvals: [{ policy }], operators: { users: [], groups: ["SOPS"] } };
  expect(maySee({ person, channels }, run, shown)).toBe(isSeen);
});

test("an approver sees a run as long as a question is known, also a run of their own", () => {
  const viewer = { person: member("UBO"), channels: [] };
  expect(maySee(viewer, run, { operators: NOBODY })).toBe(false);
  expect(maySee(viewer, { ...run, requester: "UBO" }, { operators: NOBODY })).toBe(true);
});

test("a viewer is a person with all groups and channels, and whoever is no member has none", async () => {
  const memberships = {
    groupsOf: () => Promise.resolve(["S1", "oncall:primary"]),
    channelsOf: () => Promise.resolve(["C1"]),
    membersOf: () => Promise.resolve([]),
  };
  const directory = {
    person: (id: string) => Promise.resolve(id === "UGUS" ? { kind: "guest" as const, id } : member(id)),
  };
  expect(await viewerOf({ directory, memberships }, "UANA")).toEqual({
    person: member("UANA", "S1", "oncall:primary"),
    channels: ["C1"],
  });
  expect(await viewerOf({ directory, memberships }, "UGUS")).toEqual({
    person: { kind: "guest", id: "UGUS" },
    channels: [],
  });
});

async function finder(): Promise<(text: string, person: Person) => Promise<FoundRun>> {
  const { dynamo, table } = await freshDynamo();
  const records = createRecords(dynamo, table, UNCOUNTED);
  const deps = {
    ...{ records, lists: createLists(dynamo, table), catalog: [] },
    groups: { approvers: "SDECIDE", operators: "SOPS" },
  };
  await records.saveRun(run);
  await records.saveApproval({ ...approvalOf(run), policy });
  await records.saveRun({ ...run, thread: "1a2b3c".padEnd(32, "1"), requester: "UANA", channel: "C2" });
  await records.saveRun(runOf(freshKey("T2")));
  return (text, person) => findRun(deps, { team: TEAM, viewer: { person, channels: [] } }, text);
}

test("a run is found by its name, by more of its id and by all of it, in either case", async () => {
  const find = await finder();
  for (const text of ["r-1a2b3c", "1A2B3C", " R-1a2b3c0000 ", run.thread])
    expect(await find(text, member("URITA"))).toMatchObject({ kind: "found", run, approvals: [{ policy }] });
});

test("where several runs have one name, only those count that one may see", async () => {
  const find = await finder();
  const both = await find("r-1a2b3c", member("UOPS", "SOPS"));
  expect(both).toMatchObject({ kind: "several", runs: [{}, {}] });
  expect(await find("r-1a2b3c1", member("UOPS", "SOPS"))).toMatchObject({ run: { requester: "UANA" } });
  expect(await find("r-1a2b3c", member("UANA"))).toMatchObject({ kind: "found", run: { channel: "C2" } });
  expect(await find("r-1a2b3c", member("UBO"))).toMatchObject({ kind: "found", run });
});

test("what is no name, of nothing, or of what one may not see is unknown alike", async () => {
  const find = await finder();
  const unknown = { kind: "unknown" };
  for (const text of ["", "r-", "r-1a2b3", "deploy", "r-ffffff", "f".repeat(32), `${run.thread}0`])
    expect(await find(text, member("URITA"))).toEqual(unknown);
  expect(await find("r-1a2b3c", member("UOTTO"))).toEqual(unknown);
  expect(await find(run.thread, member("UOTTO"))).toEqual(unknown);
  expect(await find(run.thread, { kind: "guest", id: "URITA" })).toEqual(unknown);
});
