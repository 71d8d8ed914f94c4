// What every checkpointer must do with threads that are large or long, however it keeps them short to read.
import { expect, it } from "vitest";
import type { Checkpointer, Slot } from "../../src/graph/index.ts";
import { append, byTask, checkpoint, incompressible, memo, pause, set } from "./slots.ts";
import { standing } from "./standing.ts";

export function longThreadContract(makeCheckpointer: () => Promise<Checkpointer>): void {
  it("stores values of 3 MB, in slots, in memos and behind many other steps", async () => {
    const saver = await makeCheckpointer();
    const big = incompressible(3_000_000);
    await saver.append("t", checkpoint(0, { big: set(big) }));
    await saver.saveTask("t", memo(1, "a", big));

    const { memos } = await saver.load("t");
    expect(memos).toEqual([memo(1, "a", big)]);
    for (let number = 1; number < 40; number++)
      await saver.append("t", checkpoint(number, { log: append(`line ${number}`) }));

    const log = await saver.load("t");
    const { slots } = await saver.history("t");
    expect(standing(log)).toEqual(standing({ slots, memos: [] }));
    expect(slots[0]).toEqual(checkpoint(0, { big: set(big) }));
  });

  it("gives a long thread as it stands, and its history with every slot", async () => {
    const saver = await makeCheckpointer();
    const slots = Array.from({ length: 500 }, (_, number) =>
      number % 50 === 49
        ? pause(number)
        : checkpoint(number, {
            log: append(`${number} ${"word ".repeat(number % 200)}`),
            last: set({ number, at: new Date(number) }),
            ...(number % 70 === 0 && { log: set([number]), big: set("x".repeat(number * 200)) }),
          }),
    );
    for (const slot of slots) await saver.append("t", slot);
    await saver.saveTask("t", memo(500, "a", 1));

    const whole = { slots, memos: [memo(500, "a", 1)] };
    expect(standing(await saver.load("t"))).toEqual(standing(whole));
    expect(await saver.history("t")).toEqual(whole);
  });

  it("lets forks go on from anywhere in a long thread, and from nothing", async () => {
    const saver = await makeCheckpointer();
    const slots: Slot[] = [];
    const appendAll = async (count: number, base?: number): Promise<void> => {
      for (let each = 0; each < count; each++) {
        const number = slots.length;
        const slot = checkpoint(number, { log: append(`${number} ${"word ".repeat(100)}`) });
        slots.push(each === 0 && base !== undefined ? { ...slot, source: "fork", base } : slot);
        await saver.append("t", slots.at(-1) ?? slot);
      }
      expect(standing(await saver.load("t"))).toEqual(standing({ slots, memos: [] }));
    };

    await appendAll(70);
    await appendAll(2, 3);
    await appendAll(40, 66);
    await appendAll(1, -1);
    await appendAll(1, 80);
    await appendAll(40, 111);

    expect((await saver.history("t")).slots).toEqual(slots);
  });

  it("is not in the way of a thread whose steps have many tasks", async () => {
    const saver = await makeCheckpointer();
    const slots: Slot[] = [];
    for (let number = 0; number < 6; number++) {
      const tasks = Array.from({ length: 45 }, (_, task) => memo(number, `work:${task}`, number));
      await Promise.all(tasks.map((each) => saver.saveTask("t", each)));
      slots.push(checkpoint(number, { log: append(number) }));
      const { memos } = await saver.load("t");
      expect([...memos].sort(byTask)).toEqual([...tasks].sort(byTask));
      await saver.append("t", checkpoint(number, { log: append(number) }));
    }
    expect(standing(await saver.load("t"))).toEqual(standing({ slots, memos: [] }));
    expect((await saver.history("t")).slots).toEqual(slots);
  });

  it("lets one of several concurrent writers have each slot of a long thread, and loads what the winners wrote", async () => {
    const saver = await makeCheckpointer();
    const won: string[] = [];
    for (let number = 0; number < 70; number++) {
      const writers = ["one", "two", "three"].map((name) => `${name}-${number}`);
      const appends = await Promise.allSettled(
        writers.map((writer) =>
          saver.append("t", checkpoint(number, { log: append(`${writer} ${"word ".repeat(150)}`) }, writer)),
        ),
      );
      won.push(...writers.filter((_, index) => appends[index]?.status === "fulfilled"));
    }

    const { slots } = await saver.history("t");
    expect(slots.map(({ writer }) => writer)).toEqual(won);
    expect(standing(await saver.load("t"))).toEqual(standing({ slots, memos: [] }));
  });
}
