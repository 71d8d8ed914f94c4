// What goes wrong on purpose: each fault does what it says, as often as it says, to what it was meant for.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createAdministrator } from "../../../src/local/slack/administrator.ts";
import type { Sleep } from "../../../src/local/slack/dispatch.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import {
  buttons,
  deploys,
  expectedSignature,
  formOf,
  modal,
  payloadOf,
  refusalOf,
  startWorld,
  webClient,
  type World,
} from "./support.ts";

interface Sleeping {
  readonly sleep: Sleep;
  /** How long was to be slept; nobody wakes up by himself. */
  readonly slept: number[];
  wake(): void;
}

function sleeping(): Sleeping {
  const slept: number[] = [];
  let sleepers: (() => void)[] = [];
  return {
    slept,
    sleep: (ms) =>
      new Promise((resolve) => {
        slept.push(ms);
        sleepers.push(resolve);
      }),
    wake: () => {
      for (const resolve of sleepers) resolve();
      sleepers = [];
    },
  };
}

async function world(options: { sleep?: Sleep } = {}) {
  const started = await startWorld(options);
  return { ...started, administrator: createAdministrator(started.url) };
}

async function textsIn({ everything }: World): Promise<readonly string[]> {
  return (await everything()).messages.map(({ text }) => text);
}

describe("faults of Web API calls", () => {
  it("a lost reply: the message is there, and the app's connection breaks", async () => {
    const started = await world();
    await started.administrator.faults({ kind: "lose-reply", method: "chat.postMessage", times: 1 });
    await expect(started.web.chat.postMessage({ channel: deploys, text: "one" })).rejects.toThrow();
    expect(await textsIn(started)).toEqual(["one"]);
    expect(await started.administrator.pending()).toEqual([]);
    await started.web.chat.postMessage({ channel: deploys, text: "two" });
    expect(await textsIn(started)).toEqual(["one", "two"]);
  });

  it("a lost reply to a response URL too", async () => {
    const { rita, app, administrator, everything } = await world();
    await rita.say(deploys, "/countersign help");
    await administrator.faults({ kind: "lose-reply", method: "response_url", times: 1 });
    const { response_url = "" } = formOf(app.received.at(-1));
    await expect(fetch(response_url, { method: "POST", body: "text=hi" })).rejects.toThrow();
    expect((await everything()).messages).toMatchObject([{ text: "hi" }]);
  });

  it("429 with Retry-After: nothing happens, and the client that waits gets through", async () => {
    const started = await world();
    const { url, administrator } = started;
    await administrator.faults({ kind: "rate-limit", retryAfterSeconds: 7, times: 2 });
    const call = () =>
      fetch(`${url}/api/chat.postMessage`, {
        method: "POST",
        headers: { Authorization: "Bearer xoxb-local" },
        body: new URLSearchParams({ channel: deploys, text: "x" }),
      });
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await call();
      expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([
        429,
        "7",
        { ok: false, error: "ratelimited" },
      ]);
    }
    expect(await textsIn(started)).toEqual([]);
    expect((await call()).status).toBe(200);
    expect(await textsIn(started)).toEqual(["x"]);
  });

  it("a late reply: the call is carried out at once", async () => {
    const { sleep, slept, wake } = sleeping();
    const started = await world({ sleep });
    await started.administrator.faults({
      kind: "delay-reply",
      method: "chat.postMessage",
      ms: 4_000,
      times: 1,
    });
    let isAnswered = false;
    const call = started.web.chat.postMessage({ channel: deploys, text: "slow" }).then(() => {
      isAnswered = true;
    });
    await expect.poll(() => slept).toEqual([4_000]);
    expect(await textsIn(started)).toEqual(["slow"]);
    expect(isAnswered).toBe(false);
    wake();
    await call;
  });

  it("a refusal: nothing happens, and the app gets Slack's own name for why", async () => {
    const started = await world();
    const { web, administrator } = started;
    await administrator.faults({
      kind: "refuse",
      method: "chat.update",
      error: "edit_window_closed",
      times: 1,
    });
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "a" });
    const change = () => web.chat.update({ channel: deploys, ts, text: "b" });
    await expect(change()).rejects.toMatchObject({ data: { ok: false, error: "edit_window_closed" } });
    expect(await textsIn(started)).toEqual(["a"]);
    await change();
    expect(await textsIn(started)).toEqual(["b"]);
  });

  it("a fault for one method leaves the others alone, and waits for its own", async () => {
    const { web, administrator } = await world();
    const fault = { kind: "rate-limit", method: "chat.update", retryAfterSeconds: 1, times: 1 } as const;
    await administrator.faults(fault);
    const { ts = "" } = await web.chat.postMessage({ channel: deploys, text: "a" });
    expect(await administrator.pending()).toEqual([fault]);
    await expect(web.chat.update({ channel: deploys, ts, text: "b" })).rejects.toThrow();
    await web.chat.update({ channel: deploys, ts, text: "b" });
  });
});

