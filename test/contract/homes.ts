// What every store of App Homes must do: who has opened theirs, whose turn is next, and the mark that at most one of many makes.
import { describe, expect, test } from "vitest";
import type { Homes, ShownHome } from "../../src/runs/home-ports.ts";
import { FIRST_STATE } from "../../src/runs/home-state.ts";
import { later } from "../../src/approvals/later.ts";
import { EARLY, TEAM } from "./fixtures.ts";

const at = (seconds: number): string => later(EARLY, seconds * 1_000);

function shown(user: string, openedAt: string, change: Partial<ShownHome> = {}): ShownHome {
  return { team: TEAM, user, state: FIRST_STATE, openedAt, drawn: { hash: "h", view: "v" }, ...change };
}

async function users(homes: Homes, most = 10): Promise<readonly string[]> {
  return (await homes.open(TEAM, most)).map(({ user }) => user);
}

export function homesContract(name: string, fresh: () => Promise<Homes>): void {
  describe(`${name} as a store of App Homes`, () => {
    test("a home is found as it was left, and nobody's else is", async () => {
      const homes = await fresh();
      const home = shown("UANA", EARLY, { state: { ...FIRST_STATE, filter: "all" } });
      await homes.opened(home);
      expect(await homes.find(home)).toEqual(home);
      expect(await homes.find({ team: TEAM, user: "UBO" })).toBeUndefined();
      expect(await homes.find({ team: "T2", user: "UANA" })).toBeUndefined();
    });

    test("those who were looked at longest ago come first, as many as are asked for", async () => {
      const homes = await fresh();
      for (const [n, user] of ["UANA", "UBO", "UCLEO"].entries()) await homes.opened(shown(user, at(n)));
      expect(await users(homes, 2)).toEqual(["UANA", "UBO"]);
      await homes.lookedAt(shown("UANA", at(0)), at(60));
      expect(await users(homes, 2)).toEqual(["UBO", "UCLEO"]);
      await homes.leave(shown("UBO", at(1)));
      expect(await users(homes)).toEqual(["UCLEO", "UANA"]);
      expect(await homes.find({ team: TEAM, user: "UBO" })).toBeDefined();
    });

    test("what somebody has opened since is not overwritten by who looked at it before", async () => {
      const homes = await fresh();
      await homes.opened(shown("UANA", at(0)));
      const newer = shown("UANA", at(5), { state: { ...FIRST_STATE, filter: "groups" } });
      await homes.opened(newer);
      await homes.lookedAt(shown("UANA", at(0)), at(6));
      await homes.leave(shown("UANA", at(0)));
      expect(await homes.find(newer)).toEqual(newer);
      expect(await users(homes)).toEqual(["UANA"]);
    });

    test("of many who mark at once one wins, and the next may once the mark is old", async () => {
      const homes = await fresh();
      const marks = await Promise.all(
        Array.from({ length: 8 }, (_, n) => homes.mark(TEAM, { now: at(n / 10), since: at(-5) })),
      );
      expect(marks.filter(({ isNew }) => isNew)).toHaveLength(1);
      const first = marks.find(({ isNew }) => isNew)?.at;
      expect(new Set(marks.map((mark) => mark.at))).toEqual(new Set([first]));
      expect(await homes.marked(TEAM)).toBe(first);
      expect(await homes.mark(TEAM, { now: at(7), since: at(2) })).toEqual({ at: at(7), isNew: true });
    });

    test("a mark is taken away by who has looked since, and a newer one stays", async () => {
      const homes = await fresh();
      await homes.mark(TEAM, { now: at(10), since: at(5) });
      await homes.unmark(TEAM, at(9));
      expect(await homes.marked(TEAM)).toBe(at(10));
      await homes.unmark(TEAM, at(10));
      expect(await homes.marked(TEAM)).toBeUndefined();
      await homes.unmark(TEAM, at(11));
    });
  });
}
