// The App Home as it is drawn: each kind of row to the letter, and whatever there is, it fits into one view and says only what is ours.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Approval } from "../../src/approvals/approval.ts";
import { acceptHome } from "../../src/local/slack/views.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import { type Home, homeOf } from "../../src/runs/home.ts";
import { FIRST_STATE, type HomeState } from "../../src/runs/home-state.ts";
import { later } from "../../src/approvals/later.ts";
import { type Run, runName } from "../../src/runs/run.ts";
import type { Viewer } from "../../src/runs/viewer.ts";
import { apologyView } from "../../src/slack/home/apology.ts";
import { decodeHomeState, decodeTurn, encodeHomeState, markedFromHome } from "../../src/slack/home/state.ts";
import { homeView } from "../../src/slack/home/view.ts";
import { detailsModal } from "../../src/slack/modals/details.ts";
import { ASKED_AT, someApproval, someRun } from "./fixtures.ts";
import { HOSTILE } from "./hostile.ts";

const NOW = later(ASKED_AT, 12 * 60_000);
const ANA: Viewer = {
  person: { kind: "member", id: SEED.users.ana, groups: [SEED.groups.oncall, SEED.groups.ops] },
  channels: [SEED.channels.deploys],
};
const LISTING = { name: "deploy", description: "Deploys.", example: "a=1", version: "1", inputSchema: {} };
const workspace = createWorkspace({
  store: createStore(":memory:"),
  ...{ teamId: SEED.teamId, now: () => 0, secret: () => `secret-${Math.random()}` },
});

interface There {
  readonly runs?: readonly Run[];
  readonly approvals?: readonly Approval[];
  readonly overdue?: readonly Run[];
  readonly hasMore?: boolean;
  readonly catalog?: readonly (typeof LISTING)[];
}

/** Everything that is there is on every list that asks for its kind. */
function home(
  there: There,
  { viewer = ANA, state = FIRST_STATE }: { viewer?: Viewer; state?: HomeState } = {},
) {
  const { runs = [], approvals = [], overdue = [], hasMore = false, catalog = [LISTING] } = there;
  const page = <T>(items: readonly T[], limit: number) =>
    Promise.resolve({ items: items.slice(0, limit), ...(hasMore && { next: "more" }) });
  const deps = {
    lists: {
      approvals: ({ of, limit }: { of: { kind: string }; limit: number }) =>
        page(
          approvals.filter(({ state: { kind } }) => kind === (of.kind === "expired" ? "expired" : "pending")),
          limit,
        ),
      runs: ({ of, limit }: { of: { kind: string; status?: string }; limit: number }) =>
        page(
          runs.filter(({ status }) => status.kind === of.status),
          limit,
        ),
    },
    records: {
      due: () => Promise.resolve(overdue.map((run) => ({ ...run, dueAt: NOW }))),
      run: ({ thread }: { thread: string }) => Promise.resolve(overdue.find((run) => run.thread === thread)),
    },
    clock: { now: () => NOW },
    ...{ catalog, groups: { approvers: SEED.groups.oncall, operators: SEED.groups.ops } },
  };
  return homeOf(deps, { team: SEED.teamId, viewer, state });
}

const drawn = (one: Home, said?: string) => homeView(one, { said, command: "/countersign" });

async function texts(there: There, options?: Parameters<typeof home>[1]): Promise<readonly string[]> {
  const blocks = Texts.parse(drawn(await home(there, options)).blocks);
  return blocks.flatMap(({ text }) => (text === undefined ? [] : [text.text]));
}

const Texts = z.array(z.looseObject({ text: z.looseObject({ text: z.string() }).optional() }));

const threadOf = (n: number): string => n.toString(16).padStart(6, "0").padEnd(32, "0");

