// What every store of API keys must do.
import { describe, expect, test } from "vitest";
import { type ApiKey, type ApiKeys, hashOf } from "../../src/runs/api-keys.ts";
import { EARLY, NOON, TEAM } from "./fixtures.ts";

export function keyOf(name: string, change: Partial<ApiKey> = {}): ApiKey {
  const created = { createdAt: EARLY, createdBy: "UOTTO", version: 1 };
  return { team: TEAM, name, owner: "URITA", scopes: ["start"], hash: hashOf(name), ...created, ...change };
}

export function apiKeysContract(name: string, make: () => Promise<ApiKeys>): void {
  describe(`${name} as a store of API keys`, () => {
    test("a key is found as it was saved, and none that was not", async () => {
      const store = await make();
      const key = keyOf("ci", {
        previous: { hash: hashOf("before"), until: NOON },
        rotated: { at: EARLY, by: "cli" },
        revoked: { at: NOON, by: "UOTTO" },
      });
      expect(await store.save(key)).toBe(true);
      expect(await store.key(TEAM, "ci")).toEqual(key);
      expect(await store.key(TEAM, "c")).toBeUndefined();
      expect(await store.key("T2", "ci")).toBeUndefined();
    });

    test("all keys of a team are listed by name, and none of another team", async () => {
      const store = await make();
      expect(await store.keys(TEAM)).toEqual([]);
      for (const one of ["nightly", "ci", "ci-2"]) await store.save(keyOf(one));
      await store.save(keyOf("theirs", { team: "T2" }));
      expect((await store.keys(TEAM)).map((key) => key.name)).toEqual(["ci", "ci-2", "nightly"]);
    });

    test("a name is taken once, whoever asks at the same time", async () => {
      const store = await make();
      const asked = Array.from({ length: 5 }, (_, n) => keyOf("ci", { hash: hashOf(String(n)) }));
      const saved = await Promise.all(asked.map((key) => store.save(key)));
      expect(saved.filter((wasFirst) => wasFirst)).toHaveLength(1);
      expect(await store.key(TEAM, "ci")).toEqual(asked[saved.indexOf(true)]);
    });

    test("a save replaces exactly the version before it, and takes away what is not said any more", async () => {
      const store = await make();
      await store.save(keyOf("ci", { previous: { hash: hashOf("before"), until: NOON } }));
      const next = keyOf("ci", { version: 2, hash: hashOf("next") });
      expect(await store.save({ ...next, version: 3 })).toBe(false);
      expect(await store.save(next)).toBe(true);
      expect(await store.save(keyOf("ci", { version: 2 }))).toBe(false);
      expect(await store.save(keyOf("other", { version: 2 }))).toBe(false);
      expect(await store.keys(TEAM)).toEqual([next]);
    });
  });
}
