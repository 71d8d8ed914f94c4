// What is logged and counted of a bad day: no secret of the deployment, of a program or of whoever typed one is in any of it, in clear or in base64.
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { LOCAL_SECRETS, LOCAL_WEBHOOK_SECRET } from "../../src/local/config.ts";
import { programOf, programWith, sent } from "../support/api.ts";
import { DEPLOYS, messageLike, MODEL_KEY, startSystem, type System } from "../support/system.ts";

const TYPED = "hunter2-typed-by-rita";
const WRONG_TOKEN = `csk_${"w".repeat(43)}`;
const WRONG_WEBHOOK = "a-webhook-secret-that-is-wrong";

/** Each door is tried with something that is nearly right. */
async function refusals(system: System): Promise<void> {
  expect((await programWith(system, WRONG_TOKEN).get("/v1/workflows")).status).toBe(401);
  const alert = await sent(`${system.apiUrl}/v1/webhooks/alertmanager/remediate`, {
    method: "POST",
    headers: { authorization: `Bearer ${WRONG_WEBHOOK}`, "content-type": "application/json" },
    body: "{}",
  });
  expect(alert.status).toBe(401);
  const body = `token=${LOCAL_SECRETS.botToken}&command=%2Fcountersign&text=${TYPED}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac("sha256", "another").update(`v0:${timestamp}:${body}`).digest("hex");
  const forged = await fetch(`${system.appUrl}/slack/events`, {
    method: "POST",
    headers: { "x-slack-signature": `v0=${signature}`, "x-slack-request-timestamp": timestamp },
    body,
  });
  expect(forged.status).toBe(401);
}

test("nothing secret is in a line or a number, whatever is typed, refused or fails", async () => {
  const system = await startSystem();
  const { ana, rita, relays, logLines, metricLines, untilIdle, sweepAfter } = system;
  const program = await programOf(system);
  await refusals(system);
  await program.post("/v1/runs", {
    workflow: "email",
    input: { to: "lee@example.com", about: `password=${TYPED}` },
  });
  await messageLike(rita, /^Approval needed/);
  relays.model.cut();
  await rita.say(DEPLOYS, `/countersign run email to=lee@example.com about="password=${TYPED}"`);
  await messageLike(rita, /^email r-.*Failed/, 15_000);
  relays.ops.cut();
  await ana.click(await messageLike(ana, /^Approval needed/), "Approve");
  await untilIdle();
  await sweepAfter(1);
  const written = [...logLines, ...metricLines].join("");
  expect(written).toContain("A request was refused.");
  expect(metricLines.length).toBeGreaterThan(5);
  const secrets = [
    ...Object.values(LOCAL_SECRETS),
    ...[LOCAL_WEBHOOK_SECRET, MODEL_KEY, program.token, TYPED, WRONG_TOKEN, WRONG_WEBHOOK],
  ];
  for (const secret of secrets) {
    expect(written).not.toContain(secret);
    // Without what its end would be joined with.
    expect(written).not.toContain(Buffer.from(secret).toString("base64").slice(0, -4));
  }
}, 40_000);