describe("the rows", () => {
  test("of what waits say what, whose, since when and until when, and open it", async () => {
    const approval = someApproval({}, { expiresAt: later(NOW, 60_000) });
    const { blocks } = drawn(await home({ approvals: [approval] }));
    expect(blocks[0]).toMatchObject({
      text: { text: "Waiting for you 1 · Stalled 1 · Running 0 · Done today 0" },
    });
    expect(blocks[4]).toMatchObject({
      type: "section",
      text: {
        text: "🟠 *Deploy checkout v2.4.1 to prod*\nr-7f3a21 · asked by <@U0RITA> 12 min ago in <#C0DEPLOYS> · expires <!date^1777907580^{date_short_pretty} {time}|2026-05-04 15:13 UTC>",
      },
      accessory: { action_id: "home:review", text: { text: "Review" } },
    });
  });

  test("on which she has voted come last, count for nothing, and say that others have to agree", async () => {
    const vote = { by: SEED.users.ana, at: NOW, vote: { kind: "approve" as const } };
    const voted = someApproval(
      { title: "Voted" },
      { thread: threadOf(1), state: { kind: "pending", votes: [vote] } },
    );
    const open = someApproval({ title: "Open" }, { thread: threadOf(2), askedAt: NOW });
    const said = await texts({ approvals: [voted, open] });
    expect(said[0]).toMatch(/^Waiting for you 1 ·/);
    expect(said.findIndex((one) => one.includes("Open"))).toBeLessThan(
      said.findIndex((one) => one.includes("Voted")),
    );
    expect(said.join()).toContain("☑️ You have voted; others have to agree. Nothing more to do.");
  });

  test("of what has stalled say why, one for each run, with what can be done", async () => {
    const failed = someRun({ thread: threadOf(1), status: { kind: "failed", error: "No *disk* left" } });
    const expired = someApproval({}, { thread: threadOf(2), state: { kind: "expired", at: ASKED_AT } });
    const slow = someApproval({}, { thread: threadOf(3), askedAt: later(NOW, -5 * 3_600_000) });
    const overdue = someRun({ thread: threadOf(4) });
    const both = someRun({ thread: threadOf(3) });
    const { blocks } = drawn(
      await home({ runs: [failed, both], approvals: [expired, slow, slow], overdue: [overdue] }),
    );
    const rows = blocks.filter(({ block_id }) => block_id?.startsWith("home:run:"));
    const names = rows.map((row) =>
      ("elements" in row ? row.elements : []).map((one) => ("text" in one ? one.text : undefined)),
    );
    expect(names.map((row) => row.map((one) => (typeof one === "object" ? one.text : one)))).toEqual([
      ["Nudge", "Cancel run"],
      ["Retry", "Cancel run"],
      ["Ask again", "Cancel run"],
      ["Nudge", "Cancel run"],
    ]);
    const said = JSON.stringify(blocks);
    expect(said).toContain("Failed 12 min ago: No \u2217disk\u2217 left");
    expect(said).toContain("Nobody decided in time");
    expect(said).toContain("Should have gone on by itself");
    expect(said).toContain("Waiting 5 h 0 min for <!subteam^S0ONCALL>: Deploy checkout v2.4.1 to prod");
  });

  test("of what runs and what is done say how it stands in one line", async () => {
    const outcome = { good: true, text: "✅ Deployed\nin two lines" };
    const runs = [
      someRun({ thread: threadOf(1), status: { kind: "queued" } }),
      someRun({ thread: threadOf(2), status: { kind: "done", outcome } }),
      someRun({ thread: threadOf(3), status: { kind: "cancelled", by: SEED.users.bo, at: NOW } }),
    ];
    const said = await texts({ runs }, { state: { ...FIRST_STATE, filter: "all" } });
    expect(said[0]).toBe("Waiting for you 0 · Stalled 0 · Running 1 · Done today 2");
    expect(said).toContain("▶️ *deploy* · Running\nr-000001 · asked by <@U0RITA> 12 min ago in <#C0DEPLOYS>");
    expect(said.join("\n")).toContain("🚫 *deploy* · Cancelled by <@U0BO>. What was done stays done.");
    expect(said.join("\n")).toContain("✅ *deploy* · Done\n✅ Deployed in two lines");
  });

  test("of what waits for others name them and what it is, and whatever is not known of it is not said", async () => {
    const waiting = (n: number): Run => someRun({ thread: threadOf(n), status: { kind: "waiting" } });
    const asked = someApproval({ title: "First" }, { thread: threadOf(1) });
    const another = someApproval({ title: "Second" }, { thread: threadOf(1) });
    const expired = someApproval({}, { thread: threadOf(2), state: { kind: "expired", at: ASKED_AT } });
    const rita: Viewer = { person: { kind: "member", id: SEED.users.rita, groups: [] }, channels: [] };
    const approvals = [asked, another, expired];
    const said = await texts({ runs: [waiting(1), waiting(2), waiting(3)], approvals }, { viewer: rita });
    const of = (n: number): string => `r-00000${n} · asked by <@U0RITA> 12 min ago in <#C0DEPLOYS>`;
    expect(said).toContain(`🟠 *deploy* · Waiting for <!subteam^S0ONCALL>: First, and 1 more\n${of(1)}`);
    expect(said).toContain(
      `⌛ *deploy* · Nobody decided in time. Ask again or stop the run on the request's card.\n${of(2)}`,
    );
    expect(said).toContain(`⏸️ *deploy* · Waiting; its card shows how it stands\n${of(3)}`);
  });

  test("of a direct message name no channel", async () => {
    const said = await texts({ approvals: [someApproval({}, { channel: "D0RITA" })] });
    expect(said.join()).not.toContain("D0RITA");
    expect(said.join()).toContain("12 min ago in a direct message");
  });
});

