// What the corpus is recorded of: runs that are left in every state in which a deployment can find them.
import type { Approval } from "../../src/approvals/approval.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { later } from "../../src/approvals/later.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { alertResolved } from "../../src/runs/alert.ts";
import { askAgain } from "../../src/runs/ask-again.ts";
import { handOver, snooze } from "../../src/runs/attend.ts";
import { cancelRun } from "../../src/runs/cancel.ts";
import { decideRequest } from "../../src/runs/decide.ts";
import { createKey, revokeKey, rotateKey } from "../../src/runs/manage-keys.ts";
import { noteOpened } from "../../src/runs/note-click.ts";
import { nudgeRun } from "../../src/runs/nudge.ts";
import { purgeRun } from "../../src/runs/purge.ts";
import { replayRun } from "../../src/runs/replay.ts";
import { retryRun } from "../../src/runs/retry.ts";
import { revokeAllowance } from "../../src/runs/revoke.ts";
import type { ThreadKey } from "../../src/runs/run.ts";
import { startRunWith } from "../../src/runs/start.ts";
import { viewerOf } from "../../src/runs/viewer.ts";
import { showHome } from "../../src/runs/homes.ts";
import { answerTo } from "./answer.ts";
import { type Rig, TEAM } from "./rig.ts";
import { changes, everyValue, grows, moves } from "./workflows.ts";

const { rita, ana, bo, otto } = SEED.users;
const APPROVE: Vote = { kind: "approve" };

interface Casting {
  readonly by?: string;
  readonly settles?: boolean;
  readonly on?: Approval;
}

/** The steps of a story, from its run's start on. */
function teller(rig: Rig, name: string) {
  const { deps } = rig;
  const approvals = async (key: ThreadKey): Promise<readonly Approval[]> =>
    (await deps.records.thread(key)).approvals.filter(({ state }) => state.kind === "pending");
  const first = async (key: ThreadKey): Promise<Approval> => {
    const [approval] = await approvals(key);
    if (approval === undefined) throw new Error(`The story "${name}" waits for nothing.`);
    return approval;
  };
  return {
    approvals,
    first,
    async start(workflow: string, options: { readonly requester?: string; readonly settles?: false } = {}) {
      const { requester = rita, settles = true } = options;
      const started = await startRunWith(
        deps,
        { team: TEAM, delivery: name, workflow, requester, channel: SEED.channels.deploys },
        { what: name },
      );
      if (started.kind !== "started") throw new Error(`The story "${name}" did not start: ${started.kind}.`);
      if (settles) await rig.settle();
      return { team: TEAM, thread: started.run.thread };
    },
    async vote(key: ThreadKey, vote: Vote, { by = ana, settles = true, on }: Casting = {}) {
      const { interrupt, digest } = on ?? (await first(key));
      const decided = await decideRequest(deps, { ...key, interrupt, digest, by, vote });
      if (settles) await rig.settle();
      return decided;
    },
    async at(key: ThreadKey, by: string) {
      const { interrupt, digest } = await first(key);
      return { ...key, interrupt, digest, by };
    },
  };
}

export type Story = (rig: Rig, name: string) => Promise<unknown>;

const told =
  (tell: (story: ReturnType<typeof teller>, rig: Rig) => Promise<unknown>): Story =>
  (rig, name) =>
    tell(teller(rig, name), rig);

const DAY = 24 * 60 * 60;

/** Told first: the time that passes in them is nobody else's. */
const OVER: Readonly<Record<string, Story>> = {
  "kept no longer": told(async ({ start, vote }, { deps, sweepAfter }) => {
    const key = await start("release");
    await vote(key, APPROVE);
    await vote(key, APPROVE);
    await sweepAfter(deps.keeping.detailsMs / 1_000 + DAY);
  }),
  purged: told(async ({ start, vote }, { deps, sweepAfter }) => {
    const key = await start("release");
    await vote(key, APPROVE);
    await vote(key, APPROVE);
    await purgeRun(deps, key, { by: "otto", reason: "It named a customer" });
    await sweepAfter(60);
  }),
};

