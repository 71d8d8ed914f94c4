// Replaying a run, through signed commands: an operator's, as a run of its own, which does nothing that is not approved again.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import {
  DEPLOYS,
  messageLike,
  startSystem,
  type System,
  type SystemOptions,
  told,
} from "../support/system.ts";

/** A deployment that is over, and the name of its run. */
async function deployed(options: SystemOptions = {}): Promise<System & { readonly name: string }> {
  const system = await startSystem(options);
  const { ana, rita, askToDeploy } = system;
  await ana.click(await askToDeploy(), "Approve");
  const { text } = await messageLike(rita, /^deploy r-\w+.*: Deployed checkout/);
  await system.untilIdle();
  return { ...system, name: /r-\w+/.exec(text)?.[0] ?? "" };
}

function say(person: LocalPerson, line: string): Promise<unknown> {
  return person.say(DEPLOYS, `/countersign ${line}`);
}

async function replayed(person: LocalPerson, line: string): Promise<string> {
  await say(person, line);
  const { text } = await told(person, /^Replaying/);
  return / as (r-\w+)/.exec(text)?.[1] ?? "";
}

const cardOf = (person: LocalPerson, name: string, pattern: RegExp): Promise<Message> =>
  person.waitFor(({ messages }) =>
    messages.find((one) => pattern.test(one.text) && JSON.stringify(one).includes(name)),
  );

test("an operator replays a finished deployment: it asks again, and nothing is done before somebody else approves it", async () => {
  const { ana, bo, name, deployments, untilIdle } = await deployed();
  const again = await replayed(ana, `replay ${name}`);
  const card = await cardOf(bo, again, /^Approval needed/);
  const [first, ...others] = await deployments();
  expect(others).toEqual([]);
  await ana.click(card, "Approve");
  await told(ana, /^You started this run, so someone else/);
  await untilIdle();
  expect(await deployments()).toHaveLength(1);
  await bo.click(card, "Approve");
  await cardOf(bo, again, /^deploy r-\w+.*: Deployed checkout/);
  const [, second] = await deployments();
  expect(second).toMatchObject({ service: "checkout", version: "v2.4.1" });
  expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
});

test("its card and both histories say what was replayed as what, and by whom", async () => {
  const system = await deployed();
  const { ana, bo, name } = system;
  const again = await replayed(ana, `replay ${name} plan`);
  const card = await cardOf(bo, again, /^deploy r-\w+/);
  expect(JSON.stringify(card.blocks)).toContain(`replay of ${name} from plan`);
  // Folded in by whoever looks at the other run next, the sweeper an hour after its end at the latest.
  await system.sweepAfter(3_700);
  await system.untilIdle();
  await say(bo, `history ${again}`);
  const own = await told(bo, new RegExp(`^History of deploy ${again}`));
  expect(JSON.stringify(own.blocks)).toContain(
    `<@${ana.id}> started *deploy* (version 1), a replay of ${name}, from the step *plan*`,
  );
  await say(bo, `history ${name}`);
  const former = await told(bo, new RegExp(`^History of deploy ${name}`));
  expect(JSON.stringify(former.blocks)).toContain(
    `<@${ana.id}> replayed it as ${again}, from the step *plan*`,
  );
});

test("nobody but an operator replays, and a stranger does not even learn of the run", async () => {
  const { rita, bo, gus, name, deployments } = await deployed();
  for (const person of [rita, bo]) {
    await say(person, `replay ${name}`);
    await told(person, /^Only the operators of \*deploy\* can replay a run: .* Nothing was started\./);
  }
  await say(gus, `replay ${name}`);
  await told(gus, /^Only full members of this workspace can see and start runs\.$/);
  expect(await deployments()).toHaveLength(1);
});

test("a step behind an answered question is refused, and so is one that never ran; those that may be begun with are named", async () => {
  const { ana, name } = await deployed();
  await say(ana, `replay ${name} deploy`);
  await told(
    ana,
    /^r-\w+ can't be replayed from “deploy”: \*Deploy checkout v2\.4\.1 to prod\* was asked before .* It can begin at: \*plan\*, \*approve\*\./,
  );
  await say(ana, `replay ${name} rollback`);
  await told(ana, /^r-\w+ has done no step “rollback”\. It has done: \*plan\*, \*approve\*, \*deploy\*\./);
  await say(ana, `replay ${name} deploy now`);
  await told(ana, /^Please write /);
});

test("a replay from a step does not do again what came before it, also when storage goes away in the middle of taking it over", async () => {
  const { ana, bo, name, relays, deployments, logLines } = await deployed({ redelivery: "at once" });
  relays.dynamo.refuse(/PutItem[\s\S]*"S#0000000001"/);
  const again = await replayed(ana, `replay ${name} approve`);
  await expect.poll(() => logLines.join("")).toContain("A job failed and will be delivered again.");
  relays.dynamo.restore();
  const card = await cardOf(bo, again, /^Approval needed/);
  // As the plan of the other run had it: this one made none.
  expect(JSON.stringify(card.blocks)).toContain("v2.4.0");
  expect(await deployments()).toHaveLength(1);
});

test("the same delivery twice is one replay", async () => {
  const { ana, bo, name, administrator, untilIdle } = await deployed();
  await administrator.faults({ kind: "deliver-twice", type: "slash_command", times: 1 });
  await replayed(ana, `replay ${name}`);
  await untilIdle();
  const { messages } = await bo.snapshot();
  expect(messages.filter(({ text }) => text.startsWith("Approval needed"))).toHaveLength(1);
});
