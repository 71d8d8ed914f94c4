// Seed 003, "Complete Example: Approval Workflow": the administrators' assistant asks before it deletes a course, and says what became of it.
import { expect, test } from "vitest";
import { admin } from "../../src/workflows/admin.ts";
import type { Line } from "../support/model.ts";
import {
  approveAndDie,
  cardOf,
  dyingAfter,
  endOf,
  meanwhile,
  type ModelledRun,
  openCards,
  performed,
  startModelled,
} from "../support/modelled-workflow.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, startSystem } from "../support/system.ts";

const JAVA = "Outdated Java Tutorial";
const SQL = "SQL for Beginners";
const asking = (course: string): string => `Delete the course “${course}”`;
const deletion = (course: string): readonly [string, object] => ["delete_course", { course }];

function started(...lines: [Line, ...Line[]]): Promise<ModelledRun> {
  return startModelled(admin, { request: `Please delete the course "${JAVA}"` }, lines);
}

const deleted = async (run: Pick<ModelledRun, "config">): Promise<unknown> =>
  (await performed(run, "course-deletions")).map(({ course, performed: times }) => [course, times]);

test("a course is deleted once somebody has confirmed it, by a button that says that it cannot be undone", async () => {
  const system = await startSystem();
  const { rita, bo } = system;
  await rita.say(DEPLOYS, `/countersign run admin ${admin.listing.example}`);
  const card = await cardOf(bo, asking(JAVA));
  expect(textIn(card)).toContain(`Confirm deletion of course “${JAVA}”? This action cannot be undone.`);
  expect(textIn(card)).toContain("Destructive · cannot be undone");
  expect(JSON.stringify(card.blocks)).toContain('"confirm":{"title"');
  expect(await deleted(system)).toEqual([]);
  await bo.click(card, "Approve");
  expect(await endOf(system)).toContain(`The course “${JAVA}” has been deleted.`);
  expect(await deleted(system)).toEqual([[JAVA, 1]]);
}, 30_000);

test("a rejection deletes nothing, and the agent hears why and says so", async () => {
  const run = await started([deletion(JAVA)], `The course "${JAVA}" stays: it is still read.`);
  await run.act(asking(JAVA), "Reject…", { reason: "Other", note: "It is still read." });
  expect(await deleted(run)).toEqual([]);
  expect(run.heard()).toEqual(["A human rejected this call, and it was not carried out: It is still read."]);
  expect(await endOf(run)).toContain("stays: it is still read.");
}, 30_000);

test("listing asks nobody", async () => {
  const run = await started([["list_courses", {}]], "There are four.");
  expect(run.heard()).toEqual([expect.stringContaining(`{"name":"${JAVA}","students":3}`)]);
  expect(await endOf(run)).toContain("There are four.");
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);

test("two deletions are two questions, each with its own course, and each is answered for itself", async () => {
  const run = await started([deletion(JAVA), deletion(SQL)], "One of two.");
  const { bo, act } = run;
  expect(textIn(await cardOf(bo, asking(JAVA)))).toContain("3");
  expect(textIn(await cardOf(bo, asking(SQL)))).toContain("88");
  await act(asking(SQL), "Reject…", { reason: "Not now" });
  expect(await deleted(run)).toEqual([]);
  await act(asking(JAVA), "Approve");
  expect(await deleted(run)).toEqual([[JAVA, 1]]);
  expect(run.heard()).toEqual([
    expect.stringContaining(`"course":"${JAVA}"`),
    "A human rejected this call, and it was not carried out: Not now",
  ]);
}, 30_000);

test("the same deletion a second time is asked about a second time, and deletes nothing more", async () => {
  const run = await started([deletion(JAVA)], [deletion(JAVA)], "It is gone.");
  await run.act(asking(JAVA), "Approve");
  expect(textIn(await cardOf(run.bo, asking(JAVA)))).toContain("there is no such course");
  await run.act(asking(JAVA), "Approve");
  expect(run.heard()[1]).toMatch(/^Error: There is no course "Outdated Java Tutorial"\. Nearest: /);
  expect(await deleted(run)).toEqual([[JAVA, 1]]);
}, 30_000);

test("when the course is gone by the time somebody agrees, they are asked again with that", async () => {
  const run = await started([deletion(JAVA)], "Done.");
  await cardOf(run.bo, asking(JAVA));
  await meanwhile(run, "course-deletions", { course: JAVA });
  await run.act(asking(JAVA), "Approve");
  const again = textIn(await messageLike(run.bo, /^Approval needed again: Delete the course/));
  expect(again).toContain("Students: 3 → there is no such course");
}, 30_000);

test("when the worker dies after the deletion nobody is asked again: it is played again under its key, and the agent hears that it is done", async () => {
  const words = { request: `Please delete the course "${JAVA}"` };
  const http = dyingAfter("course-deletions");
  const run = await startModelled(admin, words, [[deletion(JAVA)], "It is gone."], { http });
  await approveAndDie(run, asking(JAVA));
  expect(await performed(run, "course-deletions")).toMatchObject([
    { course: JAVA, performed: 1, replays: 1 },
  ]);
  expect(run.heard()).toEqual([expect.stringContaining(`"course":"${JAVA}"`)]);
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);
