// What every checkpointer must do, whatever it stores into.
import { describe, expect, it } from "vitest";
import { CheckpointConflict, type Checkpointer, type Slot } from "../../src/graph/index.ts";
import { longThreadContract } from "./long-threads.ts";
import { byTask, checkpoint, incompressible, memo, pause, question, set } from "./slots.ts";
import { standing } from "./standing.ts";

/** Registers the suite; `makeCheckpointer` is called once for each test. */
export function checkpointerContract(name: string, makeCheckpointer: () => Promise<Checkpointer>): void {
  describe(`${name} as a checkpointer`, () => {
    it("knows nothing of a thread that was never written", async () => {
      const saver = await makeCheckpointer();

      expect(await saver.load("nobody")).toEqual({ slots: [], memos: [] });
    });

    it("gives slots back in the order of their numbers, unchanged", async () => {
      const saver = await makeCheckpointer();
      const slots = [
        checkpoint(0),
        pause(1),
        ...Array.from({ length: 12 }, (_, index) => checkpoint(index + 2)),
      ];

      for (const slot of slots) await saver.append("t", slot);

      expect((await saver.load("t")).slots).toEqual(slots);
    });

    it("refuses a slot that another writer has, and keeps the first one", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0, { by: set("first") }, "writer-1"));

      const rival = saver.append("t", checkpoint(0, { by: set("second") }, "writer-2"));

      await expect(rival).rejects.toThrow(CheckpointConflict);
      await expect(rival).rejects.toMatchObject({ threadId: "t", slot: 0 });
      expect((await saver.load("t")).slots).toEqual([checkpoint(0, { by: set("first") }, "writer-1")]);
    });

    it("refuses an old slot of another writer after the thread went on", async () => {
      const saver = await makeCheckpointer();
      for (const number of [0, 1, 2]) await saver.append("t", checkpoint(number, {}, "writer-1"));

      await expect(saver.append("t", checkpoint(1, {}, "writer-2"))).rejects.toThrow(CheckpointConflict);
    });

    it("takes a writer's own retry for success", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0, { n: set(1) }, "writer-1"));

      await saver.append("t", checkpoint(0, { n: set(1) }, "writer-1"));

      expect((await saver.load("t")).slots).toEqual([checkpoint(0, { n: set(1) }, "writer-1")]);
    });

    it("lets exactly one of twenty concurrent writers have a slot", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0));
      const writers = Array.from({ length: 20 }, (_, index) => `writer-${index}`);

      const appends = await Promise.allSettled(
        writers.map((writer) => saver.append("t", checkpoint(1, { by: set(writer) }, writer))),
      );

      const winners = writers.filter((_, index) => appends[index]?.status === "fulfilled");
      const errors = appends.flatMap((append) =>
        append.status === "rejected" ? [append.reason as unknown] : [],
      );
      const { slots } = await saver.load("t");
      expect(winners).toHaveLength(1);
      expect(errors.every((error) => error instanceof CheckpointConflict)).toBe(true);
      expect(slots.map(({ writer }) => writer)).toEqual(["writer", winners[0]]);
    });

    it("refuses a slot whose predecessor does not exist", async () => {
      const saver = await makeCheckpointer();

      await expect(saver.append("t", checkpoint(1))).rejects.toThrow(CheckpointConflict);
      await saver.append("t", checkpoint(0));
      await expect(saver.append("t", checkpoint(2))).rejects.toThrow(CheckpointConflict);

      expect((await saver.load("t")).slots).toEqual([checkpoint(0)]);
    });

    it("returns the memos of the slot that is next, and the first result saved for a task stands", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0));

      await saver.saveTask("t", memo(1, "a", 1));
      await saver.saveTask("t", memo(1, "send:2", 2));
      await saver.saveTask("t", memo(1, "a", 99));

      const { memos } = await saver.load("t");
      expect([...memos].sort(byTask)).toEqual([memo(1, "a", 1), memo(1, "send:2", 2)]);
    });

    it("tells a writer whether its claim stands: the first one's does, told so as often as it asks, and no other's", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0));
      const claims = async (value: unknown, slot = 1) => saver.claim?.("t", memo(slot, "a", value));

      expect(await claims("first")).toBe(true);
      expect(await claims("first")).toBe(true);
      expect(await claims("second")).toBe(false);

      expect((await saver.load("t")).memos).toEqual([memo(1, "a", "first")]);
      await saver.append("t", checkpoint(1));
      expect(await claims("late", 1)).toBe(false);
      expect(await saver.claim?.("t", memo(1, "b", "late"))).toBe(false);
      expect(await claims("next", 2)).toBe(true);
    });

    it("lets exactly one of ten claims at once stand", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0));
      const claims = Array.from({ length: 10 }, (_, index) => index).map(async (index) =>
        saver.claim?.("t", memo(1, "a", index)),
      );

      expect((await Promise.all(claims)).filter((stands) => stands)).toHaveLength(1);
    });

    it("no longer returns memos once their slot is taken", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0));
      await saver.saveTask("t", memo(1, "a", 1));

      await saver.append("t", checkpoint(1));

      expect((await saver.load("t")).memos).toEqual([]);
    });

    it("keeps every kind of value what it was", async () => {
      const saver = await makeCheckpointer();
      const slot = checkpoint(0, {
        all: set(everyKind),
        more: { kind: "append", items: [everyKind, undefined] },
      });
      const paused = { ...pause(1), interrupts: [{ ...question, value: everyKind }] };

      await saver.append("t", slot);
      await saver.append("t", paused);
      await saver.saveTask("t", { ...memo(2, "a", 0), result: { updates: [{ x: everyKind }], goto: [] } });

      const log = await saver.load("t");
      expect(log.slots).toEqual([slot, paused]);
      expect(log.memos[0]?.result.updates).toEqual([{ x: everyKind }]);
    });

    it("keeps threads apart, whatever is in their names", async () => {
      const saver = await makeCheckpointer();
      const names = ["t", "t2", "T", "t#1", "t/1", "__proto__", "ünï:cödé 日本"];

      for (const name of names) {
        await saver.append(name, checkpoint(0, { name: set(name) }));
        await saver.saveTask(name, memo(1, "a", name));
      }

      for (const name of names) {
        const expected = { slots: [checkpoint(0, { name: set(name) })], memos: [memo(1, "a", name)] };
        expect(await saver.load(name)).toEqual(expected);
      }
    });

    it("stores values of 300 KB", async () => {
      const saver = await makeCheckpointer();
      const big = incompressible(300_000);
      const slots = [checkpoint(0, { big: set(big) }), checkpoint(1, { big: set(`${big}!`) })];

      for (const slot of slots) await saver.append("t", slot);
      await saver.saveTask("t", memo(2, "a", big));

      const whole = { slots, memos: [memo(2, "a", big)] };
      expect(await saver.history("t")).toEqual(whole);
      expect(standing(await saver.load("t"))).toEqual(standing(whole));
    });

    it("refuses a value that cannot be stored, and writes nothing", async () => {
      const saver = await makeCheckpointer();

      const append = saver.append("t", checkpoint(0, { cart: set([{ price: () => 1 }]) }));

      await expect(append).rejects.toThrow('Channel "cart".value[0].price holds a function');
      expect(await saver.load("t")).toEqual({ slots: [], memos: [] });
    });

    longThreadContract(makeCheckpointer);

    it("forgets a deleted thread, and the thread can begin anew", async () => {
      const saver = await makeCheckpointer();
      await saver.append("t", checkpoint(0));
      await saver.append("other", checkpoint(0));
      await saver.saveTask("t", memo(1, "a", 1));

      await saver.delete("t");
      await saver.delete("t");

      expect(await saver.load("t")).toEqual({ slots: [], memos: [] });
      expect(await saver.history("t")).toEqual({ slots: [], memos: [] });
      expect((await saver.load("other")).slots).toHaveLength(1);
      await saver.append("t", checkpoint(0, { n: set(2) }, "later"));
      expect(await saver.load("t")).toEqual({ slots: [checkpoint(0, { n: set(2) }, "later")], memos: [] });
    });

    it("keeps the log of a graph within a node apart from the thread's own, and forgets it with the thread", async () => {
      const saver = await makeCheckpointer();
      const [within, deeper] = ["t|node|graph:0@c1", "t|node|graph:0@c1|inner|graph:0@c2"];
      for (const id of ["t", within, deeper, "t2|node|graph:0@c1"]) {
        await saver.append(id, checkpoint(0, { id: set(id) }));
        await saver.saveTask(id, memo(1, "a", id));
      }
      for (const id of ["t", within, deeper])
        expect(await saver.load(id)).toEqual({
          slots: [checkpoint(0, { id: set(id) })],
          memos: [memo(1, "a", id)],
        });

      await saver.delete("t");

      for (const id of ["t", within, deeper]) expect((await saver.load(id)).slots).toEqual([]);
      expect((await saver.load("t2|node|graph:0@c1")).slots).toHaveLength(1);
      await saver.append(within, checkpoint(0));
    });

    it("names the logs of graphs within a thread's nodes that keep their state, each once, and no others", async () => {
      const saver = await makeCheckpointer();
      const kept = ["t|node|:graph:0@", "t|an#odd@node|:graph:1@"];
      for (const id of ["t", ...kept, "t|node|:graph:0@c1", "t2|node|:graph:0@"])
        for (const number of [0, 1]) await saver.append(id, checkpoint(number));
      await saver.saveTask("t|node|:graph:0@", memo(2, "a", 1));

      expect([...((await saver.keptWithin?.("t")) ?? [])].sort()).toEqual([...kept].sort());
      expect(await saver.keptWithin?.("nobody")).toEqual([]);
    });

    it("keeps where a fork begins, what ran, where the thread waits, and what was carried over", async () => {
      const saver = await makeCheckpointer();
      const question = { id: "q", value: "?", task: "b|call:0", index: 0, generation: 0, fingerprint: "f" };
      const slot: Slot = {
        ...checkpoint(0),
        ran: ["a"],
        base: -1,
        breakpoint: { id: "b", kind: "before", nodes: ["b"] },
        toParent: [{ update: { n: 1 }, goto: [{ kind: "node", node: "b" }] }],
        carried: {
          scopes: { b: "c0" },
          interrupts: [{ ...question, answers: { approve: true }, raised: true }],
          answers: {},
          results: { "b|call:1": { updates: [], goto: [], value: new Date(0) } },
        },
      };
      await saver.append("t", slot);
      expect((await saver.load("t")).slots).toEqual([slot]);
    });
  });
}

const everyKind = {
  date: new Date("2026-02-03T04:05:06.789Z"),
  map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1n, "two"])]]),
  bytes: new Uint8Array([0, 127, 255]),
  error: new RangeError("too far", { cause: { code: 7 } }),
  nothing: undefined,
  empty: null,
  numbers: [0, -0, 1.5, Infinity, NaN],
  text: "\u0000 \ud83d\ude00 \u202e",
  tagLike: { $cs1: ["date", 0] },
};
