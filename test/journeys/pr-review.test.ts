// Seed 004, "PR Review Agent That Asks Before Applying Changes": analyze, propose, ask, apply; the list can be edited, as the seed does with update_state, and what is stale is asked again.
import { expect, test } from "vitest";
import { prReview } from "../../src/workflows/pr-review.ts";
import type { Line } from "../support/model.ts";
import {
  cardOf,
  endOf,
  meanwhile,
  type ModelledRun,
  openCards,
  performed,
  startModelled,
} from "../support/modelled-workflow.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, startSystem, told } from "../support/system.ts";

const DIFF = "- def login(username, password):\n+ def login(username: str, password: str) -> bool:";
const ANALYSIS = "There are no type hints in the callers. See https://evil.example";
const PROPOSED = "1. Add type hints\n2. Remove unused import\n3. Rename variable x to user_id";
const CHANGES = ["Add type hints", "Remove unused import", "Rename variable x to user_id"];
const TITLE = "Apply 3 changes to pull request #42";
const HEAD = "9f2c1ab";

function started(...lines: [Line, ...Line[]]): Promise<ModelledRun> {
  return startModelled(prReview, { pr: "42", diff: DIFF }, lines);
}

test("what a model proposes is applied once somebody has approved it, to the commit that they saw", async () => {
  const system = await startSystem();
  const { rita, bo } = system;
  await rita.say(DEPLOYS, `/countersign run pr-review ${prReview.listing.example}`);
  const card = await cardOf(bo, TITLE);
  expect(textIn(card)).toContain("Keep the secret that login takes out of logs and error messages");
  expect(await performed(system, "changes")).toEqual([]);
  await bo.click(card, "Approve");
  expect(await endOf(system)).toContain("Applied 3 changes to pull request #42.");
  expect(await performed(system, "changes")).toMatchObject([
    { pr: 42, head: HEAD, performed: 1, replays: 0 },
  ]);
}, 30_000);

test("the model analyzes the diff and proposes by its analysis; people see diff, commit and proposals, and its words as its own", async () => {
  const run = await started(ANALYSIS, `${PROPOSED}\n4. Rewrite it all`);
  expect(
    run.asked.map((messages) => messages.map(({ content }) => content?.split("\n").slice(1).join("\n"))),
  ).toEqual([[DIFF], [ANALYSIS]]);
  const card = textIn(await cardOf(run.bo, TITLE));
  expect(card).toContain(HEAD);
  expect(card).toContain("Type the login function");
  expect(card).toContain("+ def login(username: str");
  expect(card).toContain(
    "pr: 42\nchanges:\n  - Add type hints\n  - Remove unused import\n  - Rename variable x to user_id",
  );
  expect(card).not.toContain("Rewrite it all");
  expect(card).toContain("The agent says:\nThere are no type hints in the callers. See (link left out)");
}, 30_000);

test("the corrected list is what is applied, and the card shows what was corrected", async () => {
  const run = await started(ANALYSIS, PROPOSED);
  const edited = [...CHANGES.slice(0, 2), "Extract login logic into a dedicated AuthService class"];
  await run.act(TITLE, "Edit…", { "arg:changes": edited.join("\n") });
  expect(await performed(run, "changes")).toMatchObject([{ pr: 42, changes: edited }]);
  const card = textIn(await messageLike(run.bo, /^Approved with changes/));
  expect(card).toContain("AuthService");
  expect(card).toContain("Rename variable x to user_id");
}, 30_000);

test("a list that is emptied, or longer than three, is refused at its field, and nothing is decided", async () => {
  const run = await started(ANALYSIS, PROPOSED);
  const { bo } = run;
  await bo.click(await cardOf(bo, TITLE), "Edit…");
  const form = await bo.waitFor(({ views }) => views.at(-1));
  const refused = async (filled: string, error: RegExp): Promise<void> => {
    await bo.submit(form, { "arg:changes": filled });
    await bo.waitFor(({ views }) => views.find(({ errors }) => error.test(errors["arg:changes"] ?? "")));
  };
  await refused("", /required/);
  await refused("a\nb\nc\nd", /at most 3/);
  expect(await performed(run, "changes")).toEqual([]);
}, 30_000);

