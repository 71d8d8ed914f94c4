// What went over the wire: everything that did, readable, and without a secret.
import { describe, expect, it } from "vitest";
import { createAdministrator } from "../../../src/local/slack/administrator.ts";
import type { Exchange } from "../../../src/local/slack/protocol.ts";
import { BOT_TOKEN, deploys, expectedSignature, formOf, json, startWorld, textWith } from "./support.ts";

async function world() {
  const started = await startWorld();
  const { traffic, faults } = createAdministrator(started.url);
  return { ...started, traffic, faults };
}

const body = ({ request }: Exchange): unknown => JSON.parse(request.body);

describe("the traffic", () => {
  it("holds a delivery with its answer, and a call with its answer", async () => {
    const { web, rita, app, traffic } = await world();
    app.answer = () => json({ text: "hello" });
    await rita.say(deploys, "/countersign help");
    await web.chat.postMessage({ channel: deploys, text: "hi", blocks: [{ type: "divider" }] });
    const [delivery, call] = await traffic();
    expect(delivery).toMatchObject({
      direction: "to the app",
      name: "slash_command",
      answer: { status: 200, body: textWith('"text": "hello"') },
    });
    expect(call).toMatchObject({
      direction: "to Slack",
      name: "chat.postMessage",
      answer: { status: 200, body: textWith('"ok": true') },
    });
    if (call === undefined) throw new Error("The call is missing.");
    // A form, with the JSON inside its fields opened.
    expect(body(call)).toMatchObject({ text: "hi", blocks: [{ type: "divider" }] });
  });

  it("shows no token, no signature, no trigger and no response URL, wherever they stand", async () => {
    const { web, url, rita, app, traffic } = await world();
    await rita.say(deploys, "/countersign help");
    await web.chat.postMessage({ channel: deploys, text: "hi" });
    await fetch(`${url}/api/auth.test`, { method: "POST", body: new URLSearchParams({ token: BOT_TOKEN }) });
    const [command] = app.received;
    const { trigger_id = "", response_url = "" } = formOf(command);
    await fetch(response_url, { method: "POST", body: JSON.stringify({ text: "done" }) });
    const written = JSON.stringify(await traffic());
    expect(trigger_id).not.toBe("");
    if (command === undefined) throw new Error("Nothing was received.");
    for (const secret of [BOT_TOKEN, trigger_id, response_url, expectedSignature(command)])
      expect(written).not.toContain(secret);
    expect(written).not.toContain(response_url.split("/").at(-1));
    expect(written).toContain("•••");
  });

  it("names a refused call, and says what was done on purpose", async () => {
    const { web, traffic, faults } = await world();
    await expect(web.chat.postMessage({ channel: "C0NONE", text: "x" })).rejects.toThrow();
    await faults({ kind: "lose-reply", times: 1 });
    await expect(web.chat.postMessage({ channel: deploys, text: "x" })).rejects.toThrow();
    expect(await traffic()).toMatchObject([
      { answer: { body: textWith("channel_not_found") } },
      { fault: "lose-reply", answer: { status: 0, body: textWith("lost on purpose") } },
    ]);
  });

  it("gives only what changed since, the answer to a request under way included", async () => {
    const { url, web, rita, app } = await world();
    let release = (): void => undefined;
    app.answer = () => new Promise((resolve) => (release = () => resolve(new Response(""))));
    const saying = rita.say(deploys, "/countersign help");
    const after = async (revision: number) =>
      ((await (await fetch(`${url}/local/traffic?after=${revision}`)).json()) as { entries: Exchange[] })
        .entries;
    await expect.poll(() => after(0)).toHaveLength(1);
    const [begun] = await after(0);
    expect(begun?.answer).toBeUndefined();
    await web.auth.test();
    release();
    await saying;
    const changed = await after(begun?.revision ?? 0);
    expect(changed.map(({ number, name }) => [number, name])).toEqual([
      [1, "slash_command"],
      [2, "auth.test"],
    ]);
    expect(changed[0]?.answer).toMatchObject({ status: 200 });
    expect(await after(Math.max(...changed.map(({ revision }) => revision)))).toEqual([]);
  });

  it("says when the numbering begins anew: after a reset and after a start", async () => {
    const { url, web } = await world();
    const read = async () => (await (await fetch(`${url}/local/traffic`)).json()) as { epoch: string };
    await web.auth.test();
    const before = await read();
    await web.auth.test();
    expect((await read()).epoch).toBe(before.epoch);
    await createAdministrator(url).reset();
    expect(await read()).toMatchObject({ entries: [] });
    expect((await read()).epoch).not.toBe(before.epoch);
    const other = await world();
    expect((await (await fetch(`${other.url}/local/traffic`)).json()) as { epoch: string }).not.toMatchObject(
      {
        epoch: before.epoch,
      },
    );
  });

  it("keeps the last five hundred, and each body to a length that can be shown", async () => {
    const { web, traffic } = await world();
    await web.chat.postMessage({ channel: deploys, text: "a".repeat(39_000) });
    expect((await traffic())[0]?.request.body.length).toBeLessThanOrEqual(30_000);
    for (let turn = 0; turn < 505; turn += 1) await web.auth.test();
    const kept = await traffic();
    expect(kept).toHaveLength(500);
    expect(kept.at(-1)?.number).toBe(506);
  });
});
