// What every keeper of threads must do: one worker on a thread, one drawer at its cards, no wake-up lost between them, and one write for what belongs together.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Held, HoldChange, HoldWritten, Records, Threads, Wanted } from "../../src/runs/ports.ts";
import { later } from "../../src/approvals/later.ts";
import type { ThreadKey } from "../../src/runs/run.ts";
import { EARLY, freshKey, LATE, NOON, runOf, TEAM } from "./fixtures.ts";

interface Stores {
  readonly threads: Threads;
  readonly records: Records;
}

const LEASE: Wanted = { lease: NOON };
const CLAIM: Wanted = { claim: NOON };
const BOTH: Wanted = { lease: NOON, claim: NOON };
const RUN_CARD = { channel: "C1", ts: "1.5", drawn: 3, tried: true };

export function threadsContract(name: string, make: () => Promise<Stores>): void {
  async function fresh(): Promise<Stores & { readonly key: ThreadKey }> {
    const stores = await make();
    const key = freshKey();
    await stores.records.saveRun(runOf(key));
    return { ...stores, key };
  }

  async function held(
    { threads, key }: { threads: Threads; key: ThreadKey },
    by: string,
    wanted: Wanted = BOTH,
    now: string = EARLY,
  ): Promise<Held> {
    const taken = await threads.take(key, wanted, { by, now });
    if (taken === undefined) throw new Error("The thread has no run.");
    return taken;
  }

  function written(result: HoldWritten): Held {
    if (result.kind === "written") return result.held;
    throw new Error(`Nothing was written: ${result.kind}.`);
  }

  const holdsOf = ({ holds }: Held): readonly string[] => Object.keys(holds).sort();

  describe(`${name} as a keeper of threads`, () => {
    test("knows nothing of a thread without a run, and makes none", async () => {
      const { threads, records } = await make();
      const key = freshKey();
      expect(await threads.take(key, BOTH, { by: "one", now: EARLY })).toBeUndefined();
      expect(await records.run(key)).toBeUndefined();
    });

    test("gives lease and claim to one worker, with the run, and to another one after they were given back", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      expect(one).toEqual({
        ...stores.key,
        by: "one",
        run: runOf(stores.key),
        cards: {},
        claimEpoch: 1,
        strays: 0,
        holds: {
          lease: { epoch: 1, nudge: 0, until: NOON },
          claim: { epoch: 1, nudge: 0, until: NOON },
        },
      });
      const left = written(await stores.threads.write(one, { give: ["lease", "claim"] }));
      expect(left.holds).toEqual({});
      expect((await held(stores, "two")).holds).toEqual({
        lease: { epoch: 2, nudge: 0, until: NOON },
        claim: { epoch: 2, nudge: 0, until: NOON },
      });
    });

    test("after a drawing that came too late, posted cards are in doubt until they are written", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      const posted = { channel: "C1", ts: "1.0", drawn: 1, tried: true };
      const cards = { run: posted, outcome: { channel: "C1", drawn: 0, tried: true } };
      const drawn = written(await stores.threads.write(one, { cards }));
      await stores.threads.strayed(stores.key, EARLY);
      // Whoever has the thread looks again, and so does the sweeper.
      expect((await stores.threads.write(drawn, { give: ["lease"] })).kind).toBe("nudged");
      expect((await stores.threads.write(drawn, { give: ["claim"] })).kind).toBe("nudged");
      expect(await stores.records.due(stores.key.team, NOON)).toMatchObject([stores.key]);
      const inDoubt = { ...cards, run: { ...posted, lookAt: "1970-01-01T00:00:00.000Z" } };
      expect((await stores.records.thread(stores.key)).cards).toEqual(inDoubt);
      // Written by who did not know of it yet, they stay so.
      await stores.threads.write(drawn, { cards });
      const two = await held(stores, "one");
      expect(two.cards).toEqual(inDoubt);
      expect(written(await stores.threads.write(two, { cards })).cards).toEqual(cards);
      expect((await stores.records.thread(stores.key)).cards).toEqual(cards);
    });

    test("a claim that was never given back puts posted cards in doubt for when its holder may have woken up, and one that was does not", async () => {
      const stores = await fresh();
      const posted = { channel: "C1", ts: "1.0", drawn: 1, tried: true };
      const asleep = await held(stores, "one");
      await stores.threads.write(asleep, { cards: { run: posted } });
      const taker = { by: "two", now: LATE };
      const until = later(LATE, 30_000);
      const next = await stores.threads.take(stores.key, { claim: until }, taker);
      const inDoubt = { run: { ...posted, lookAt: later(until, 150_000) } };
      expect(next?.cards).toEqual(inDoubt);
      expect((await stores.records.thread(stores.key)).cards).toEqual(inDoubt);
      if (next !== undefined) await stores.threads.write(next, { cards: { run: posted }, give: ["claim"] });
      const third = await stores.threads.take(stores.key, { claim: until }, { by: "three", now: LATE });
      expect(third?.cards).toEqual({ run: posted });
    });

    test("gives what is free and nudges the holder of the rest", async () => {
      const stores = await fresh();
      const drawer = await held(stores, "drawer", CLAIM);
      const worker = await held(stores, "worker");
      expect(holdsOf(worker)).toEqual(["lease"]);
      expect(holdsOf(await held(stores, "third"))).toEqual([]);
      expect(await stores.threads.write(drawer, { give: ["claim"] })).toMatchObject({
        kind: "nudged",
        held: { holds: { claim: { nudge: 2 } } },
      });
      expect(await stores.threads.write(worker, { give: ["lease"] })).toMatchObject({
        kind: "nudged",
        held: { holds: { lease: { nudge: 1 } } },
      });
    });

    test("does not take back what was asked for meanwhile until its holder has seen that, or does not care", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      await held(stores, "two");
      const refused = await stores.threads.write(one, { give: ["lease", "claim"], due: { at: undefined } });
      if (refused.kind !== "nudged") throw new Error(`It was ${refused.kind}.`);
      expect(holdsOf(await held(stores, "two"))).toEqual([]);
      expect((await stores.threads.write(refused.held, { give: ["lease"] })).kind).toBe("nudged");
      written(await stores.threads.write(one, { give: ["lease"], heedless: true }));
      expect(holdsOf(await held(stores, "two"))).toEqual(["lease"]);
    });

    test("a write in between is no look: what was asked for before it is still to be seen", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      await held(stores, "two");
      const saved = written(await stores.threads.write(one, { run: runOf(stores.key, 2) }));
      const refused = await stores.threads.write(saved, { give: ["lease", "claim"] });
      if (refused.kind !== "nudged") throw new Error(`It was ${refused.kind}.`);
      written(await stores.threads.write(refused.held, { give: ["lease", "claim"] }));
    });

    test("takes a thread from a worker whose time has run out, who can then write nothing any more", async () => {
      const stores = await fresh();
      const dead = await held(stores, "dead");
      const heir = await held(stores, "heir", { lease: LATE, claim: LATE }, LATE);
      expect(holdsOf(heir)).toEqual(["claim", "lease"]);
      const changes: readonly HoldChange[] = [
        { run: runOf(stores.key, 2) },
        { cards: { run: RUN_CARD } },
        { due: { at: undefined } },
        { give: ["lease"] },
        { give: ["claim"], heedless: true },
      ];
      for (const change of changes)
        expect(await stores.threads.write(dead, change)).toEqual({ kind: "lost" });
      expect(await stores.records.thread(stores.key)).toMatchObject({ run: { version: 1 }, cards: {} });
    });

    test("gives a worker its own holds again, with what it was nudged meanwhile", async () => {
      const stores = await fresh();
      await held(stores, "one");
      await held(stores, "two");
      expect((await held(stores, "one")).holds).toEqual({
        lease: { epoch: 2, nudge: 1, until: NOON },
        claim: { epoch: 2, nudge: 1, until: NOON },
      });
    });

    test("a nudge that a dead worker never saw does not keep its heir from giving the thread back", async () => {
      const stores = await fresh();
      await held(stores, "dead");
      await held(stores, "nudger");
      const heir = await held(stores, "heir", { lease: LATE, claim: LATE }, LATE);
      written(await stores.threads.write(heir, { give: ["lease", "claim"] }));
    });

    test("gives each hold to one of ten who ask at once, and keeps the threads of two teams apart", async () => {
      const stores = await fresh();
      const asked = Array.from({ length: 10 }, (_, index) => held(stores, `w${index}`));
      const taken = (await Promise.all(asked)).flatMap(holdsOf);
      expect(taken.sort()).toEqual(["claim", "lease"]);
      const theirs = { ...stores.key, team: "T2" };
      await stores.records.saveRun(runOf(theirs));
      expect(holdsOf(await held({ ...stores, key: theirs }, "other"))).toEqual(["claim", "lease"]);
    });

    test("puts a thread on the sweeper's list for when its worker must be dead, and takes it off when told", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      expect(await stores.records.due(TEAM, NOON)).toEqual([]);
      expect(await stores.records.due(TEAM, LATE)).toMatchObject([stores.key]);
      const still = written(await stores.threads.write(one, { due: { at: EARLY } }));
      expect(await stores.records.due(TEAM, NOON)).toMatchObject([stores.key]);
      written(await stores.threads.write(still, { due: { at: undefined }, give: ["lease", "claim"] }));
      expect(await stores.records.due(TEAM, LATE)).toEqual([]);
    });

    test("does not take a thread off the sweeper's list for which somebody else has just put it there", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      await stores.records.saveRun({ ...runOf(stores.key, 2), channel: "C2" }, EARLY);
      const give: HoldChange = { due: { at: undefined }, give: ["lease", "claim"] };
      const refused = await stores.threads.write(one, give);
      if (refused.kind !== "changed") throw new Error(`It was ${refused.kind}.`);
      expect(await stores.records.due(TEAM, NOON)).toMatchObject([stores.key]);
      written(await stores.threads.write(refused.held, give));
      expect(await stores.records.due(TEAM, LATE)).toEqual([]);
    });

    test("the claim alone puts nothing on the sweeper's list", async () => {
      const stores = await fresh();
      await held(stores, "drawer", CLAIM);
      expect(await stores.records.due(TEAM, LATE)).toEqual([]);
    });

    test("writes run, cards, due time and holds as one, and all of it is read back", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      const change: HoldChange = {
        run: { ...runOf(stores.key, 2), status: { kind: "waiting" } },
        cards: { run: RUN_CARD, "ask:1": { channel: "C1", drawn: 0, tried: false } },
        due: { at: EARLY },
        give: ["lease", "claim"],
      };
      expect(await stores.threads.write(one, change)).toMatchObject({ kind: "written", hasCards: true });
      const { run, cards } = await stores.records.thread(stores.key);
      expect({ run, cards }).toEqual({ run: change.run, cards: change.cards });
      expect(await stores.records.due(TEAM, NOON)).toMatchObject([stores.key]);
      expect(await held(stores, "two")).toMatchObject({ run: change.run, cards: change.cards });
    });

    test("says when somebody else has written the run's record, and writes nothing of the rest", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      await stores.records.saveRun({ ...runOf(stores.key, 2), channel: "C2" });
      const change: HoldChange = { run: runOf(stores.key, 2), cards: { run: RUN_CARD } };
      expect(await stores.threads.write(one, change)).toMatchObject({
        kind: "changed",
        held: { run: { version: 2, channel: "C2" }, holds: { lease: {}, claim: {} } },
      });
      expect(await stores.records.thread(stores.key)).toMatchObject({ run: { channel: "C2" }, cards: {} });
    });

    test("a record written by others leaves holds and cards alone", async () => {
      const stores = await fresh();
      const one = await held(stores, "one");
      const kept = written(await stores.threads.write(one, { cards: { run: RUN_CARD } }));
      await stores.records.saveRun({ ...runOf(stores.key, 2), channel: "C2" });
      expect(holdsOf(await held(stores, "two"))).toEqual([]);
      expect((await stores.records.thread(stores.key)).cards).toEqual({ run: RUN_CARD });
      expect(kept.cards).toEqual({ run: RUN_CARD });
    });

    test("takes the claim along with a write, with the cards as they were read", async () => {
      const stores = await fresh();
      const worker = await held(stores, "worker", LEASE);
      const result = await stores.threads.write(worker, {
        run: runOf(stores.key, 2),
        cards: { run: RUN_CARD },
        takeClaim: { now: EARLY, until: NOON },
      });
      expect(result).toMatchObject({ kind: "written", hasCards: true });
      expect(holdsOf(written(result))).toEqual(["claim", "lease"]);
      expect(written(result).cards).toEqual({ run: RUN_CARD });
    });

    test("taking the claim along, does not write cards over what somebody has drawn since, and says so", async () => {
      const stores = await fresh();
      const worker = await held(stores, "worker", LEASE);
      const drawer = await held(stores, "drawer", CLAIM);
      const drawn = { run: RUN_CARD };
      written(await stores.threads.write(drawer, { cards: drawn, give: ["claim"] }));
      const result = await stores.threads.write(worker, {
        run: runOf(stores.key, 2),
        cards: { run: { ...RUN_CARD, ts: "0.0" } },
        takeClaim: { now: EARLY, until: NOON },
      });
      expect(result).toMatchObject({ kind: "written", hasCards: false });
      expect(written(result)).toMatchObject({ cards: drawn, run: { version: 2 } });
      expect(holdsOf(written(result))).toEqual(["claim", "lease"]);
    });

    test.each(["gives the claim back", "dies"])(
      "cards that were read while a drawer was at work are not written over its own, when it %s",
      async (end) => {
        const stores = await fresh();
        const drawer = await held(stores, "drawer", CLAIM);
        const worker = await held(stores, "worker", LEASE);
        const give = end === "dies" ? {} : { give: ["claim"] as const, heedless: true };
        written(await stores.threads.write(drawer, { cards: { run: RUN_CARD }, ...give }));
        const result = await stores.threads.write(worker, {
          cards: { run: { ...RUN_CARD, ts: "0.0" } },
          takeClaim: { now: LATE, until: LATE },
        });
        expect(result).toMatchObject({ kind: "written", hasCards: false });
        // Who died may only be asleep.
        const doubt = end === "dies" ? { lookAt: later(LATE, 150_000) } : {};
        expect(written(result).cards).toEqual({ run: { ...RUN_CARD, ...doubt } });
      },
    );

    test("a claim that is held by somebody else does not keep the run from being recorded, and its holder is nudged", async () => {
      const stores = await fresh();
      const drawer = await held(stores, "drawer", CLAIM);
      const worker = await held(stores, "worker", LEASE);
      const result = await stores.threads.write(worker, {
        run: runOf(stores.key, 2),
        cards: { run: RUN_CARD },
        takeClaim: { now: EARLY, until: NOON },
      });
      expect(result).toMatchObject({ kind: "written", hasCards: false });
      expect(holdsOf(written(result))).toEqual(["lease"]);
      expect((await stores.records.thread(stores.key)).cards).toEqual({});
      expect((await stores.threads.write(drawer, { give: ["claim"] })).kind).toBe("nudged");
    });

    test("loses no wake-up, however workers come and go: each is looked at by a holder after it was made", async () => {
      const stores = await make();
      for (let round = 0; round < 4; round++) {
        const key = freshKey();
        await stores.records.saveRun(runOf(key));
        const unseen = new Set<string>();
        let holders = 0;
        // Each worker makes something to be done, then asks for the thread; whoever holds it looks before giving it back.
        const worker = async (by: string, restMs: number): Promise<void> => {
          for (let job = 0; job < 3; job++) {
            await sleep(restMs);
            unseen.add(`${by}/${job}`);
            let mine: Held | undefined = await held({ ...stores, key }, `${by}/${job}`, LEASE);
            if (mine.holds.lease === undefined) continue;
            holders += 1;
            expect(holders).toBe(1);
            while (mine !== undefined) {
              unseen.clear();
              await sleep((restMs * 7) % 5);
              holders -= 1;
              const given: HoldWritten = await stores.threads.write(mine, { give: ["lease"] });
              mine = given.kind === "nudged" ? given.held : undefined;
              holders += mine === undefined ? 0 : 1;
            }
          }
        };
        await Promise.all(Array.from({ length: 8 }, (_, index) => worker(`w${index}`, (index * 3) % 7)));
        expect([...unseen]).toEqual([]);
        expect(holdsOf(await held({ ...stores, key }, "last", LEASE))).toEqual(["lease"]);
      }
    });
  });
}
