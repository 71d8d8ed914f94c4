// Invariant 6, attack by attack: a click counts for exactly what was shown, and everything else is refused in words. All of them are signed.
import { expect, test } from "vitest";
import { type Approval, approvalDigest, askedApproval, decide } from "../../src/approvals/approval.ts";
import { askedAgain } from "../../src/approvals/course.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { ACTION, encodeRequestRef, VIEW } from "../../src/slack/action-id.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { interaction, viewSubmission } from "../support/deliver.ts";
import { DECIDED_AT, someApproval, someRun, THREAD } from "./fixtures.ts";
import { type Door, startDoor } from "./support.ts";
import { type Clicks, clicksOn } from "./told.ts";

const { users } = SEED;
const { digest: _, state: __, version: ___, revision: ____, ...asked } = someApproval();

/** The same question in another thread, or with something else about it. */
const other = (change: Partial<typeof asked>): Approval => askedApproval({ ...asked, ...change });

interface World {
  readonly door: Door;
  readonly click: Clicks;
  /** Whether the stored question still waits, and nobody has voted. */
  untouched(approval?: Approval): Promise<boolean>;
}

async function world(...stored: readonly Approval[]): Promise<World> {
  const door = await startDoor();
  for (const approval of stored) await door.records.saveApproval({ ...approval, version: 1 });
  return {
    door,
    click: await clicksOn(door),
    async untouched(approval = stored[0]) {
      const now = approval && (await door.records.approval(approval, approval.interrupt));
      return now?.version === 1 && now.state.kind === "pending";
    },
  };
}

const approve = (value: string, user: string = users.bo) => ({ user, action: ACTION.approve, value });
const CHANGED = /^This request has changed since you saw it/;

test.each<readonly [string, Approval]>([
  [
    "other arguments",
    other({ request: { ...asked.request, action: { name: "deploy", args: { version: "v9" } } } }),
  ],
  [
    "another action",
    other({ request: { ...asked.request, action: { ...asked.request.action, name: "drop" } } }),
  ],
  ["another schema", other({ request: { ...asked.request, schema: { type: "object" } } })],
  ["other answers allowed", other({ request: { ...asked.request, allowed: ["approve"] } })],
  ["another policy", other({ policy: { ...asked.policy, requesterMayApprove: true } })],
  ["fewer who must agree", other({ policy: { ...asked.policy, quorum: 1 } })],
  ["another version of the workflow", other({ workflowVersion: "2" })],
])("the button of a card with %s does not count for what is stored", async (_what, shown) => {
  const { click, untouched } = await world(someApproval());
  expect(shown.digest).not.toBe(someApproval().digest);
  const { status, told } = await click(approve(encodeRequestRef(shown)));
  expect([status, told]).toEqual([200, expect.stringMatching(CHANGED)]);
  expect(await untouched()).toBe(true);
});

test("an argument whose end does not fit on the card counts: another end is another request, and the card's own button only opens it all", async () => {
  const long = (end: string) =>
    other({
      request: {
        ...asked.request,
        action: { name: "deploy", args: { note: `${"a ".repeat(2_000)}${end}` } },
      },
    });
  const shown = JSON.stringify(requestCard(long("safe"), someRun()).blocks);
  expect(shown).not.toContain(`"${ACTION.approve}"`);
  expect(shown).toContain(ACTION.review);
  const { click, untouched } = await world(long("rm -rf"));
  expect((await click(approve(encodeRequestRef(long("safe"))))).told).toMatch(CHANGED);
  expect(await untouched()).toBe(true);
});

test("a masked value counts too: with another secret behind the same mask it is another request", async () => {
  const secret = (password: string) =>
    other({ request: { ...asked.request, action: { name: "deploy", args: { password } } } });
  const drawn = (approval: Approval) =>
    JSON.stringify(requestCard(approval, someRun()).blocks).replaceAll(approval.digest, "");
  expect(drawn(secret("hunter2"))).toBe(drawn(secret("letmein")));
  const { click, untouched } = await world(secret("letmein"));
  expect((await click(approve(encodeRequestRef(secret("hunter2"))))).told).toMatch(CHANGED);
  expect(await untouched()).toBe(true);
});

