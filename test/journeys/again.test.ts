// A question that is asked again: its answer did not fit, the world moved on, or nobody came in time. It stays the same message.
import { expect, test } from "vitest";
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { AnswerRefused, interrupt } from "../../src/graph/index.ts";
import { asking, ONE_APPROVER } from "../support/asking-workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike, startSystem, told } from "../support/system.ts";

const action = (version: string) => ({ name: "release", args: { version } });

test("a deployment whose service moved on while it waited is asked again, with what has changed, and then deploys once", async () => {
  const { ana, bo, rita, relays, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  const meanwhile = { service: "checkout", env: "prod", version: "v2.4.0-1" };
  const answer = await fetch(`${relays.ops.url}/deployments`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "meanwhile" },
    body: JSON.stringify({ ...meanwhile, version: "v2.3.9" }),
  });
  expect(answer.ok).toBe(true);
  await ana.click(card, "Approve");

  const note = await messageLike(rita, /has changed since you decided, so it is asked again \(revision 2\)/);
  expect(note.text).toContain(`<@${ana.id}>`);
  expect(note.threadTs).toBe(card.threadTs);
  const again = await messageLike(rita, /^Approval needed again: Deploy checkout/);
  expect(again.ts).toBe(card.ts);
  const shown = JSON.stringify(again.blocks);
  expect(shown).toContain("Running now: v2.4.0 → v2.3.9");
  expect(shown).toContain("checkout in prod runs v2.3.9");
  expect(await deployments()).toHaveLength(1);

  await bo.click(card, "Approve", { stale: true });
  await told(bo, /^This request has changed since you saw it/);
  await bo.click(again, "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.3\.9\)/);
  expect(await deployments()).toHaveLength(2);
});

test("an edit towards another target is asked again with what is known of that one", async () => {
  const { ana, rita, askToDeploy, deployments } = await startSystem();
  const card = await askToDeploy();
  await ana.click(card, "Edit…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { "arg:env": "staging" });
  const again = await messageLike(rita, /^Approval needed again: Deploy checkout v2\.4\.1 to staging/);
  expect(await deployments()).toEqual([]);
  await ana.click(again, "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to staging/);
  const decided = await messageLike(rita, /^Approved with changes: /);
  expect(JSON.stringify(decided.blocks)).toContain("env: ~prod~ → *staging*");
});

test("an answer that the node's schema refuses opens the question again, at the same card, with what was wrong", async () => {
  const workflow = asking(ONE_APPROVER, (version) =>
    interrupt(
      { question: `Which is to be ${version}?`, options: ["first", "last"] },
      { responseSchema: z.literal("last", { error: "only the last one is free" }) },
    ),
  );
  const { ana, rita, goOn } = await startOwnWorkflow({ workflow, words: { version: "v1" } });
  await goOn();
  const card = await messageLike(rita, /^Answer needed: Which is to be v1\?/);
  await ana.click(card, "first");
  await goOn();
  const again = await messageLike(rita, /^Answer needed again: Which is to be v1\?/);
  expect(again.ts).toBe(card.ts);
  expect(JSON.stringify(again.blocks)).toContain("only the last one is free");
  await messageLike(rita, new RegExp(`<@${ana.id}>, your answer to .* did not fit`));
  await ana.click(again, "last");
  await goOn();
  await messageLike(rita, /^✅ "last"/);
});

test("an answer that the node refuses itself is asked again as often as it takes, and what fits is used once", async () => {
  const workflow = asking(ONE_APPROVER, (version) => {
    const decision = askApproval({
      ...{ title: `Release ${version}`, action: action(version) },
      schema: { type: "object", properties: { version: { type: "string" } } },
      allowed: ["approve", "edit"],
    });
    if (decision.kind !== "edited" || decision.args["version"] !== "v3")
      throw new AnswerRefused([{ path: "version", message: "must be v3" }]);
    return decision.args;
  });
  const { ana, rita, goOn } = await startOwnWorkflow({ workflow, words: { version: "v1" } });
  await goOn();
  const card = () => messageLike(rita, /^Approval needed/);
  await ana.click(await card(), "Approve");
  await goOn();
  for (const version of ["v2", "v3"]) {
    await ana.click(await card(), "Edit…");
    await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { "arg:version": version });
    await goOn();
    if (version === "v2") expect(JSON.stringify((await card()).blocks)).toContain("• version: must be v3");
  }
  await messageLike(rita, /^✅ \{"version":"v3"\}/);
  const notes = (await rita.snapshot()).messages.filter(({ text }) => /did not fit/.test(text));
  expect(notes).toHaveLength(2);
});

test("an error that is no refusal keeps the decision, whose card says that the run failed and offers Retry", async () => {
  let isDown = true;
  const workflow = asking(ONE_APPROVER, (version) => {
    const { kind } = askApproval({ title: `Release ${version}`, action: action(version) });
    if (isDown) throw new Error("The registry is down.");
    return kind;
  });
  const { ana, bo, rita, goOn } = await startOwnWorkflow({ workflow, words: { version: "v1" } });
  await goOn();
  await ana.click(await messageLike(rita, /^Approval needed/), "Approve");
  await goOn();
  const decided = await messageLike(rita, /^Approved: /);
  expect(JSON.stringify(decided.blocks)).toContain("The registry is down.");
  await bo.click(decided, "Retry");
  await told(bo, /^Only the requester and the operators can retry/);
  isDown = false;
  await rita.click(decided, "Retry");
  await goOn();
  await messageLike(rita, /^✅ "approved"/);
  const after = await messageLike(rita, /^Approved: /);
  expect(JSON.stringify(after.blocks)).not.toContain("Retry");
});

const HOUR_MS = 3_600_000;

async function expiring() {
  const workflow = asking({ ...ONE_APPROVER, expiresAfterMs: HOUR_MS }, (version) => {
    const { kind } = askApproval({ title: `Release ${version}`, action: action(version) });
    return kind;
  });
  const system = await startOwnWorkflow({ workflow, words: { version: "v1" } });
  await system.goOn();
  return { ...system, card: await messageLike(system.rita, /^Approval needed: Release v1/) };
}

test("nobody decides in time: that is no rejection, nothing runs, a late click is told so, and asking again begins anew", async () => {
  const { ana, otto, rita, card, goOn, sweepAfter } = await expiring();
  expect(card.text).toContain("Expires ");
  await sweepAfter(2 * 3_600);
  // Before anybody has noticed.
  await ana.click(card, "Approve");
  await told(ana, /^This request expired .* ago .*, and nothing was run\. Your click was not counted/);
  await goOn();
  const expired = await messageLike(rita, /^Expired with no decision: Release v1\. Nothing was run\./);
  expect(expired.ts).toBe(card.ts);

  await otto.click(expired, "Ask again");
  await told(otto, /^Only the requester, the approvers and the operators can ask again/);
  await rita.click(expired, "Ask again");
  await goOn();
  const again = await messageLike(ana, /^Approval needed again: Release v1/);
  await messageLike(ana, new RegExp(`<@${rita.id}> asked again: `));
  await rita.click(expired, "Ask again", { stale: true });
  await told(rita, /^This question has not expired any more/);
  await ana.click(again, "Approve");
  await goOn();
  await messageLike(rita, /^✅ "approved"/);
});

test("a run whose question has expired can be stopped at its card", async () => {
  const { rita, goOn, sweepAfter } = await expiring();
  await sweepAfter(2 * 3_600);
  await goOn();
  await rita.click(await messageLike(rita, /^Expired with no decision/), "Stop run");
  await goOn();
  await messageLike(rita, /^Cancelled by/);
});
