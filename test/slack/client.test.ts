// The Web API client tells whoever gave it a token that Slack does not take it.
import { expect, test } from "vitest";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { startLocalSlack } from "./support.ts";

/** How often it was told that the token is of no use, once Slack had answered with this error, and then without one. */
async function toldOf(error: string): Promise<number> {
  const { url } = await startLocalSlack();
  await createAdministrator(url).faults({ kind: "refuse", error, times: 1 });
  let told = 0;
  const client = createSlackClient({
    ...{ token: LOCAL_SECRETS.botToken, apiUrl: `${url}/api/`, timeoutMs: 5_000, log: SILENT },
    onTokenRefused: () => (told += 1),
  });
  const post = { channel: SEED.channels.deploys, text: `{"ok":false,"error":"${error}"}` };
  await expect(client.chat.postMessage(post)).rejects.toThrow(error);
  // What people write is no refusal.
  expect(await client.chat.postMessage(post)).toMatchObject({ ok: true, message: { text: post.text } });
  return told;
}

test.each(["account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"])(
  "a token that Slack refuses by %s is told of, once",
  async (error) => expect(await toldOf(error)).toBe(1),
);

test.each(["channel_not_found", "missing_scope"])("a refusal by %s is not the token's fault", async (error) =>
  expect(await toldOf(error)).toBe(0),
);