test("a button of an older revision is refused after an edit that others must agree to, and after the question was asked again", async () => {
  const policy = { ...asked.policy, quorum: 2 };
  const first = other({ policy });
  const edited = decide(first, {
    ...{ vote: { kind: "edit", args: { service: "checkout", version: "v2.4.2" } }, digest: first.digest },
    ...{ person: { kind: "member", id: users.ana, groups: [SEED.groups.oncall] }, now: DECIDED_AT },
  });
  if (edited.kind !== "counted") throw new Error(`The edit was not counted: ${edited.kind}.`);
  const again = askedAgain(someApproval(), { because: "refused", by: users.ana, now: DECIDED_AT, notes: [] });
  for (const [old, now] of [
    [first, edited.approval],
    [someApproval(), again],
  ] as const) {
    const { click, door } = await world(now);
    expect((await click(approve(encodeRequestRef(old)))).told).toMatch(CHANGED);
    expect((await door.records.approval(now, now.interrupt))?.version).toBe(1);
  }
});

test("the button of one thread's question does not count for another thread's, nor for one with the same arguments", async () => {
  const elsewhere = other({ thread: "b".repeat(32) });
  const { click, untouched } = await world(someApproval(), elsewhere);
  const swapped = encodeRequestRef({ ...someApproval(), thread: elsewhere.thread });
  expect((await click(approve(swapped))).told).toMatch(CHANGED);
  const nowhere = encodeRequestRef({ ...someApproval(), thread: "c".repeat(32) });
  expect((await click(approve(nowhere))).told).toMatch(/^I don't know this request/);
  expect(await untouched()).toBe(true);
  expect(await untouched(elsewhere)).toBe(true);
});

test("a click that says it comes from another workspace is refused, with the right button and a valid signature", async () => {
  const { click, untouched } = await world(someApproval());
  const { status } = await click({ ...approve(encodeRequestRef(someApproval())), team: "T0OTHER" });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(await untouched()).toBe(true);
});

test.each([
  ["no JSON", "approve"],
  ["no value", ""],
  ["another version", JSON.stringify({ v: 9, t: THREAD, s: 2, i: "x", d: "y" })],
  ["a list", "[]"],
  ["null", "null"],
  ["names that mean something to JavaScript", '{"__proto__":{"v":1},"constructor":1}'],
  ["a thread that is a path", JSON.stringify({ v: 1, t: "../../x#R", s: 2, i: "A#", d: "y" })],
  ["very long names", JSON.stringify({ v: 1, t: "t".repeat(900), s: 2, i: "i".repeat(900), d: "d" })],
])(
  "a hand-made button with %s is answered in words and never with an error of ours",
  async (_what, value) => {
    const { click, untouched } = await world(someApproval());
    const { status, told } = await click(approve(value));
    expect(status).toBe(200);
    expect(told).toMatch(
      /from an older version of this app|I don't know this request|couldn't record your decision/,
    );
    expect(await untouched()).toBe(true);
  },
);

test.each([
  ["no actions", { actions: [] }],
  ["an action without an id", { actions: [{ type: "button" }] }],
  ["no user", { user: undefined }],
  ["a user that is a list", { user: [] }],
])("a signed payload with %s is the sender's mistake", async (_what, change) => {
  const { door, untouched } = await world(someApproval());
  const payload = {
    ...{ type: "block_actions", team: { id: SEED.teamId }, user: { id: users.bo, team_id: SEED.teamId } },
    ...{ trigger_id: "t", response_url: "http://127.0.0.1:9/respond", api_app_id: "A0LOCAL" },
    ...{
      actions: [{ type: "button", action_id: ACTION.approve, block_id: "b", value: "x", action_ts: "1.0" }],
    },
    ...change,
  };
  const { status } = await door.send(interaction(payload));
  expect(status).toBeLessThan(500);
  expect(await untouched()).toBe(true);
});

test("a form that approves, submitted by hand with another request's name in it, counts for nothing", async () => {
  const { door, untouched } = await world(someApproval());
  const forged = encodeRequestRef({
    ...someApproval(),
    digest: approvalDigest(other({ workflow: "email" })),
  });
  const { status, body } = await door.send(
    viewSubmission({
      ...{ user: users.bo, view: { callbackId: VIEW.details, privateMetadata: forged } },
      ...{ blocks: [], values: {} },
    }),
  );
  expect(status).toBe(200);
  expect(body).toMatch(/Not counted/);
  expect(await untouched()).toBe(true);
});

test("the right button still counts, so that the refusals above are about what they say", async () => {
  const { click, door } = await world(someApproval());
  expect((await click(approve(encodeRequestRef(someApproval())))).told).toBe("");
  const { team, thread, interrupt } = someApproval();
  expect((await door.records.approval({ team, thread }, interrupt))?.state.kind).toBe("decided");
});
