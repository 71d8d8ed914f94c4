// What every keeper of leases must do: one worker on a thread, and no wake-up lost between them.
import { setTimeout as sleep } from "node:timers/promises";
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

    test("gives a worker its own thread again, with what it was nudged meanwhile", async () => {
      const leases = await make();
      const key = freshKey();
      const lease = await acquired(leases, key, "one");
      await leases.acquire(key, claim("two"));
      expect(await leases.acquire(key, claim("one"))).toEqual({ ...lease, nudge: lease.nudge + 1 });
    });

    test("a nudge that a dead worker never saw does not keep its heir from giving the thread back", async () => {
      const leases = await make();
      const key = freshKey();
      await acquired(leases, key, "dead");
      await leases.acquire(key, claim("nudger"));
      const heir = await leases.acquire(key, { by: "heir", now: LATE, until: LATE });
      expect(heir && (await leases.release(heir))).toBeUndefined();
      expect(await leases.acquire(key, claim("next"))).toMatchObject({ by: "next" });
    });

    test("gives a thread to one of ten who ask at once, and keeps the threads of two teams apart", async () => {
      const leases = await make();
      const key = freshKey();
      const asked = Array.from({ length: 10 }, (_, index) => leases.acquire(key, claim(`w${index}`)));
      expect((await Promise.all(asked)).filter((lease) => lease !== undefined)).toHaveLength(1);
      expect(await leases.acquire({ ...key, team: "T2" }, claim("other"))).toMatchObject({ team: "T2" });
    });

    test("loses no wake-up, however workers come and go: each is looked at by a holder after it was made", async () => {
      const leases = await make();
      for (let round = 0; round < 4; round++) {
        const key = freshKey();
        const unseen = new Set<string>();
        let holders = 0;
        // Each worker makes something to be done, then asks for the thread; whoever holds it looks before giving it back.
        const worker = async (by: string, restMs: number): Promise<void> => {
          for (let job = 0; job < 3; job++) {
            await sleep(restMs);
            unseen.add(`${by}/${job}`);
            let lease = await leases.acquire(key, claim(`${by}/${job}`));
            if (lease === undefined) continue;
            holders += 1;
            expect(holders).toBe(1);
            while (lease !== undefined) {
              unseen.clear();
              await sleep((restMs * 7) % 5);
              holders -= 1;
              lease = await leases.release(lease);
              holders += lease === undefined ? 0 : 1;
            }
          }
        };
        await Promise.all(Array.from({ length: 8 }, (_, index) => worker(`w${index}`, (index * 3) % 7)));
        expect([...unseen]).toEqual([]);
        expect(await leases.acquire(key, claim("last"))).toMatchObject({ by: "last" });
      }
    });
  });
}
