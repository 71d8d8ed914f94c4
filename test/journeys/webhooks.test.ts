// Webhooks through HTTP: alerts and signed messages start runs, once each; an alert that stops firing marks its run and approves nothing.
import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { LOCAL_WEBHOOK_SECRET } from "../../src/local/config.ts";
import { DEPLOYS, messageLike, startSystem, type System } from "../support/system.ts";
import { textIn } from "../support/one-question.ts";
import { type Answered, problemIn, programOf, runIn, sent } from "../support/api.ts";

const BEARER = { authorization: `Bearer ${LOCAL_WEBHOOK_SECRET}` };
const JSON_TYPE = { "content-type": "application/json" };

interface Alert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly fingerprint?: string;
}

const FIRING: Alert = {
  status: "firing",
  labels: {
    alertname: "ReplicasTooMany",
    service: "orders-db",
    env: "prod",
    severity: "warning",
    team: "shop",
  },
  annotations: { summary: "Six replicas, and hardly any load." },
  startsAt: "2026-03-01T03:12:00.000Z",
  fingerprint: "c0ffee",
};
const RESOLVED: Alert = { ...FIRING, status: "resolved" };

function notified(
  { apiUrl }: System,
  alerts: readonly unknown[],
  {
    headers = BEARER,
    workflow = "remediate",
    groupKey = "{}:{}",
  }: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly workflow?: string;
    readonly groupKey?: string;
  } = {},
): Promise<Answered> {
  return sent(`${apiUrl}/v1/webhooks/alertmanager/${workflow}`, {
    method: "POST",
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({ version: "4", groupKey, status: "firing", receiver: "countersign", alerts }),
  });
}

const takenIn = ({
  body,
}: Answered): readonly { readonly came: string; readonly run?: string; readonly detail?: string }[] =>
  (body as { alerts: readonly { came: string; run?: string; detail?: string }[] }).alerts;

async function runsIn({ rita }: System): Promise<number> {
  const { messages } = await rita.snapshot();
  return messages.filter(({ channel, text }) => channel === DEPLOYS && /requested by/.test(text)).length;
}

