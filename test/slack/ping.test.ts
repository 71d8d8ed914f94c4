// The replies that notify people, where there is nobody to notify: whoever is on call may be nobody.
import { expect, test } from "vitest";
import type { Ping } from "../../src/approvals/attention.ts";
import { pingReply } from "../../src/slack/blocks/ping.ts";
import { ASKED_AT, someApproval } from "./fixtures.ts";

test.each<readonly [why: Ping["why"], text: string]>([
  [{ kind: "escalated" }, "📣 Nobody has decided *T* in 0 s, and nobody is on call to decide it, too."],
  [
    { kind: "escalated", channel: "C0OPS" },
    "📣 Nobody has decided *T* in 0 s, so its card stands in <#C0OPS> now, too.",
  ],
  [{ kind: "nudged", by: "U0RITA" }, "👋 <@U0RITA> asks for a decision on *T*. It has been waiting for 0 s."],
])("a reply of %j to nobody calls nobody", (why, text) => {
  const ping: Ping = { number: 1, revision: 1, at: ASKED_AT, to: { users: [], groups: [] }, why };
  expect(pingReply(someApproval({ title: "T" }), ping).text).toBe(text);
});
