// What every store of idempotency keys must do.
import { describe, expect, test } from "vitest";
import type { Claim, Idempotency } from "../../src/runs/idempotency.ts";
import { NOON, TEAM } from "./fixtures.ts";

const claim = (change: Partial<Claim> = {}): Claim => ({
  ...{ team: TEAM, id: "k1", request: "r1", until: NOON, ...change },
});

export function idempotencyContract(name: string, make: () => Promise<Idempotency>): void {
  describe(`${name} as a store of idempotency keys`, () => {
    test("a key stands for the request that it was used for first, however often that comes again", async () => {
      const store = await make();
      expect(await store.claim(claim())).toBe(true);
      expect(await store.claim(claim())).toBe(true);
      expect(await store.claim(claim({ request: "r2" }))).toBe(false);
      expect(await store.claim(claim())).toBe(true);
    });

    test("keys of others, and of other teams, stand for themselves", async () => {
      const store = await make();
      expect(await store.claim(claim())).toBe(true);
      expect(await store.claim(claim({ id: "k2", request: "r2" }))).toBe(true);
      expect(await store.claim(claim({ team: "T2", request: "r2" }))).toBe(true);
    });

    test("of several requests at once with one key, one has it", async () => {
      const store = await make();
      const requests = Array.from({ length: 5 }, (_, n) => `r${n}`);
      const claimed = await Promise.all(requests.map((request) => store.claim(claim({ request }))));
      expect(claimed.filter((isMine) => isMine)).toHaveLength(1);
    });
  });
}