test("a rejection changes nothing, and says why", async () => {
  const run = await started(ANALYSIS, PROPOSED);
  await run.act(TITLE, "Reject…", { reason: "Other", note: "The author is on it." });
  expect(await endOf(run)).toContain("Nothing was changed in pull request #42: The author is on it.");
  expect(await performed(run, "changes")).toEqual([]);
}, 30_000);

test("when somebody has pushed meanwhile it is asked again with both commits, and applied to the one that was agreed to last", async () => {
  const run = await started(ANALYSIS, PROPOSED);
  const { bo, act } = run;
  await cardOf(bo, TITLE);
  await meanwhile(run, "pushes", { pr: 42 });
  await act(TITLE, "Approve");
  expect(await performed(run, "changes")).toEqual([]);
  const again = textIn(await messageLike(bo, /^Approval needed again: Apply 3 changes/));
  const [, now] = new RegExp(`At commit: ${HEAD} → (\\w{7})`).exec(again) ?? [];
  expect(now).toMatch(/^\w{7}$/);
  await act(TITLE, "Approve");
  expect(await performed(run, "changes")).toMatchObject([{ head: now, performed: 1 }]);
}, 30_000);

test("fewer than three proposals are as many as there are", async () => {
  const run = await started(ANALYSIS, "\n- Add type hints\n\n");
  await run.act("Apply 1 change to pull request #42", "Approve");
  expect(await performed(run, "changes")).toMatchObject([{ changes: ["Add type hints"] }]);
  expect(await endOf(run)).toContain("Applied 1 change to pull request #42.");
}, 30_000);

test("with nothing to change nobody is asked", async () => {
  const run = await started("It is fine.", "NONE");
  expect(await endOf(run)).toContain("There is nothing to change in pull request #42.");
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);

test("an empty answer of the model, and a pull request that there is not, fail the run with a sentence", async () => {
  const run = await started("");
  await messageLike(run.rita, /gave an empty answer/);
  const other = await startModelled(prReview, { pr: "7", diff: DIFF }, [ANALYSIS]);
  await messageLike(other.rita, /There is no pull request 7\. Open are: 42, 43, 57\./);
  expect(other.asked).toEqual([]);
}, 30_000);

test("when the answer to applying is lost, Retry applies nothing a second time", async () => {
  const run = await started(ANALYSIS, PROPOSED);
  run.relays.ops.loseAnswers("/changes");
  await run.act(TITLE, "Approve");
  run.relays.ops.restore();
  await run.rita.click(await messageLike(run.rita, /^pr-review r-.*Failed/), "Retry");
  await told(run.rita, /^The run is queued again/);
  await run.goOn();
  expect(await endOf(run)).toContain("Applied 3 changes");
  expect(await performed(run, "changes")).toMatchObject([{ head: HEAD, performed: 1, replays: 1 }]);
}, 30_000);

test("when somebody pushes after the approval and before it is applied, Retry asks again with the commit of now", async () => {
  const run = await started(ANALYSIS, PROPOSED);
  run.relays.ops.refuse(/^POST \/changes/);
  await run.act(TITLE, "Approve");
  run.relays.ops.restore();
  await meanwhile(run, "pushes", { pr: 42 });
  await run.rita.click(await messageLike(run.rita, /^pr-review r-.*Failed/), "Retry");
  await told(run.rita, /^The run is queued again/);
  await run.goOn();
  expect(await performed(run, "changes")).toEqual([]);
  expect(textIn(await cardOf(run.bo, TITLE))).toMatch(/\*At commit\*\n(?!9f2c1ab)\w{7}\n/);
  await run.act(TITLE, "Approve");
  expect(await endOf(run)).toContain("Applied 3 changes");
}, 30_000);