describe("faults of deliveries", () => {
  it("twice: the same body with the same signature, and the person sees one answer", async () => {
    const { rita, app, administrator } = await world();
    await administrator.faults({ kind: "deliver-twice", type: "slash_command", times: 1 });
    expect(await rita.say(deploys, "/countersign help")).toMatchObject({ answer: { kind: "ok" } });
    expect(app.received).toHaveLength(2);
    const [first, second] = app.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers.get("x-slack-signature")).toBe(first?.headers.get("x-slack-signature"));
    await rita.say(deploys, "/countersign help");
    expect(app.received).toHaveLength(3);
  });

  it("late: it leaves Slack later, signed then, and is not late for the app", async () => {
    const { sleep, slept, wake } = sleeping();
    const { rita, app, clock, administrator } = await world({ sleep });
    await administrator.faults({ kind: "delay-delivery", ms: 60_000, times: 1 });
    const saying = rita.say(deploys, "/countersign help");
    await expect.poll(() => slept).toEqual([60_000]);
    expect(app.received).toEqual([]);
    clock.ms += 60_000;
    wake();
    expect(await saying).toMatchObject({ answer: { kind: "ok", ms: 0 } });
    expect(app.received[0]?.headers.get("x-slack-request-timestamp")).toBe(String(clock.ms / 1_000));
  });

  it("out of order: the first arrives after the second", async () => {
    const { sleep, slept } = sleeping();
    const { rita, bo, app, administrator } = await world({ sleep });
    await administrator.faults({ kind: "deliver-after-next", times: 1 });
    const first = rita.say(deploys, "/countersign first");
    await expect.poll(() => slept).toEqual([10_000]);
    await bo.say(deploys, "/countersign second");
    expect(await first).toMatchObject({ answer: { kind: "ok" } });
    expect(app.received.map((one) => formOf(one).text)).toEqual(["second", "first"]);
  });

  it("out of order: what was under way already is not the next one", async () => {
    const { sleep, slept } = sleeping();
    const { rita, bo, ana, app, administrator } = await world({ sleep });
    let release = (): void => undefined;
    app.answer = (received) =>
      formOf(received).text === "slow"
        ? new Promise((resolve) => (release = () => resolve(new Response(""))))
        : new Response("");
    const slow = rita.say(deploys, "/countersign slow");
    await expect.poll(() => app.received.length).toBe(1);
    await administrator.faults({ kind: "deliver-after-next", times: 1 });
    const held = bo.say(deploys, "/countersign held");
    await expect.poll(() => slept).toEqual([10_000]);
    release();
    await slow;
    expect(app.received).toHaveLength(1);
    await ana.say(deploys, "/countersign next");
    await held;
    expect(app.received.map((one) => formOf(one).text)).toEqual(["slow", "next", "held"]);
  });

  it("out of order, with nothing that follows: it is sent after all", async () => {
    const { sleep, slept, wake } = sleeping();
    const { rita, app, administrator } = await world({ sleep });
    await administrator.faults({ kind: "deliver-after-next", times: 1 });
    const saying = rita.say(deploys, "/countersign alone");
    await expect.poll(() => slept).toEqual([10_000]);
    wake();
    await saying;
    expect(app.received).toHaveLength(1);
  });

  it.each(["a command's", "a click's"])("a trigger that has run out: %s", async (whose) => {
    const { web, rita, app, administrator } = await world();
    const card = await web.chat.postMessage({ channel: deploys, text: "?", blocks: [buttons("Edit")] });
    await administrator.faults({ kind: "expire-trigger", times: 1 });
    const shown = (await rita.snapshot()).messages.find(({ ts }) => ts === card.ts);
    if (shown === undefined) throw new Error("The card is missing.");
    await (whose === "a click's" ? rita.click(shown, "Edit") : rita.say(deploys, "/countersign help"));
    const received = app.received.at(-1);
    const given = whose === "a click's" ? payloadOf(received) : formOf(received);
    const trigger = z.string().parse(given.trigger_id);
    expect(await refusalOf(web.views.open({ trigger_id: trigger, view: modal() }))).toMatchObject({
      error: "expired_trigger_id",
    });
  });

  it("a trigger that has run out waits for a delivery that has one", async () => {
    const { rita, app, administrator } = await world();
    await administrator.faults({ kind: "expire-trigger", times: 1 });
    await rita.home();
    expect(app.received).toHaveLength(1);
    expect(await administrator.pending()).toHaveLength(1);
    await rita.say(deploys, "/countersign help");
    expect(await administrator.pending()).toEqual([]);
  });

  it("the wrong team: signed well, and from another workspace throughout", async () => {
    const { rita, app, administrator } = await world();
    await administrator.faults({ kind: "wrong-team", times: 2 });
    await rita.say(deploys, "/countersign help");
    const [command] = app.received;
    if (command === undefined) throw new Error("Nothing was received.");
    expect(formOf(command).team_id).toBe("T0ANOTHER");
    expect(command.body).not.toContain(SEED.teamId);
    expect(command.headers.get("x-slack-signature")).toBe(expectedSignature(command));
    await rita.home();
    expect(JSON.parse(app.received.at(-1)?.body ?? "")).toMatchObject({ team_id: "T0ANOTHER" });
  });
});

