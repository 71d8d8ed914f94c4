// So that somebody decides: reminders, the escalation, handing over, putting off, and copies of the card for those it names.
import { expect, test } from "vitest";
import { askApproval } from "../../src/approvals/ask.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { asking, ONE_APPROVER } from "../support/asking-workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { DEPLOYS, messageLike, told } from "../support/system.ts";

const { users, channels, groups } = SEED;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const NEEDED = /^(Approval needed|Approved|Rejected|Expired)/;

async function asked(policy: DeclaredPolicy, goingOn?: DeclaredPolicy & { readonly onExpiry: "resume" }) {
  const workflow = asking(policy, (version) => {
    const request = { title: `Release ${version}`, action: { name: "release", args: { version } } };
    return goingOn === undefined ? askApproval(request) : askApproval(request, { policy: goingOn });
  });
  const system = await startOwnWorkflow({ workflow, words: { version: "v1" } });
  await system.goOn();
  const inDeploys = async (person: LocalPerson, pattern: RegExp): Promise<readonly Message[]> =>
    (await person.snapshot()).messages.filter(
      ({ channel, text, visibleTo }) => channel === DEPLOYS && visibleTo === undefined && pattern.test(text),
    );
  const card = async (person: LocalPerson = system.rita): Promise<Message> => {
    const [first] = await inDeploys(person, NEEDED);
    if (first === undefined) throw new Error("There is no card.");
    return first;
  };
  return {
    ...system,
    inDeploys,
    card,
    shown: async (): Promise<string> => JSON.stringify((await card()).blocks),
    /** What the app has written to this person alone. */
    direct: async (person: LocalPerson): Promise<readonly Message[]> => {
      const { channels: all, messages } = await person.snapshot();
      const own = all.filter(({ kind }) => kind === "im").map(({ id }) => id);
      return messages.filter(({ channel, user }) => own.includes(channel) && user === users.bot);
    },
    reminders: () => inDeploys(system.rita, /^⏰/),
    async after(seconds: number): Promise<void> {
      await system.sweepAfter(seconds);
      await system.goOn();
    },
  };
}

test("a question that waits reminds its approvers after half an hour, four hours and a day, in its thread, and then no more", async () => {
  const { after, reminders, card } = await asked(ONE_APPROVER);
  await after(20 * MINUTE);
  expect(await reminders()).toEqual([]);
  await after(12 * MINUTE);
  const [first, ...others] = await reminders();
  expect(others).toEqual([]);
  expect(first?.text).toMatch(
    new RegExp(`^⏰ <!subteam\\^${groups.oncall}>: \\*Release v1\\* has been waiting for 3\\d min\\. Please`),
  );
  expect(first?.threadTs).toBe((await card()).threadTs);
  expect(first?.broadcast ?? false).toBe(false);
  await after(4 * HOUR);
  await after(HOUR);
  expect(await reminders()).toHaveLength(2);
  await after(24 * HOUR);
  await after(72 * HOUR);
  expect(await reminders()).toHaveLength(3);
});

test("of one that expires it is reminded at half and at nine tenths of its time, with how much is left", async () => {
  const { after, reminders } = await asked({ ...ONE_APPROVER, expiresAfterMs: 100 * MINUTE * 1_000 });
  await after(52 * MINUTE);
  await after(40 * MINUTE);
  const texts = (await reminders()).map(({ text }) => text);
  expect(texts).toHaveLength(2);
  expect(texts[0]).toMatch(/ It expires in 4\d min \(<!date\^\d+\^[^>]+>\)\.$/);
  await after(20 * MINUTE);
  expect(await reminders()).toHaveLength(2);
});

test("after a long outage one reminder is sent, not one for each that was missed", async () => {
  const { after, reminders } = await asked(ONE_APPROVER);
  await after(48 * HOUR);
  await after(HOUR);
  expect(await reminders()).toHaveLength(1);
});

