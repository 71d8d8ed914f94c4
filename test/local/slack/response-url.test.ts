// response_url: five uses in thirty minutes, for the person, the channel or the original message.
import { describe, expect, it } from "vitest";
import { buttons, deploys, formOf, payloadOf, startWorld, type World } from "./support.ts";

async function use(url: string, body: object): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

async function urlOfCommand(world: World): Promise<string> {
  await world.rita.say(deploys, "/countersign help");
  return formOf(world.app.received.at(-1)).response_url ?? "";
}

async function urlOfClick(world: World): Promise<string> {
  await world.web.chat.postMessage({ channel: deploys, text: "Approve?", blocks: [buttons("Approve")] });
  const [card] = await world.rita.messages(deploys);
  if (card) await world.rita.click(card, "Approve");
  return String(payloadOf(world.app.received.at(-1)).response_url);
}

describe("a response URL", () => {
  it("answers privately by default and to all on request", async () => {
    const world = await startWorld();
    const url = await urlOfCommand(world);
    expect(await use(url, { text: "only you" })).toEqual({ status: 200, text: "ok" });
    await use(url, { text: "all of you", response_type: "in_channel" });
    expect(await world.rita.ephemerals()).toMatchObject([{ text: "only you" }]);
    expect((await world.ana.snapshot()).messages).toMatchObject([{ text: "all of you" }]);
  });

  it("works five times", async () => {
    const world = await startWorld();
    const url = await urlOfCommand(world);
    for (const text of ["1", "2", "3", "4", "5"]) expect((await use(url, { text })).status).toBe(200);
    const sixth = await use(url, { text: "6" });
    expect([sixth.status, JSON.parse(sixth.text)]).toEqual([404, { ok: false, error: "used_url" }]);
    expect(await world.rita.ephemerals()).toHaveLength(5);
  });

  it("works for thirty minutes", async () => {
    const world = await startWorld();
    const url = await urlOfCommand(world);
    world.clock.ms += 30 * 60_000;
    expect((await use(url, { text: "in time" })).status).toBe(200);
    world.clock.ms += 1;
    const late = await use(url, { text: "late" });
    expect([late.status, JSON.parse(late.text)]).toEqual([404, { ok: false, error: "expired_url" }]);
    expect((await use(`${world.url}/respond/guessed`, { text: "a" })).status).toBe(404);
  });

  it("replaces or deletes the message that was clicked, or replies under it", async () => {
    const world = await startWorld();
    const url = await urlOfClick(world);
    await use(url, { text: "Recording…", replace_original: true });
    const [card] = await world.ana.messages(deploys);
    expect(card).toMatchObject({ text: "Recording…", blocks: [], edited: true });
    await use(url, {
      text: "done",
      response_type: "in_channel",
      thread_ts: card?.ts,
      replace_original: false,
    });
    expect(await world.ana.thread(deploys, card?.ts ?? "")).toMatchObject([
      {},
      { text: "done", threadTs: card?.ts },
    ]);
    await use(url, { delete_original: true });
    expect(await world.ana.messages(deploys)).toEqual([]);
  });

  it("refuses blocks as chat.postMessage does", async () => {
    const world = await startWorld();
    const refused = await use(await urlOfCommand(world), { blocks: [{ type: "nope" }] });
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text)).toMatchObject({ error: "invalid_blocks" });
  });
});