describe("the list of faults", () => {
  it("is replaced as a whole, an empty one puts everything right, and a reset does too", async () => {
    const { url, rita, app, administrator } = await world();
    await administrator.faults({ kind: "wrong-team", times: 9 });
    await administrator.faults({ kind: "deliver-twice", times: 9 });
    expect(await administrator.pending()).toEqual([{ kind: "deliver-twice", times: 9 }]);
    await administrator.faults();
    await rita.say(deploys, "/countersign help");
    expect(app.received).toHaveLength(1);
    await administrator.faults({ kind: "wrong-team", times: 9 });
    await administrator.reset();
    expect(await administrator.pending()).toEqual([]);
    expect((await webClient(url).auth.test()).ok).toBe(true);
  });

  it.each([
    ["a kind nobody knows", { kind: "explode", times: 1 }],
    ["no times", { kind: "lose-reply" }],
    ["never", { kind: "lose-reply", times: 0 }],
    ["a field that means nothing", { kind: "wrong-team", times: 1, method: "chat.update" }],
    ["an error that is none of Slack's", { kind: "refuse", times: 1, error: "No way!" }],
    ["a delay of an hour", { kind: "delay-reply", times: 1, ms: 3_600_000 }],
  ])("refuses %s with a sentence", async (_, fault) => {
    const { url, administrator } = await world();
    const answer = await fetch(`${url}/local/faults`, {
      method: "POST",
      body: JSON.stringify({ faults: [fault] }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ ok: false });
    expect(await administrator.pending()).toEqual([]);
  });
});