test("who has decided, and a question that was decided, gets no reminder any more", async () => {
  const { after, reminders, ana, bo, goOn, card } = await asked({ ...ONE_APPROVER, quorum: 2 });
  await ana.click(await card(), "Approve");
  await goOn();
  await bo.click(await card(), "Approve");
  await goOn();
  await after(5 * HOUR);
  expect(await reminders()).toEqual([]);
});

test("who puts a question off is told until when, is left out of the reminder of the others, and is reminded alone in time", async () => {
  const { after, reminders, ana, goOn, card } = await asked(ONE_APPROVER);
  await after(10 * MINUTE);
  await ana.click(await card(), "Remind me in 30 min");
  await told(ana, /^I'll remind you of this again \(<!date\^\d+\^[^>]+>\), unless it is decided by then\.$/);
  await goOn();
  await after(18 * MINUTE);
  const [first] = await reminders();
  expect(first?.text).toMatch(new RegExp(`^⏰ <@${users.bo}>: `));
  expect(first?.text).not.toContain(users.ana);
  await after(20 * MINUTE);
  const [, second, ...others] = await reminders();
  expect(second?.text).toMatch(new RegExp(`^⏰ <@${users.ana}>: you wanted to be reminded`));
  expect(others).toEqual([]);
});

test("putting off does not put off the expiry, and says so", async () => {
  const { after, ana, card, goOn, shown } = await asked({
    ...ONE_APPROVER,
    expiresAfterMs: 20 * MINUTE * 1_000,
  });
  await ana.click(await card(), "Remind me in 4 h");
  await told(ana, / It expires all the same \(<!date\^\d+\^[^>]+>\)\.$/);
  await goOn();
  await after(21 * MINUTE);
  expect(await shown()).toContain("Expired with no decision");
});

test("only who may decide, and the operators, may put a question off or hand it over", async () => {
  const { otto, gus, card } = await asked(ONE_APPROVER);
  for (const person of [otto, gus]) {
    await person.click(await card(person), "Remind me in 30 min");
    await told(person, /^Only <!subteam\^S0ONCALL> and the operators can do this\. Nothing was changed\.$/);
  }
  await otto.click(await card(otto), "Hand over…");
  expect((await otto.snapshot()).views).toEqual([]);
});

test("a question is handed over to somebody who may decide it: the card says so, and they have it in a direct message", async () => {
  const { ana, bo, rita, goOn, card, shown, direct } = await asked(ONE_APPROVER);
  await ana.click(await card(), "Hand over…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  await ana.submit(form, { to: users.bo });
  await goOn();
  expect(await shown()).toContain(`🤝 Handed over to <@${users.bo}> by <@${users.ana}>`);
  const [copy] = await direct(bo);
  expect(copy?.text).toMatch(/^Approval needed: Release v1/);
  expect(JSON.stringify(copy?.blocks)).toContain(`Also in <#${DEPLOYS}>`);
  if (copy === undefined) throw new Error("Bo has no copy.");
  await bo.click(copy, "Approve");
  await goOn();
  const [decided] = await direct(bo);
  expect(decided?.text).toMatch(/^Approved: Release v1/);
  await messageLike(rita, /^Approved: Release v1, by <@U0BO>/);
});

test("reminders of what was handed over go to whom it was handed to, where they have it", async () => {
  const { ana, bo, goOn, card, after, direct, reminders } = await asked(ONE_APPROVER);
  await ana.click(await card(), "Hand over…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { to: users.bo });
  await goOn();
  await after(35 * MINUTE);
  await goOn();
  expect(await reminders()).toEqual([]);
  const texts = (await direct(bo)).map(({ text }) => text);
  expect(texts.at(-1)).toMatch(new RegExp(`^⏰ <@${users.bo}>: \\*Release v1\\* has been waiting`));
});

test("once whom it was handed to has voted and others have to agree, reminders are theirs again", async () => {
  const { ana, bo, goOn, card, after, reminders } = await asked({ ...ONE_APPROVER, quorum: 2 });
  await ana.click(await card(), "Hand over…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { to: users.bo });
  await bo.click(await card(), "Approve");
  await goOn();
  await after(35 * MINUTE);
  await goOn();
  expect((await reminders()).map(({ text }) => text)).toEqual([
    expect.stringMatching(new RegExp(`^⏰ <!subteam\\^${groups.oncall}>: \\*Release v1\\* has been waiting`)),
  ]);
});

test("nothing is handed over to somebody who may not decide it, and the form says so at its field", async () => {
  const { ana, goOn, card, shown } = await asked(ONE_APPROVER);
  await ana.click(await card(), "Hand over…");
  for (const to of [users.otto, users.rita, users.gus]) {
    await ana.submit(await ana.waitFor(({ views }) => views.at(-1)), { to });
    const [view] = (await ana.snapshot()).views;
    expect(JSON.stringify(view?.errors)).toContain("They can't decide this one");
  }
  await goOn();
  expect(await shown()).not.toContain("Handed over");
});

test("what has been decided meanwhile is handed over to nobody", async () => {
  const { ana, bo, goOn, card } = await asked(ONE_APPROVER);
  await ana.click(await card(), "Hand over…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  await bo.click(await card(), "Approve");
  await ana.submit(form, { to: users.bo });
  const notice = await ana.waitFor(({ views }) => views.at(-1));
  expect(JSON.stringify(notice.blocks)).toContain(`<@${users.bo}> approved this`);
  await goOn();
});

const CHAIN: DeclaredPolicy = {
  ...ONE_APPROVER,
  remindAfterMs: [],
  escalation: [
    { afterMs: 10 * MINUTE * 1_000, to: [{ user: users.otto }] },
    { afterMs: 20 * MINUTE * 1_000, to: [{ group: groups.ops }] },
    { afterMs: 30 * MINUTE * 1_000, channel: channels.general },
  ],
};

test("a question goes on to a person, a group and a channel, each in its time, and whom it has reached may decide it", async () => {
  const { otto, rita, after, inDeploys, card, direct, goOn } = await asked(CHAIN);
  await otto.click(await card(otto), "Approve");
  await told(otto, /^You can't decide this one/);
  await after(11 * MINUTE);
  const [first] = await inDeploys(rita, /^📣/);
  expect(first?.text).toMatch(
    new RegExp(`^📣 <@${users.otto}>: nobody has decided \\*Release v1\\* in 1\\d min, so you can`),
  );
  expect((await direct(otto)).map(({ text }) => text)).toEqual([expect.stringMatching(/^Approval needed/)]);
  await after(20 * MINUTE);
  expect((await inDeploys(rita, /^📣/)).at(-1)?.text).toContain(
    `<!subteam^${groups.ops}>: nobody has decided`,
  );
  await after(30 * MINUTE);
  const elsewhere = (await rita.snapshot()).messages.filter(({ channel }) => channel === channels.general);
  expect(elsewhere.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Approval needed: Release v1/),
  );

  const [copy] = await direct(otto);
  if (copy === undefined) throw new Error("Otto has no copy.");
  await otto.click(copy, "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1, by <@U0OTTO>/);
  const everywhere = (await rita.snapshot()).messages.filter(({ text }) =>
    /^Approved: Release v1/.test(text),
  );
  expect(everywhere.map(({ channel }) => channel).sort()).toEqual([DEPLOYS, channels.general].sort());
  expect((await direct(otto)).map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Approved: /));
});

test("when nobody looked for long, every step is taken, and none twice", async () => {
  const { rita, after, inDeploys } = await asked(CHAIN);
  await after(24 * HOUR);
  await after(HOUR);
  expect(await inDeploys(rita, /^📣/)).toHaveLength(3);
});

test("an operator who is reached by the escalation decides on the card in the thread, too", async () => {
  const { otto, after, card, goOn, rita } = await asked(CHAIN);
  await after(11 * MINUTE);
  await otto.click(await card(otto), "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1, by <@U0OTTO>/);
});

test("who is named to decide has the card in a direct message, which follows whatever becomes of it", async () => {
  const named: DeclaredPolicy = {
    approvers: [{ user: users.ana }, { user: users.bo }],
    requesterMayApprove: false,
    expiresAfterMs: 20 * MINUTE * 1_000,
  };
  const { ana, bo, direct, after, goOn } = await asked(named);
  const [copy] = await direct(ana);
  if (copy === undefined) throw new Error("Ana has no copy.");
  expect(await direct(bo)).toHaveLength(1);
  await after(21 * MINUTE);
  const expired = (await direct(ana)).find(({ ts }) => ts === copy.ts);
  expect(expired?.text).toMatch(/^Expired with no decision/);
  if (expired === undefined) throw new Error("Ana's copy is gone.");
  await ana.click(expired, "Ask again");
  await goOn();
  await goOn();
  const again = await direct(bo);
  expect(again[0]?.text).toMatch(/^Approval needed again/);
  // A message that changes notifies nobody; the reply does.
  expect(again.map(({ text }) => text)).toContainEqual(expect.stringMatching(/asked again/));
});

test("whoever is on call has the card in a direct message at once, and the reminder is theirs", async () => {
  const onCall: DeclaredPolicy = { approvers: [{ schedule: "primary" }], requesterMayApprove: false };
  const { ana, bo, rita, direct, after, goOn } = await asked(onCall);
  const copies = await Promise.all([ana, bo].map(direct));
  const [theirs, ...others] = copies.filter(({ length }) => length > 0);
  expect(others).toEqual([]);
  expect(theirs?.[0]?.text).toMatch(/^Approval needed: Release v1/);
  const person = copies[0] === theirs ? ana : bo;
  await after(32 * MINUTE);
  await goOn();
  expect((await direct(person)).at(-1)?.text).toMatch(new RegExp(`^⏰ <@${person.id}>: `));
  const [copy] = await direct(person);
  if (copy === undefined) throw new Error("There is no copy.");
  await person.click(copy, "Approve");
  await goOn();
  await messageLike(rita, new RegExp(`^Approved: Release v1, by <@${person.id}>`));
});

test("whoever cannot be written to has no copy, and nothing else suffers from it", async () => {
  const named: DeclaredPolicy = { ...ONE_APPROVER, approvers: ["approvers", { user: "U0NOBODY" }] };
  const { ana, rita, card, goOn, logLines } = await asked(named);
  expect(logLines.join("\n")).not.toContain("A card could not be written");
  await ana.click(await card(), "Approve");
  await goOn();
  await messageLike(rita, /^Approved: Release v1/);
});

test("a policy may reject what nobody has decided in time, and everybody sees that nobody did", async () => {
  const { after, goOn, rita, shown } = await asked({
    ...ONE_APPROVER,
    ...{ expiresAfterMs: 20 * MINUTE * 1_000, onExpiry: "reject" },
  });
  await after(21 * MINUTE);
  await goOn();
  expect(await shown()).toContain("Nobody decided in time.");
  expect(await shown()).toContain("by Countersign");
  expect((await messageLike(rita, /^✅ /)).text).toContain(`"kind":"rejected","by":"system"`);
});

test("a node may go on when nobody has decided in time, and is told that nobody did", async () => {
  const expiring = { ...ONE_APPROVER, expiresAfterMs: 20 * MINUTE * 1_000, onExpiry: "resume" } as const;
  const { after, goOn, rita, shown, card } = await asked(ONE_APPROVER, expiring);
  await after(21 * MINUTE);
  await goOn();
  expect(await shown()).toContain("Expired with no decision");
  expect((await messageLike(rita, /^✅ /)).text).toContain(`"kind":"expired","by":"system"`);
  expect(JSON.stringify((await card()).blocks)).not.toContain('"Approve"');
});