/** Of runs that are released: asked, acted, and asked once more. */
const RELEASES: Readonly<Record<string, Story>> = {
  waiting: told(async ({ start }) => await start("release")),
  "approved once": told(async ({ start, vote }) => {
    const key = await start("release");
    await vote(key, { ...APPROVE, comment: "Go." });
  }),
  done: told(async ({ start, vote }) => {
    const key = await start("release");
    await vote(key, APPROVE);
    await vote(key, APPROVE);
  }),
  edited: told(async ({ start, vote, first }) => {
    const key = await start("release");
    const { args } = (await first(key)).request.action;
    await vote(key, { kind: "edit", args: { ...args, what: "other" }, comment: "This one." });
  }),
  "edited too large": told(async ({ start, vote, first }) => {
    const key = await start("release");
    const { args } = (await first(key)).request.action;
    await vote(key, { kind: "edit", args: { ...args, what: "long ".repeat(2_000) } });
  }),
  rejected: told(async ({ start, vote }) => {
    const key = await start("release");
    await vote(key, { kind: "reject", reason: "Not now", stop: false });
  }),
  "stopped at a step": told(async ({ start, vote }) => {
    const key = await start("stops");
    await vote(key, { kind: "reject", reason: "Not this one" });
  }),
  stopped: told(async ({ start, vote }, { sweepAfter }) => {
    const key = await start("stops");
    await vote(key, { kind: "reject", reason: "Never", stop: true });
    await sweepAfter(2 * 60 * 60);
  }),
  reopened: told(async ({ start, vote, first }) => {
    const key = await start("release");
    const { args } = (await first(key)).request.action;
    await vote(key, { kind: "edit", args: { ...args, what: "nonsense" } });
  }),
  "allowed for the run": told(async ({ start, vote }) => {
    const key = await start("release");
    await vote(key, { ...APPROVE, forRun: true });
  }),
  failed: told(async ({ start, vote }, { target }) => {
    const key = await start("release");
    target.isBroken = true;
    await vote(key, APPROVE);
    target.isBroken = false;
  }),
  retried: told(async ({ start, vote }, { target, deps, settle }) => {
    const key = await start("release");
    target.isBroken = true;
    await vote(key, APPROVE);
    target.isBroken = false;
    await retryRun(deps, key, ana);
    await settle();
  }),
  cancelled: told(async ({ start }, { deps, settle }) => {
    const key = await start("release");
    await cancelRun(deps, key, { by: rita, reason: "Not needed" });
    await settle();
  }),
  "clicked in vain, often": told(async ({ start, vote, first }, { settle }) => {
    const key = await start("release");
    const on = await first(key);
    for (let count = 0; count < 60; count++)
      await vote(key, APPROVE, { by: otto, settles: false, on: { ...on, digest: `none-${count}` } });
    await settle();
  }),
  replayed: told(async ({ start, vote }, { deps, settle }) => {
    const key = await start("release");
    await vote(key, APPROVE);
    await vote(key, APPROVE);
    const { run, approvals } = await deps.records.thread(key);
    if (run === undefined) throw new Error("There is no run to replay.");
    await replayRun(
      deps,
      { run, approvals },
      { by: await deps.directory.person(ana, ["S0OPS"]), delivery: "replay" },
    );
    await settle();
  }),
  alerted: told(async ({ start }, { deps, settle }) => {
    const key = await start("release");
    await alertResolved(deps, key);
    await settle();
  }),
};

const SEVERAL: Readonly<Record<string, Story>> = {
  "half agreed": told(async ({ start, vote }) => {
    const key = await start("quorum");
    await vote(key, { ...APPROVE, forRun: true, comment: "Fine." });
  }),
  "agreed by two": told(async ({ start, vote }) => {
    const key = await start("quorum");
    await vote(key, APPROVE);
    await vote(key, APPROVE, { by: bo });
  }),
  "changed at length, and agreed": told(async ({ start, vote, first }) => {
    const key = await start("quorum");
    const { args } = (await first(key)).request.action;
    await vote(key, { kind: "edit", args: { ...args, what: "long ".repeat(2_000) } });
    await vote(key, APPROVE, { by: bo });
  }),
  "changed, and half agreed": told(async ({ start, vote, first }) => {
    const key = await start("quorum");
    await vote(key, APPROVE, { by: bo });
    const { args } = (await first(key)).request.action;
    await vote(key, { kind: "edit", args: { ...args, what: "other" } });
  }),
};