test("only operators see what has stalled; others read of what failed among what is done", async () => {
  const failed = someRun({ status: { kind: "failed", error: "No." } });
  const rita: Viewer = { person: { kind: "member", id: SEED.users.rita, groups: [] }, channels: [] };
  const said = await texts({ runs: [failed] }, { viewer: rita });
  expect(said[0]).toBe("Waiting for you 0 · Running 0 · Done today 1");
  expect(said.join()).toContain("⚠️ *deploy* · Failed: No.");
});

test.each([
  { filter: "mine", runs: ["r-000001"], waits: ["Named", "Asked"] },
  { filter: "groups", runs: ["r-000002"], waits: ["Asked"] },
  { filter: "all", runs: ["r-000001", "r-000002", "r-000003"], waits: ["Named", "Asked"] },
] as const)(
  "with the filter $filter nothing is shown that it does not name",
  async ({ filter, runs, waits }) => {
    const { bo, rita, otto } = SEED.users;
    const viewer: Viewer = {
      person: { kind: "member", id: bo, groups: [SEED.groups.oncall] },
      channels: [SEED.channels.deploys],
    };
    const there = [
      someRun({ thread: threadOf(1), requester: bo, channel: "C0ELSEWHERE" }),
      someRun({ thread: threadOf(2), requester: rita, channel: "C0ELSEWHERE" }),
      someRun({ thread: threadOf(3), requester: otto }),
      someRun({ thread: threadOf(4), requester: otto, channel: "C0ELSEWHERE" }),
    ];
    const asked = someApproval({ title: "Asked" }, { thread: threadOf(2) });
    const policy = { ...asked.policy, approvers: { users: [bo], groups: [] } };
    const named = someApproval({ title: "Named" }, { thread: threadOf(9), policy });
    const shown = await home(
      { runs: there, approvals: [named, asked] },
      { viewer, state: { ...FIRST_STATE, filter } },
    );
    if (shown.kind !== "open") throw new Error("It is closed.");
    expect(shown.running.rows.map(({ run }) => runName(run.thread)).toSorted()).toEqual(runs);
    expect(shown.waiting.rows.map(({ approval }) => approval.request.title)).toEqual(waits);
  },
);

test("an empty home is kind, says where to look, and offers what may be started", async () => {
  const said = await texts({});
  expect(said.join("\n")).toContain("All quiet: nothing waits for you");
  expect(said.join("\n")).toContain("type `/countersign help` in any channel");
  const { blocks } = drawn(await home({}));
  expect(blocks.at(-2)).toMatchObject({ accessory: { action_id: "start_form", value: "deploy" } });
});

