// Files through Slack's own client: announced, uploaded, shared, and given to those who are in the conversation.
import { expect, it } from "vitest";
import { SEED } from "../../../src/local/slack/seed.ts";
import { createStore } from "../../../src/local/slack/store.ts";
import { deploys, random, refusalOf, startWorld } from "./support.ts";

const { rita, ana } = SEED.users;

it("a file that is sent to somebody stands in their direct message, and holds what was sent", async () => {
  const { web, rita: person, ana: other } = await startWorld();
  const { channel } = await web.conversations.open({ users: rita });
  const content = "first\nsecond \u00e9\n";
  await web.files.uploadV2({
    ...{ channel_id: channel?.id ?? "", filename: "history.jsonl", title: "History", content },
    initial_comment: "Here it is.",
  });
  const message = await person.waitFor(({ messages }) => messages.find(({ files }) => files !== undefined));
  expect(message).toMatchObject({ channel: channel?.id, user: SEED.users.bot, text: "Here it is." });
  const [file] = message.files ?? [];
  expect(file).toMatchObject({ name: "history.jsonl", title: "History", bytes: Buffer.byteLength(content) });
  if (file === undefined) throw new Error("There is no file.");
  expect(await person.download(file)).toBe(content);
  await expect(other.download(file)).rejects.toThrow("There is no such file in your conversations.");
  expect((await other.snapshot()).messages).toEqual([]);
});

it("is there after a restart, and gone with a reset", async () => {
  const store = createStore(":memory:");
  const before = await startWorld({ store });
  const { channel } = await before.web.conversations.open({ users: ana });
  await before.web.files.uploadV2({ channel_id: channel?.id ?? "", filename: "a.txt", content: "kept" });
  const after = await startWorld({ store });
  const { messages } = await after.ana.snapshot();
  const [file] = messages[0]?.files ?? [];
  if (file === undefined) throw new Error("There is no file.");
  expect(await after.ana.download(file)).toBe("kept");
  await fetch(`${after.url}/local/reset`, { method: "POST", body: "{}" });
  await expect(after.ana.download(file)).rejects.toThrow("There is no such file");
});

it("refuses what Slack refuses: nothing to upload, an unknown file, one without its bytes, one that was completed, a conversation that is not the app's", async () => {
  const { web } = await startWorld();
  const announce = async (length: number): Promise<{ url: string; id: string }> => {
    const { upload_url: url = "", file_id: id = "" } = await web.files.getUploadURLExternal({
      ...{ filename: "a.txt", length },
    });
    return { url, id };
  };
  const complete = (id: string, channel_id: string = deploys) =>
    web.files.completeUploadExternal({ files: [{ id }], channel_id });
  expect((await refusalOf(announce(0))).error).toBe("missing_argument");
  expect((await refusalOf(complete("F000000"))).error).toBe("file_not_found");
  const { url, id } = await announce(5);
  expect((await refusalOf(complete(id))).error).toBe("file_not_found");
  expect((await fetch(url, { method: "POST", body: "four" })).status).toBe(400);
  expect((await fetch(url, { method: "POST", body: "fives" })).status).toBe(200);
  expect((await refusalOf(complete(id, random))).error).toBe("not_in_channel");
  expect((await refusalOf(complete(id, "C0NOWHERE"))).error).toBe("channel_not_found");
  expect(await complete(id)).toMatchObject({ ok: true, files: [{ id }] });
  expect((await refusalOf(complete(id))).error).toBe("file_not_found");
  expect((await fetch(url, { method: "POST", body: "fives" })).status).toBe(400);
});
