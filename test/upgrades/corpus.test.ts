// Threads as an earlier state stored them, in every state that there is: this build loads, shows, decides and ends each, and nothing of them is lost.
import { beforeAll, expect, test } from "vitest";
import { Approval } from "../../src/approvals/approval.ts";
import { AuditEntry } from "../../src/approvals/audit.ts";
import { SealedAudit } from "../../src/approvals/audit-log.ts";
import { type ChainedEntry, verifyChain } from "../../src/approvals/chain.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { Noted } from "../../src/approvals/noted.ts";
import { type Item, textOf, unpackedOf } from "../../src/aws/items.ts";
import {
  type Breakpoint,
  decodeMemo,
  decodeSlot,
  type Slot,
  type TaskResult,
} from "../../src/graph/index.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { ApiKey } from "../../src/runs/api-keys.ts";
import { askAgain } from "../../src/runs/ask-again.ts";
import { cancelRun } from "../../src/runs/cancel.ts";
import { CardPlaces } from "../../src/runs/card.ts";
import { decideRequest } from "../../src/runs/decide.ts";
import { wholeHistory } from "../../src/runs/history.ts";
import { hasEnded } from "../../src/runs/retention.ts";
import { retryRun } from "../../src/runs/retry.ts";
import { logOf, Run, runName, type ThreadKey } from "../../src/runs/run.ts";
import { answerTo } from "./answer.ts";
import { type Corpus, readCorpus } from "./corpus.ts";
import { coverOf, newCover } from "./cover.ts";
import { loadedRig } from "./loaded.ts";
import { type Rig, TEAM } from "./rig.ts";
import { stories } from "./stories.ts";
import { everyValue } from "./workflows.ts";

let corpus: Corpus;
beforeAll(async () => {
  corpus = await readCorpus();
});

/** Members that the corpus does not have, so that nothing here is said of them: no story that leaves them behind has been written. */
const NOT_KEPT = [
  'approval.request(choose).risk="low"',
  'approval.request(choose).risk="destructive"',
  'approval.request(choose).options.style="primary"',
  'approval.request(ask).answers.edit="args"',
  "approval.request(ask).reply(decision)",
  'approval.request(ask).reply(breakpoint).edits="text"',
  // Of this one there can be none: who edits is counted as agreeing with what they made of it.
  "approval.state(pending).votes.vote(edit)",
  "approval.state(pending).votes.vote(respond)",
  "approval.past(opened)",
  // Until the worker that noted them is done: they would have to be left by one that died in between.
  ...["noted(replayed)", "noted(checked)", "noted(allowed)"],
];

function textsOf(pk: RegExp, sk: RegExp, attribute = "d"): readonly unknown[] {
  return itemsOf(pk, sk).flatMap((item) => {
    const text = item[attribute]?.S;
    return text === undefined ? [] : [JSON.parse(text) as unknown];
  });
}

function itemsOf(pk: RegExp, sk: RegExp): readonly Item[] {
  return corpus.items.filter((item) => pk.test(textOf(item, "pk")) && sk.test(textOf(item, "sk")));
}

