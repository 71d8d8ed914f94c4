// `npm start` that cannot start says why in a sentence.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

async function startWith(env: Readonly<Record<string, string>>): Promise<{ code: unknown; said: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-start-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const child = spawn(process.execPath, ["src/local/main.ts"], {
    env: { ...process.env, COUNTERSIGN_DATA: dataDir, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const [code] = (await once(child, "close")) as [unknown];
  return { code, said };
}

test("a port that is taken is named, with the way to take another one", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { code, said } = await startWith({ PORT: String(port) });
  expect(code).toBe(1);
  expect(said.trim()).toBe(
    `Countersign cannot start: the port ${port} is taken. PORT=8080 npm start takes another one.`,
  );
});

test.each([
  ["a port that is none", { PORT: "http" }, 'PORT must be a port number, not "http".'],
  [
    "a model's address that is none",
    { PORT: "0", OPENAI_BASE_URL: "nowhere" },
    "OPENAI_BASE_URL is not a URL",
  ],
  [
    "a history that is kept for less than its run",
    { PORT: "0", RETENTION_DAYS: "30", AUDIT_RETENTION_DAYS: "7" },
    "AUDIT_RETENTION_DAYS is less than RETENTION_DAYS (90, where that is not set)",
  ],
])("%s is said, without a stack", async (_, env, sentence) => {
  const { code, said } = await startWith(env);
  expect(code).toBe(1);
  expect(said).toContain(sentence);
  expect(said).not.toContain("    at ");
});
