// What operators are told of API keys; whoever is shown a token has asked for it.
import { later } from "../../../src/approvals/later.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { type ApiKey, hashOf } from "../../../src/runs/api-keys.ts";
import { CLI } from "../../../src/runs/manage-keys.ts";
import { commandOf } from "../commands.ts";
import type { Scene } from "../scene.ts";
import { NOW } from "../stage.ts";

const { rita, ana, bo } = SEED.users;
const HOUR_MS = 3_600_000;

function someKey(name: string, change: Partial<ApiKey> = {}): ApiKey {
  const created = { createdAt: later(NOW, -48 * HOUR_MS), createdBy: ana, version: 1 };
  const whose = { team: SEED.teamId, owner: rita, scopes: ["start", "read"] } as const;
  return { name, ...whose, scopes: [...whose.scopes], hash: hashOf(name), ...created, ...change };
}

const rotated = { at: later(NOW, -HOUR_MS), by: ana };
const keys: readonly ApiKey[] = [
  someKey("ci", { rotated, previous: { hash: hashOf("before"), until: later(NOW, 23 * HOUR_MS) } }),
  someKey("alerts", { scopes: ["start"], createdBy: CLI }),
  someKey("old-ci", { owner: bo, revoked: { at: later(NOW, -24 * HOUR_MS), by: CLI } }),
];

const command = { stored: [], keys, trigger: "typed" } as const;

export const keyScenes: readonly Scene[] = await Promise.all(
  (
    [
      ["list", "All API keys, and what became of them.", "key"],
      [
        "create",
        "A key is created, and its token shown once.",
        "key create name=web owner=U0RITA scopes=read",
      ],
      ["create-unfit", "What a key needs.", "key create name=Web scope=read"],
      ["create-taken", "There is a key of that name.", "key create name=ci owner=U0RITA scopes=read"],
      ["create-revoked", "There was a key of that name.", "key create name=old-ci owner=U0RITA scopes=read"],
      ["rotate", "A key has another token; the one before counts for a day.", "key rotate ci"],
      ["rotate-unknown", "There is no such key.", "key rotate cii"],
      ["rotate-revoked", "A key that was revoked stays as it is.", "key rotate old-ci"],
      ["revoke", "A key is revoked.", "key revoke alerts"],
      ["unclear", "A word that is none of these.", "key rotat ci"],
    ] as const
  ).map(([name, sees, words]) => commandOf(`key-${name}`, sees, { ...command, words })),
);