test("every kind of status, request, reply, vote, decision, state and entry is in the corpus", () => {
  const cover = newCover();
  const sealed = itemsOf(/^T#/, /^U#/).map((item): unknown => JSON.parse(unpackedOf(item, "p")));
  coverOf(cover, Run, textsOf(/^T#/, /^R$/), "run");
  coverOf(cover, Approval, textsOf(/^T#/, /^A#/), "approval");
  coverOf(cover, Noted, textsOf(/^T#/, /^N#/), "noted");
  coverOf(cover, CardPlaces, textsOf(/^T#/, /^R$/, "c"), "cards");
  coverOf(cover, ApiKey, textsOf(/^K#/, /^K#/), "key");
  coverOf(cover, SealedAudit, sealed, "sealed");
  const open = textsOf(/^T#/, /^R$/).flatMap((run) => Run.parse(run).audit.entries);
  const chain = [...open, ...sealed.flatMap((part) => SealedAudit.parse(part).entries)];
  coverOf(
    cover,
    AuditEntry,
    chain.map(({ entry }) => entry),
    "entry",
  );
  expect(sealed).not.toEqual([]);
  expect([...cover.all].filter((member) => !cover.seen.has(member))).toEqual(NOT_KEPT);
  expect(cover.all.size).toBeGreaterThan(100);
});

/** What a new member of is a line here, or this does not compile. */
const SLOTS = { checkpoint: true, pause: true } satisfies Record<Slot["kind"], true>;
const CHANGES = { set: true, append: true } satisfies Record<Slot["changes"][string]["kind"], true>;
const NEXT = { pull: true, send: true } satisfies Record<Slot["next"][number]["kind"], true>;

/** False where no run of the product leaves one behind: nobody goes on from an earlier checkpoint of the same thread. */
const SOURCES = { input: true, loop: true, update: true, fork: false } satisfies Record<
  Extract<Slot, { kind: "checkpoint" }>["source"],
  boolean
>;
const LEADS = { node: true, send: true } satisfies Record<TaskResult["goto"][number]["kind"], true>;
const STOPS = { before: true, after: true } satisfies Record<Breakpoint["kind"], true>;
/** Of these a slot, a question or a result has one or none. */
const OPTIONAL = ["breakpoint", "toParent", "carried", "begunFrom", "ran", "version"] as const;
const OF_QUESTIONS = ["raised", "stop", "answers", "response_schema"] as const;
const OF_RESULTS = ["value", "error", "handled"] as const;
/** As the codec writes them. */
const TAGS = ["bigint", "bytes", "date", "error", "map", "message", "number", "object", "set", "undefined"];

test("every way on, every stop and every outcome that a slot or a memo may hold is in the corpus, and every tag of a value", () => {
  const texts = itemsOf(/^T#/, /S#\d+(#t#|$)/).map((item) => ({ item, text: unpackedOf(item, "d") }));
  const slots = texts.flatMap(({ item, text }) =>
    textOf(item, "sk").includes("#t#") ? [] : decodeSlot(text),
  );
  const memos = texts.flatMap(({ item, text }) =>
    textOf(item, "sk").includes("#t#") ? decodeMemo(text) : [],
  );
  const checkpoints = slots.filter((slot) => slot.kind === "checkpoint");
  const pauses = slots.filter((slot) => slot.kind === "pause");
  const results = [
    ...memos.map(({ result }) => result),
    ...pauses.flatMap((slot) => Object.values(slot.results)),
  ];
  const ways = results.flatMap(({ goto }) => goto.map(({ kind }) => kind));
  expect(new Set(checkpoints.map(({ source }) => source))).toEqual(new Set(namesOf(SOURCES)));
  expect(new Set(ways)).toEqual(new Set(namesOf(LEADS)));
  const breakpoints = checkpoints.flatMap(({ breakpoint }) => breakpoint?.kind ?? []);
  expect(new Set(breakpoints)).toEqual(new Set(namesOf(STOPS)));
  const questions = pauses.flatMap(({ interrupts }) => interrupts);
  for (const name of OPTIONAL)
    expect(
      checkpoints.filter((slot) => slot[name] !== undefined),
      name,
    ).not.toEqual([]);
  for (const name of OF_QUESTIONS)
    expect(
      questions.filter((one) => one[name] !== undefined),
      name,
    ).not.toEqual([]);
  for (const name of OF_RESULTS)
    expect(
      results.filter((one) => one[name] !== undefined),
      name,
    ).not.toEqual([]);
  const tags = texts.flatMap(({ text }) => [...text.matchAll(/"\$cs1":\["(\w+)"/g)].map(([, tag]) => tag));
  expect([...new Set(tags)].sort()).toEqual(TAGS);
});

function namesOf(kinds: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(kinds).filter((kind) => kinds[kind]);
}

test("every kind of item, of slot, of change and of task is in the corpus", () => {
  for (const sk of [
    /^R$/,
    /^A#/,
    /^N#/,
    /^Q#/,
    /^U#/,
    /^V#/,
    /^S#\d+$/,
    /^S#\d+#t#/,
    /^S#\d+#z$/,
    /^T#.*S#\d+$/,
  ])
    expect(itemsOf(/^T#/, sk), String(sk)).not.toEqual([]);
  for (const pk of [/^H#/, /^I#/, /^K#/, /^M#/, /^N#/]) expect(itemsOf(pk, /./), String(pk)).not.toEqual([]);
  const inItems = (sk: RegExp): readonly string[] =>
    itemsOf(/^T#/, sk).flatMap((item) => (item["d"] === undefined ? [] : [unpackedOf(item, "d")]));
  const slots = inItems(/S#\d+$/).map(decodeSlot);
  expect(new Set(slots.map(({ kind }) => kind))).toEqual(new Set(Object.keys(SLOTS)));
  expect(new Set(slots.flatMap(({ changes }) => Object.values(changes).map(({ kind }) => kind)))).toEqual(
    new Set(Object.keys(CHANGES)),
  );
  expect(new Set(slots.flatMap(({ next }) => next.map(({ kind }) => kind)))).toEqual(
    new Set(Object.keys(NEXT)),
  );
  expect(inItems(/S#\d+#t#/).map(decodeMemo)).not.toEqual([]);
});

/** Runs that are ended by cancelling them: three people have to agree, one of each group, and the groups have two. */
const CANCELLED = ["wanted of every group"];

const MOST_ROUNDS = 8;

test("each of its runs is loaded, shown, decided by clicks and ended, and its history goes on where it was", async () => {
  const rig = await loadedRig(corpus);
  const threads = itemsOf(/^T#/, /^R$/).map((item) => Run.parse(JSON.parse(textOf(item, "d"))));
  expect(threads.length).toBeGreaterThan(Object.keys(stories).length - 8);
  const before = new Map(
    await Promise.all(threads.map(async (run) => [run.thread, await loaded(rig, run)] as const)),
  );
  await shown(rig, threads);
  await rig.sweepAfter(60);
  const clicks = await ended(rig, threads);
  expect(rig.failures).toEqual([]);
  expect(clicks).toBeGreaterThan(80);
  await Promise.all(
    threads.map(async (run) => {
      const { run: after, noted } = await rig.deps.records.thread(run);
      const what = storyOf(run);
      expect(after?.status.kind, what).toBe(endOf(run));
      expect(noted, what).toEqual([]);
      const kept = before.get(run.thread) ?? [];
      expect((await history(rig, run)).slice(0, kept.length), what).toEqual(kept);
    }),
  );
}, 60_000);

function storyOf({ input: { what } }: Pick<Run, "input">): string {
  return typeof what === "string" ? what : "";
}

function endOf({ status, input }: Run): string {
  return status.kind === "cancelled" || CANCELLED.includes(storyOf({ input })) ? "cancelled" : "done";
}

async function loaded({ deps }: Rig, run: Run): Promise<readonly ChainedEntry[]> {
  const found = await deps.records.thread(run);
  expect(found.run).toEqual(run);
  const log = await deps.checkpointer.load(logOf(run));
  const whole = await deps.checkpointer.history(logOf(run));
  expect(whole.slots.length).toBeGreaterThanOrEqual(log.slots.length);
  return history({ deps }, run);
}

/** Whole. */
async function history({ deps }: Pick<Rig, "deps">, key: ThreadKey): Promise<readonly ChainedEntry[]> {
  const run = await deps.records.run(key);
  if (run === undefined) throw new Error(`The run ${key.thread} is gone.`);
  const chain = await wholeHistory(deps.trail, run);
  if (run.removed?.kind === "purged") return chain;
  expect(verifyChain(chain, { key: run, end: run.audit }).kind).toBe("whole");
  return chain;
}

async function shown({ people: { ana }, settle }: Rig, runs: readonly Run[]): Promise<void> {
  for (const words of ["list", "pending", "key list"]) await ana.say("C0DEPLOYS", `/countersign ${words}`);
  await ana.home();
  await Promise.all(
    runs.flatMap(({ thread }, index) =>
      (index % 6 === 0 ? ["show", "history"] : ["show"]).map((word) =>
        ana.say("C0DEPLOYS", `/countersign ${word} r-${thread.slice(0, 8)}`),
      ),
    ),
  );
  const answers = (await ana.ephemerals()).map(({ text }) => text);
  expect(answers.filter((text) => /went wrong|newer version|don't know/.test(text))).toEqual([]);
  for (const { thread } of runs) expect(answers.join("\n")).toContain(runName(thread));
  await settle();
}

/** As many clicks as it took: in each round Ana on every card, then Bo where others have to agree, and what comes of it is done. */
async function ended(rig: Rig, runs: readonly Run[]): Promise<number> {
  const { ana, bo } = rig.people;
  let clicks = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const live = await stillLive(rig, runs);
    if (live.length === 0) break;
    for (const run of live) await helped(rig, run);
    for (const person of [ana, bo]) {
      clicks += await clicked(rig, live, person);
      await rig.settle();
    }
  }
  return clicks;
}

async function stillLive({ deps }: Rig, runs: readonly Run[]): Promise<readonly Run[]> {
  const now = await Promise.all(runs.map((run) => deps.records.run(run)));
  return now.flatMap((run) => (run === undefined || hasEnded(run.status) ? [] : [run]));
}

/** What is done beside the cards. */
async function helped({ deps, people: { ana } }: Rig, run: Run): Promise<void> {
  if (run.status.kind === "failed") await retryRun(deps, run, ana.id);
  if (CANCELLED.includes(storyOf(run))) await cancelRun(deps, run, { by: ana.id });
  const { approvals } = await deps.records.thread(run);
  for (const { state, interrupt } of approvals)
    if (state.kind === "expired") await askAgain(deps, { ...run, interrupt }, ana.id);
}

async function clicked({ deps }: Rig, runs: readonly Run[], person: LocalPerson): Promise<number> {
  const { messages } = await person.snapshot();
  const cards = new Map(messages.map((message) => [message.metadata?.event_payload["card"], message]));
  let clicks = 0;
  for (const run of runs)
    for (const approval of (await deps.records.thread(run)).approvals) {
      if (approval.state.kind !== "pending") continue;
      await decided({ deps }, { approval, person, card: cards.get(`ask:${approval.interrupt}`) });
      clicks += 1;
    }
  return clicks;
}

interface Deciding {
  readonly approval: Approval;
  readonly person: LocalPerson;
  readonly card: Message | undefined;
}

/** By the card's own button, where one press is enough. */
async function decided({ deps }: Pick<Rig, "deps">, { approval, person, card }: Deciding): Promise<void> {
  if (card === undefined) throw new Error(`The question ${approval.interrupt} has no card.`);
  const vote = voteOn(approval);
  const blocks = JSON.stringify(card.blocks);
  const button = ["approve", "choose:0"].find((name) => blocks.includes(`"action_id":"${name}"`));
  if (button !== undefined && vote.kind !== "edit") {
    await person.click(card, new RegExp(`^${button}$`));
    return;
  }
  const decision = await decideRequest(deps, { ...approval, by: person.id, vote });
  // A vote of one's own in the corpus counts already.
  const because = decision.kind === "refused" && decision.because !== "voted" ? decision.because : undefined;
  expect(because, JSON.stringify(approval.request)).toBeUndefined();
}

/** What the step has refused once is changed: it would refuse it again. */
function voteOn(approval: Approval): Vote {
  const { args } = approval.request.action;
  return args["what"] === "nonsense"
    ? { kind: "edit", args: { ...args, what: "sense" } }
    : answerTo(approval);
}

test("what stands beside the runs is read: homes, keys, and what graphs remember", async () => {
  const { deps, memory, people } = await loadedRig(corpus);
  expect((await deps.apiKeys.keys(TEAM)).map(({ name }) => name)).toEqual(["ci", "gone", "old"]);
  expect((await memory.get(["people", "rita"], "likes"))?.value).toEqual(everyValue());
  expect(await deps.homes.find({ team: TEAM, user: people.ana.id })).toBeDefined();
  const claim = { team: TEAM, id: "asked-once", until: corpus.now };
  expect(await deps.idempotency.claim({ ...claim, request: "digest" })).toBe(true);
  expect(await deps.idempotency.claim({ ...claim, request: "another" })).toBe(false);
});
