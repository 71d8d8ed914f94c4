// What every keeper of leases must do: one worker on a thread, and no wake-up lost between them.
import { describe, expect, test } from "vitest";
import type { Lease, Leases } from "../../src/runs/ports.ts";
import { EARLY, freshKey, LATE, NOON } from "./fixtures.ts";

export function leasesContract(name: string, make: () => Promise<Leases>): void {
  const claim = (by: string) => ({ by, now: EARLY, until: NOON });

  async function acquired(leases: Leases, key: ReturnType<typeof freshKey>, by: string): Promise<Lease> {
    const lease = await leases.acquire(key, claim(by));
    if (lease === undefined) throw new Error(`The lease was refused to ${by}.`);
    return lease;
  }

  describe(`${name} as a keeper of leases`, () => {
    test("gives a thread to one worker, and to another one after it was given back", async () => {
      const leases = await make();
      const key = freshKey();
      const lease = await acquired(leases, key, "one");
      expect(await leases.release(lease)).toBeUndefined();
      expect(await leases.acquire(key, claim("two"))).toMatchObject({ by: "two" });
    });

    test("does not give a thread back that was asked for meanwhile, and says so", async () => {
      const leases = await make();
      const key = freshKey();
      const lease = await acquired(leases, key, "one");
      expect(await leases.acquire(key, claim("two"))).toBeUndefined();
      const newer = await leases.release(lease);
      expect(newer).toEqual({ ...lease, nudge: lease.nudge + 1 });
      expect(await leases.acquire(key, claim("three"))).toBeUndefined();
      const newest = newer && (await leases.release(newer));
      expect(newest).toMatchObject({ nudge: lease.nudge + 2 });
      expect(newest && (await leases.release(newest))).toBeUndefined();
    });

    test("takes a thread from a worker whose time has run out, who can then not give it back", async () => {
      const leases = await make();
      const key = freshKey();
      const dead = await acquired(leases, key, "dead");
      const heir = await leases.acquire(key, { by: "heir", now: LATE, until: LATE });
      expect(heir).toMatchObject({ by: "heir" });
      expect(await leases.release(dead)).toBeUndefined();
      expect(await leases.acquire(key, claim("third"))).toBeUndefined();
    });

    test("loses no wake-up, however workers come and go", async () => {
      const leases = await make();
      const key = freshKey();
      let wakeUps = 0;
      let seen = 0;
      // Each worker makes something to be done, then asks for the thread; whoever holds it looks before giving it back.
      const worker = async (by: string): Promise<void> => {
        wakeUps += 1;
        for (
          let lease = await leases.acquire(key, claim(by));
          lease !== undefined;
          lease = await leases.release(lease)
        )
          seen = wakeUps;
      };
      await Promise.all(Array.from({ length: 25 }, (_, index) => worker(`w${index}`)));
      expect(seen).toBe(25);
      expect(await leases.acquire(key, claim("last"))).toMatchObject({ by: "last" });
    });
  });
}
