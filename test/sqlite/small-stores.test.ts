// What is kept beside runs in the file of one machine, each against its contract; and what a file has of its own.
import { expect, test } from "vitest";
import { API_KEY_TABLES, createApiKeys } from "../../src/sqlite/api-keys.ts";
import { createAuditTrail } from "../../src/sqlite/audit.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import { createHomes, HOME_TABLES } from "../../src/sqlite/homes.ts";
import { createIdempotency, IDEMPOTENCY_TABLES } from "../../src/sqlite/idempotency.ts";
import { createStore, MEMORY_TABLES } from "../../src/sqlite/memory.ts";
import { apiKeysContract } from "../contract/api-keys.ts";
import { auditTrailContract } from "../contract/audit.ts";
import { TEAM } from "../contract/fixtures.ts";
import { homesContract } from "../contract/homes.ts";
import { idempotencyContract } from "../contract/idempotency.ts";
import { storeContract } from "../contract/store.ts";
import { openedFile } from "../support/sqlite.ts";

auditTrailContract("SQLite", () => Promise.resolve(createAuditTrail(openedFile(":memory:", [AUDIT_TABLES]))));

homesContract("SQLite", () => Promise.resolve(createHomes(openedFile(":memory:", [HOME_TABLES]))));

apiKeysContract("SQLite", () => Promise.resolve(createApiKeys(openedFile(":memory:", [API_KEY_TABLES]))));

idempotencyContract("SQLite", () =>
  Promise.resolve(createIdempotency(openedFile(":memory:", [IDEMPOTENCY_TABLES]))),
);

storeContract("SQLite", (now) =>
  Promise.resolve(createStore(openedFile(":memory:", [MEMORY_TABLES]), { team: "T1", now })),
);

test("what the graphs of one workspace remember is not another's", async () => {
  const database = openedFile(":memory:", [MEMORY_TABLES]);
  const [ours, theirs] = ["T1", "T2"].map((team) => createStore(database, { team }));
  await ours?.put(["users"], "k", { of: "T1" });
  expect(await theirs?.search([])).toEqual([]);
  expect(await theirs?.listNamespaces()).toEqual([]);
  await theirs?.delete(["users"], "k");
  expect((await ours?.get(["users"], "k"))?.value).toEqual({ of: "T1" });
});

test("a key that a newer version has written is left alone, and a sentence says so", async () => {
  const database = openedFile(":memory:", [API_KEY_TABLES]);
  database.write("writing as a newer version", (sql) =>
    sql.prepare("INSERT INTO api_keys VALUES (?, 'ci', 1, '{\"v\":9}')").run(TEAM),
  );
  await expect(createApiKeys(database).key(TEAM, "ci")).rejects.toThrow(
    /has a form that this version of Countersign does not know\. Nothing was done with it/,
  );
});