const TIMES: Readonly<Record<string, Story>> = {
  expired: told(async ({ start }, { sweepAfter }) => {
    await start("expires");
    await sweepAfter(11 * 60);
  }),
  "expired, asked again": told(async ({ start, first }, { deps, sweepAfter, settle }) => {
    const key = await start("expires");
    const { interrupt } = await first(key);
    await sweepAfter(11 * 60);
    await askAgain(deps, { ...key, interrupt }, ana);
    await settle();
  }),
  "rejected by time": told(async ({ start }, { sweepAfter }) => {
    await start("rejects");
    await sweepAfter(11 * 60);
  }),
  "gone on by time": told(async ({ start }, { sweepAfter }) => {
    await start("goes-on");
    await sweepAfter(11 * 60);
  }),
  reminded: told(async ({ start, at }, { deps, settle, sweepAfter }) => {
    const key = await start("escalates");
    await nudgeRun(deps, key, rita);
    await settle();
    await handOver(deps, await at(key, ana), bo);
    await settle();
    await snooze(deps, await at(key, ana), 30 * 60_000);
    await snooze(deps, await at(key, bo), 60_000);
    await sweepAfter(70);
    await sweepAfter(70);
  }),
  "put off": told(async ({ start, at }, { deps, sweepAfter }) => {
    const key = await start("escalates");
    await snooze(deps, await at(key, ana), 30_000);
    await sweepAfter(40);
    await sweepAfter(40);
  }),
  escalated: told(async ({ start }, { sweepAfter }) => {
    await start("escalates");
    await sweepAfter(70);
    await sweepAfter(5 * 60);
    await sweepAfter(2 * 60);
  }),
};

const FORMS: Readonly<Record<string, Story>> = {
  "asked in every form": told(async ({ start }) => await start("shapes")),
  "answered in every form": told(async ({ start, vote, approvals }) => {
    const key = await start("shapes");
    for (const on of await approvals(key)) await vote(key, answerTo(on), { on });
  }),
  "stopped before": told(async ({ start }) => await start("stops")),
  "gone on from a stop": told(async ({ start, vote }) => {
    const key = await start("stops");
    await vote(key, APPROVE);
  }),
  raised: told(async ({ start }) => await start("raises")),
  "asked again, as its workflow has changed": told(async ({ start }, { deps, settle }) => {
    deps.workflows.set("changes", changes("1"));
    const key = await start("changes");
    deps.workflows.set("changes", changes("2"));
    await deps.queue.send({ kind: "resume", ...key });
    await settle();
  }),
  "asked again, as something else runs": told(
    async ({ start, vote }) => await vote(await start("rechecks"), APPROVE),
  ),
  "held, as its workflow has changed": told(async ({ start, vote }, { deps, target, settle }) => {
    deps.workflows.set("grows", grows("1"));
    const key = await start("grows");
    target.isBroken = true;
    await vote(key, APPROVE);
    target.isBroken = false;
    deps.workflows.set("grows", grows("2"));
    await retryRun(deps, key, ana);
    await settle();
  }),
  "moved to another version": told(async ({ start }, { deps, settle }) => {
    deps.workflows.set("moves", moves("1"));
    const key = await start("moves");
    deps.workflows.set("moves", moves("2"));
    await deps.queue.send({ kind: "resume", ...key });
    await settle();
  }),
  "stopped before calls": told(async ({ start }) => await start("talks")),
  "stopped before what is said": told(async ({ start, vote }) => {
    const key = await start("talks");
    await vote(key, APPROVE);
  }),
  "asked of several in every form": told(async ({ start, vote, approvals }) => {
    const key = await start("shapes-quorum");
    for (const [index, on] of (await approvals(key)).entries())
      await vote(key, index === 3 ? { kind: "reject", reason: "No" } : answerTo(on), { on });
  }),
  "wanted of every group": told(async ({ start, vote }) => {
    const key = await start("groups");
    await vote(key, { kind: "reject", reason: "Not now" });
  }),
  "carried out perhaps": told(async ({ start }, { target, settle, sweepAfter }) => {
    target.cutsStore = true;
    await start("invoice");
    Object.assign(target, { cutsStore: false, isStoreCut: false });
    await settle();
    await sweepAfter(60);
  }),
  "asked within": told(async ({ start }) => await start("nested")),
  "left from within": told(async ({ start, vote, first }) => {
    const key = await start("nested");
    await vote(key, answerTo(await first(key)));
  }),
  "half answered": told(async ({ start, vote, approvals, first }) => {
    const key = await start("nested");
    await vote(key, answerTo(await first(key)));
    const [on] = await approvals(key);
    if (on !== undefined) await vote(key, answerTo(on), { on });
  }),
  "asked beside": told(async ({ start }) => await start("beside")),
  "asked beside, and half answered": told(async ({ start, vote, approvals }) => {
    const key = await start("beside");
    const on = (await approvals(key)).find(({ request }) => request.kind === "choose");
    if (on !== undefined) await vote(key, answerTo(on), { on });
  }),
  long: told(async ({ start }) => await start("long")),
  agent: told(async ({ start }) => await start("agent")),
  "agent, allowed": told(async ({ start, vote }) => {
    const key = await start("agent");
    await vote(key, { ...APPROVE, forRun: true });
  }),
  "agent, allowed and taken back": told(async ({ start, vote, first }, { deps, settle }) => {
    const key = await start("release");
    const { interrupt } = await first(key);
    await vote(key, { ...APPROVE, forRun: true }, { settles: false });
    await revokeAllowance(deps, { ...key, interrupt, by: ana });
    await settle();
  }),
};

