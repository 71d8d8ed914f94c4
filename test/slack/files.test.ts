// A file for one person, where Slack's answers are not what they should be; that it arrives is tested with the audit that is sent.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createFileSender } from "../../src/slack/files.ts";
import { clientOf } from "./support.ts";

const FILE = { name: "a.jsonl", title: "A", content: "{}", comment: "All of it." };

/** A Slack that says yes to everything, and nothing else. */
async function nodding(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push((request.url ?? "").replace("/api/", ""));
    response.setHeader("content-type", "application/json").end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

test("without a direct message to send it in, no file is sent, and nobody says that it was", async () => {
  const { url, asked } = await nodding();
  const sent = await createFileSender(clientOf(url), SILENT).send("U0RITA", FILE);
  expect(sent).toEqual({ kind: "unsure" });
  expect(asked).toEqual(["conversations.open"]);
});