test("more than was looked at is said so, and the last page says where there is more", async () => {
  const approvals = Array.from({ length: 50 }, (_, n) =>
    someApproval({}, { thread: threadOf(n), askedAt: NOW }),
  );
  const state = { filter: "mine", pages: { ...FIRST_STATE.pages, waiting: 99 } } as const;
  const one = await home({ approvals, hasMore: true }, { state });
  const view = drawn(one);
  expect(JSON.stringify(view.blocks[0])).toContain("Waiting for you 50+");
  expect(JSON.stringify(view)).toContain("*Waiting for you* · page 5");
  expect(JSON.stringify(view)).toContain("There may be more than I look through here");
  expect(decodeHomeState(view.private_metadata)?.pages.waiting).toBe(4);
});

describe("at its limits", () => {
  test.each(Object.entries(HOSTILE))(
    "a home full of texts that are %s fits, and says only what is ours",
    async (_, text) => {
      const request = { title: text || " ", target: text, summary: text };
      const approvals = Array.from({ length: 50 }, (_, n) => [
        someApproval(request, {
          thread: threadOf(n),
          askedAt: later(NOW, -9 * 3_600_000),
          expiresAt: later(NOW, 1),
        }),
        someApproval(request, { thread: threadOf(100 + n), state: { kind: "expired", at: ASKED_AT } }),
      ]).flat();
      const statuses = [
        { kind: "queued" },
        { kind: "failed", error: text },
        { kind: "done", outcome: { good: true, text } },
      ] as const;
      const runs = statuses.flatMap((status, kind) =>
        Array.from({ length: 50 }, (_, n) =>
          someRun({ thread: threadOf(1_000 * (kind + 1) + n), workflow: text, status }),
        ),
      );
      const catalog = Array.from({ length: 30 }, () => ({ ...LISTING, description: text }));
      for (const page of [0, 1, 9]) {
        const state = {
          filter: "all",
          pages: { waiting: page, stalled: page, running: page, done: page },
        } as const;
        const view = drawn(await home({ approvals, runs, catalog, hasMore: true }, { state }), "Cancelled.");
        const verdict = acceptHome(workspace, view);
        expect(verdict.ok ? [] : verdict.problems).toEqual([]);
        expect(view.blocks.length).toBeLessThanOrEqual(100);
        expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000);
        expect(JSON.stringify(view)).not.toMatch(
          /<!(channel|here|everyone)|<https?:|<mailto:|<@U0ANA> approved/,
        );
      }
    },
  );
});

describe("what a home carries", () => {
  test("comes back as it was, and what is none of it is nothing", () => {
    const state = { filter: "groups", pages: { waiting: 1, stalled: 2, running: 3, done: 100 } } as const;
    expect(decodeHomeState(encodeHomeState(state))).toEqual(state);
    for (const bad of [
      undefined,
      "",
      "{",
      "null",
      '{"v":2}',
      '{"v":1,"s":{"filter":"theirs"}}',
      "x".repeat(9_999),
    ])
      expect(decodeHomeState(bad)).toBeUndefined();
    for (const bad of [
      '{"v":1,"s":"waiting","p":-1}',
      '{"v":1,"s":"other","p":1}',
      '{"v":1,"s":"done","p":1.5}',
    ])
      expect(decodeTurn(bad)).toBeUndefined();
  });

  test("stands in a modal's own metadata, unless that has no room for it", () => {
    const modal = detailsModal(someApproval(), { page: 0, refused: undefined });
    expect(JSON.parse(markedFromHome(modal).private_metadata ?? "")).toMatchObject({ home: true, p: 0 });
    const full = { private_metadata: JSON.stringify({ c: "x".repeat(2_985) }) };
    expect(markedFromHome(full)).toBe(full);
  });

  test("is still there when nothing could be read", () => {
    const state = { ...FIRST_STATE, filter: "all" } as const;
    const view = apologyView({ because: "directory", state, said: "Cancelled r-7f3a21." });
    expect(acceptHome(workspace, view).ok).toBe(true);
    expect(decodeHomeState(view.private_metadata)).toEqual(state);
    expect(JSON.stringify(view.blocks)).toContain("ℹ️ Cancelled r-7f3a21.");
  });
});
