// What every keeper of cards must do: one drawer at a time, and a count of who set out.
import { describe, expect, test } from "vitest";
import type { Cards } from "../../src/runs/ports.ts";
import { EARLY, freshKey, LATE, NOON } from "./fixtures.ts";

export function cardsContract(name: string, make: () => Promise<Cards>): void {
  const one = { by: "one", now: EARLY, until: NOON };
  const two = { by: "two", now: EARLY, until: NOON };
  const fresh = () => ({ ...freshKey(), card: "run", channel: "C1" });

  describe(`${name} as a keeper of cards`, () => {
    test("gives a card to one drawer, and to another one after it was given back", async () => {
      const cards = await make();
      const card = fresh();
      const held = await cards.claim(card, one);
      expect(held).toEqual({ ...card, drawn: 0, claims: 1 });
      expect(await cards.claim(card, two)).toBeUndefined();
      if (held !== undefined) await cards.release(held, one);
      expect(await cards.claim(card, two)).toEqual({ ...card, drawn: 0, claims: 2 });
    });

    test("gives a card to one of ten who ask at once", async () => {
      const cards = await make();
      const card = fresh();
      const claims = Array.from({ length: 10 }, (_, index) => cards.claim(card, { ...one, by: `w${index}` }));
      expect((await Promise.all(claims)).filter((held) => held !== undefined)).toHaveLength(1);
    });

    test("a claim that has run out is another one's, and whoever lost it cannot write any more", async () => {
      const cards = await make();
      const card = fresh();
      const held = await cards.claim(card, one);
      const taken = await cards.claim(card, { by: "two", now: LATE, until: LATE });
      expect(taken).toMatchObject({ claims: 2 });
      expect(await cards.drawn({ ...card, drawn: 9, claims: 1, ts: "1.0" }, one)).toBe(false);
      if (held !== undefined) await cards.release(held, one);
      expect(await cards.claim(card, { ...one, by: "three" })).toBeUndefined();
    });

    test("remembers where a card is and what was drawn last, for the next drawer", async () => {
      const cards = await make();
      const card = fresh();
      const held = await cards.claim(card, one);
      if (held === undefined) throw new Error("The first claim was refused.");
      expect(await cards.drawn({ ...held, ts: "1.5", drawn: 3 }, one)).toBe(true);
      expect(await cards.drawn({ ...held, ts: "1.5", drawn: 4 }, one)).toBe(true);
      await cards.release(held, one);
      expect(await cards.claim(card, two)).toEqual({ ...card, ts: "1.5", drawn: 4, claims: 2 });
    });

    test("gives a drawer its own card again, for longer, and counts that too", async () => {
      const cards = await make();
      const card = fresh();
      await cards.claim(card, one);
      expect(await cards.claim(card, { ...one, until: LATE })).toEqual({ ...card, drawn: 0, claims: 2 });
      expect(await cards.claim(card, { by: "two", now: NOON, until: LATE })).toBeUndefined();
    });

    test("nothing is drawn without a claim, and giving back what one does not hold changes nothing", async () => {
      const cards = await make();
      const card = { ...fresh(), drawn: 3, claims: 1, ts: "1.0" };
      expect(await cards.drawn(card, one)).toBe(false);
      await cards.claim(card, one);
      await cards.release(card, two);
      expect(await cards.claim(card, two)).toBeUndefined();
      expect(await cards.drawn(card, two)).toBe(false);
      await cards.release(card, one);
      expect(await cards.drawn(card, one)).toBe(false);
    });

    test("keeps the cards of one thread apart, and those of two teams", async () => {
      const cards = await make();
      const card = fresh();
      await cards.claim(card, one);
      expect(await cards.claim({ ...card, card: "ask:1" }, two)).toMatchObject({ card: "ask:1" });
      expect(await cards.claim({ ...card, team: "T2" }, two)).toMatchObject({ team: "T2" });
    });
  });
}
