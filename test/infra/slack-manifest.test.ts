// The Slack app manifest against the code: the command it declares, and the scopes of exactly those methods that are called.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_COMMAND } from "../../src/lambda/config.ts";

const manifest = readFileSync("infra/slack-manifest.yaml", "utf8");

/** From Slack's reference: what each method we call asks for. A method that is not here fails the test below. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  "chat.delete": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.postMessage": ["chat:write", "chat:write.public"],
  "chat.update": ["chat:write"],
  "conversations.history": ["channels:history", "groups:history", "im:history"],
  "conversations.open": ["im:write"],
  "conversations.replies": ["channels:history", "groups:history", "im:history"],
  "files.uploadV2": ["files:write"],
  "users.conversations": ["channels:read", "groups:read", "im:read", "mpim:read"],
  "users.info": ["users:read"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "views.open": [],
  "views.publish": [],
  "views.update": [],
};

/** Items of a YAML list that stands below a key, without comments. */
function listBelow(key: string): readonly string[] {
  const [, below = ""] = manifest.split(new RegExp(`^ *${key}:\n`, "m"));
  const items: string[] = [];
  for (const line of below.split("\n").map((text) => text.trim())) {
    if (line.startsWith("- ")) items.push(line.slice(2));
    else if (!line.startsWith("#")) break;
  }
  return items;
}

test("the app asks for the scopes of the methods it calls and for no others", () => {
  const call = /\b(?:slack|client)\.((?!deps)[a-z]\w*(?:\.\w+)+)\(/g;
  const called = globSync("src/slack/**/*.ts").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(call)].map(([, method]) => method ?? ""),
  );
  const methods = [...new Set(called)].toSorted();
  expect(methods).toEqual(Object.keys(SCOPES).toSorted());
  const needed = new Set([
    "commands",
    "app_mentions:read",
    ...methods.flatMap((method) => SCOPES[method] ?? []),
  ]);
  expect(listBelow("bot").toSorted()).toEqual([...needed].toSorted());
});

test("the command is the one that is listened to, and names in it arrive as ids", () => {
  expect(manifest).toContain(`- command: ${DEFAULT_COMMAND}\n`);
  expect(manifest).toContain("should_escape: true\n");
});

test("commands, clicks and events all come to the one door", () => {
  const urls = [...manifest.matchAll(/^ *(?:request_)?url: (.+)$/gm)].map(([, url]) => url);
  expect(urls).toHaveLength(3);
  expect(new Set(urls).size).toBe(1);
  expect(urls[0]).toMatch(/^https:\/\/.+\/slack\/events$/);
  expect(listBelow("bot_events")).toEqual(["app_home_opened", "app_mention", "subteam_members_changed"]);
});