describe("Alertmanager", () => {
  test("an alert starts one run, however often it is sent, and the run is nobody's in person", async () => {
    const system = await startSystem();
    const { ana } = system;
    const [first, second] = await Promise.all([notified(system, [FIRING]), notified(system, [FIRING])]);
    const again = await notified(system, [{ ...FIRING, startsAt: "2026-03-01T04:12:00+01:00" }]);
    expect([first, second, again].map(({ status }) => status)).toEqual([200, 200, 200]);
    const runs = [first, second, again].map((answer) => takenIn(answer)[0]?.run);
    expect(new Set(runs).size).toBe(1);
    const card = await messageLike(ana, /^Approval needed/);
    expect(textIn(card)).toMatch(/Requested by\W+Alertmanager/);
    expect(await runsIn(system)).toBe(1);
    const audit = await programOf(system, { owner: ana.id });
    expect(JSON.stringify((await audit.get(`/v1/runs/${String(runs[0])}/audit`)).body)).toContain(
      '"by":"webhook:alertmanager"',
    );
    const { requester, input } = runIn(await audit.get(`/v1/runs/${String(runs[0])}`));
    expect({ requester, input }).toEqual({
      requester: "webhook:alertmanager",
      input: {
        ...{ alertname: "ReplicasTooMany", service: "orders-db", env: "prod", severity: "warning" },
        summary: "Six replicas, and hardly any load.",
      },
    });
  });

  test("another group, another fingerprint and another beginning are other alerts; without a fingerprint its labels are it", async () => {
    const system = await startSystem();
    const { fingerprint: _, ...bare } = FIRING;
    const answers = [
      await notified(system, [FIRING]),
      await notified(system, [FIRING], { groupKey: "{}:{other}" }),
      await notified(system, [{ ...FIRING, fingerprint: "beef" }]),
      await notified(system, [{ ...FIRING, startsAt: "2026-03-01T03:13:00.000Z" }]),
      await notified(system, [bare]),
    ];
    expect(new Set(answers.map((answer) => takenIn(answer)[0]?.run)).size).toBe(5);
    const again = await notified(system, [
      { ...bare, labels: Object.fromEntries(Object.entries(bare.labels).toReversed()) },
    ]);
    expect(takenIn(again)[0]?.run).toBe(takenIn(answers[4] ?? again)[0]?.run);
  });

  test("an alert that stops firing marks its cards, approves nothing, and a click still decides", async () => {
    const system = await startSystem();
    const { ana } = system;
    const run = takenIn(await notified(system, [FIRING]))[0]?.run ?? "";
    await messageLike(ana, /^Approval needed/);
    await system.untilIdle();
    const resolved = await notified(system, [RESOLVED]);
    expect(takenIn(resolved)).toEqual([{ fingerprint: "c0ffee", came: "resolved", run }]);
    const marked = await ana.waitFor(({ messages }) =>
      messages.find(
        (one) => /^Approval needed/.test(one.text) && textIn(one).includes("The alert stopped firing"),
      ),
    );
    expect(textIn(marked)).toContain("This still waits for a decision.");
    const ofRun = await ana.waitFor(({ messages }) =>
      messages.find(
        (one) =>
          /requested by Alertmanager/.test(one.text) && textIn(one).includes("The alert stopped firing"),
      ),
    );
    expect(textIn(ofRun)).toContain("Nothing is approved by that");
    const program = await programOf(system, { owner: ana.id });
    const seen = runIn(await program.get(`/v1/runs/${run}`));
    expect(seen).toMatchObject({ status: "waiting", requests: [{ state: "pending" }] });
    expect(seen.alertResolvedAt).toBeDefined();
    // Sent again, and fired again, it stays as it is.
    await notified(system, [RESOLVED]);
    await notified(system, [FIRING]);
    expect(runIn(await program.get(`/v1/runs/${run}`)).alertResolvedAt).toBe(seen.alertResolvedAt);
    await ana.click(marked, "Approve");
    expect(textIn(await messageLike(ana, /^Approved: Scale/))).not.toContain("still waits");
    const { body } = await program.get(`/v1/runs/${run}/audit`);
    expect(JSON.stringify(body).match(/"kind":"alert-resolved"/g)).toHaveLength(1);
  });

  test("what never fired, or is over, is not marked", async () => {
    const system = await startSystem();
    expect(takenIn(await notified(system, [RESOLVED]))).toEqual([{ fingerprint: "c0ffee", came: "ignored" }]);
    expect(await runsIn(system)).toBe(0);
    const run = takenIn(await notified(system, [FIRING]))[0]?.run ?? "";
    const program = await programOf(system, { owner: system.ana.id });
    await program.post(`/v1/runs/${run}/cancel`);
    await notified(system, [RESOLVED]);
    expect(runIn(await program.get(`/v1/runs/${run}`)).alertResolvedAt).toBeUndefined();
  });

  test("an alert that begins and ends in one notification, in either order, is started and marked", async () => {
    const system = await startSystem();
    const program = await programOf(system, { owner: system.ana.id });
    for (const [at, alerts] of [
      [FIRING, RESOLVED],
      [RESOLVED, FIRING],
    ].entries()) {
      const taken = takenIn(await notified(system, alerts, { groupKey: `{}:{${at}}` }));
      expect(taken.map(({ came }) => came)).toEqual(
        at === 0 ? ["started", "resolved"] : ["resolved", "started"],
      );
      expect(runIn(await program.get(`/v1/runs/${taken[0]?.run ?? ""}`)).alertResolvedAt).toBeDefined();
    }
  });

  test("what is no alert, and what is beyond a hundred, takes no other with it", async () => {
    const system = await startSystem();
    const unfit = { ...FIRING, labels: { alertname: "Odd" } };
    const many = Array.from({ length: 101 }, (_, at) => ({ ...unfit, fingerprint: `f${at}` }));
    const taken = takenIn(await notified(system, [FIRING, { status: "odd" }, ...many]));
    expect(taken.slice(0, 2).map(({ came }) => came)).toEqual(["started", "refused"]);
    expect(taken[1]?.detail).toMatch(/no alert as Alertmanager sends it/);
    expect(taken.at(-1)?.detail).toMatch(/max_alerts: 100/);
  });

  test("of several alerts those that do not fit are refused with their fields, and the others start", async () => {
    const system = await startSystem();
    const unfit = { ...FIRING, labels: { alertname: "Odd" }, fingerprint: "bad" };
    const some = await notified(system, [unfit, FIRING]);
    expect(some.status).toBe(200);
    expect(takenIn(some).map(({ came }) => came)).toEqual(["refused", "started"]);
    expect(takenIn(some)[0]?.detail).toMatch(/service/);
    const none = await notified(system, [unfit]);
    expect(none.status).toBe(422);
    expect(problemIn(none).detail).toMatch(/service/);
  });

  test("bearer and basic auth count, by any secret; everything else is refused and changes nothing", async () => {
    const system = await startSystem();
    const basic = (text: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(text).toString("base64")}`,
    });
    const program = await programOf(system);
    for (const headers of [
      {},
      { authorization: `Bearer ${LOCAL_WEBHOOK_SECRET}x` },
      { authorization: `Bearer ${program.token}` },
      { authorization: LOCAL_WEBHOOK_SECRET },
      basic(`${LOCAL_WEBHOOK_SECRET}:`),
      basic("alertmanager"),
    ]) {
      const refused = await notified(system, [FIRING], { headers });
      expect([refused.status, problemIn(refused).title]).toEqual([401, "No valid API key"]);
      expect(refused.headers.get("www-authenticate")).toBe("Bearer, Basic");
    }
    expect(await runsIn(system)).toBe(0);
    expect((await notified(system, [FIRING], { headers: basic(`am:${LOCAL_WEBHOOK_SECRET}`) })).status).toBe(
      200,
    );
    expect(system.logLines.join("")).not.toContain(LOCAL_WEBHOOK_SECRET);
  });

  test("a workflow that takes no alerts is unknown to them", async () => {
    const system = await startSystem();
    for (const workflow of ["deploy", "expense", "nothing"]) {
      const refused = await notified(system, [FIRING], { workflow });
      expect(refused.status).toBe(404);
    }
  });

  test("when the database is away nothing is lost: Alertmanager is told to come again, and does", async () => {
    const system = await startSystem();
    system.relays.dynamo.cut();
    const away = await notified(system, [FIRING]);
    expect([away.status, away.headers.get("retry-after")]).toEqual([503, "5"]);
    system.relays.dynamo.restore();
    expect(takenIn(await notified(system, [FIRING]))[0]?.came).toBe("started");
  });
});

describe("a signed message", () => {
  const EXPENSE = { payee: "Hotel Post", amount: 12.5, currency: "EUR", purpose: "Breakfast" };

  function signed(
    { apiUrl }: System,
    input: unknown,
    {
      id = "msg-1",
      secret = LOCAL_WEBHOOK_SECRET,
      at = new Date(),
      body = JSON.stringify(input),
      workflow = "expense",
    } = {},
  ): Promise<Answered> {
    const signature = new Webhook(secret, { format: "raw" }).sign(id, at, JSON.stringify(input));
    const proof = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": signature,
    };
    return sent(`${apiUrl}/v1/webhooks/signed/${workflow}`, {
      method: "POST",
      headers: { ...JSON_TYPE, ...proof },
      body,
    });
  }

  test("starts one run, however often it is delivered", async () => {
    const system = await startSystem();
    const [one, other] = await Promise.all([signed(system, EXPENSE), signed(system, EXPENSE)]);
    expect([one.status, one.body]).toEqual([200, other.body]);
    await messageLike(system.rita, /^✅ Paid €12\.50 to Hotel Post for “Breakfast”\.$/);
    expect(await system.acts("payment")).toHaveLength(1);
    expect((await signed(system, EXPENSE, { id: "msg-2" })).body).not.toEqual(one.body);
  });

  test("that is old, changed, signed with another secret or not at all starts nothing", async () => {
    const system = await startSystem();
    const old = new Date(Date.now() - 10 * 60_000);
    const changed = JSON.stringify({ ...EXPENSE, amount: 400 });
    const refused = [
      await signed(system, EXPENSE, { at: old }),
      await signed(system, EXPENSE, { body: changed }),
      await signed(system, EXPENSE, { secret: randomUUID() }),
      await sent(`${system.apiUrl}/v1/webhooks/signed/expense`, {
        method: "POST",
        headers: { ...JSON_TYPE, ...BEARER },
        body: JSON.stringify(EXPENSE),
      }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(await system.acts("payment")).toEqual([]);
  });

  test("that does not fit is refused with its fields, and a workflow that takes none is unknown", async () => {
    const system = await startSystem();
    const unfit = await signed(system, { ...EXPENSE, amount: -1 });
    expect([unfit.status, Object.keys(problemIn(unfit).errors ?? {})]).toEqual([422, ["amount"]]);
    expect((await signed(system, EXPENSE, { workflow: "deploy" })).status).toBe(404);
  });
});