/** Left in the middle: nobody goes on with what waits in the queue, and the sweeper finds it. Told last, so that it does not find it yet. */
const LEFT: Readonly<Record<string, Story>> = {
  queued: told(async ({ start }) => await start("release", { settles: false })),
  "in hand": told(async ({ start }, { deps }) => {
    const key = await start("release", { settles: false });
    const now = deps.clock.now();
    const wanted = { lease: later(now, 20_000), claim: later(now, 20_000) };
    await deps.threads.take(key, wanted, { by: "a worker that died", now });
    await deps.threads.strayed(key, now);
    await deps.threads.take(key, wanted, { by: "another one", now });
  }),
  "approved, and not yet resumed": told(async ({ start, vote }) => {
    const key = await start("release");
    await vote(key, { ...APPROVE, comment: "Go." }, { settles: false });
  }),
  "cancelled, and not yet shown": told(async ({ start }, { deps }) => {
    const key = await start("release");
    await cancelRun(deps, key, { by: rita });
  }),
  "clicked in vain": told(async ({ start, vote, first }, { deps }) => {
    const key = await start("release");
    await vote(key, APPROVE, { by: rita, settles: false });
    await noteOpened(deps, await first(key), { by: ana, form: "review" });
  }),
};

/** What beside the runs there is. */
const BESIDE: Readonly<Record<string, Story>> = {
  homes: async ({ deps, people }) => {
    for (const { id: user } of Object.values(people)) await showHome(deps, { team: TEAM, user });
    await deps.homes.mark(TEAM, { now: deps.clock.now(), since: later(deps.clock.now(), -1) });
  },
  keys: async ({ deps }) => {
    const scopes = ["start", "read", "decide", "cancel", "audit"] as const;
    for (const name of ["ci", "old", "gone"])
      await createKey(deps, { team: TEAM, by: ana, name, owner: rita, scopes: [...scopes] });
    await rotateKey(deps, { team: TEAM, by: ana, name: "old" });
    await revokeKey(deps, { team: TEAM, by: ana, name: "gone" });
    const until = later(deps.clock.now(), 60_000);
    const given = { team: TEAM, delivery: "by key", workflow: "release", requester: rita, key: "ci" };
    await startRunWith(deps, given, { what: "by key" });
    await deps.idempotency.claim({ team: TEAM, id: "asked-once", request: "digest", until });
  },
  memory: async ({ memory }) => {
    await memory.put(["people", "rita"], "likes", everyValue());
  },
  viewers: async ({ deps }) => await viewerOf(deps, ana),
};

export const stories: Readonly<Record<string, Story>> = {
  ...{ ...OVER, ...RELEASES, ...SEVERAL, ...TIMES, ...FORMS, ...BESIDE, ...LEFT },
};
