// The processes of the campaign: killed ones come back with what they knew, and none outlives whoever started it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chanceOf } from "./chance.ts";
import { createFleet } from "./fleet.ts";
import { freePorts } from "./ports.ts";

interface Ops {
  readonly url: string;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
}

async function ops(): Promise<Ops> {
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const [port = 0] = await freePorts(1, chanceOf(dataDir));
  return {
    ...{ url: `http://127.0.0.1:${port}`, dataDir },
    env: { TEST_PORT: String(port), TEST_DATA: dataDir },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

test("a server that is killed comes back on its port, with its data", async () => {
  const { url, dataDir, env } = await ops();
  const fleet = createFleet(dataDir);
  onTestFinished(() => fleet.stop());
  await fleet.start("ops", { role: "ops", before: [], env });
  const headers = { "content-type": "application/json", "idempotency-key": "once" };
  const body = JSON.stringify({ service: "checkout", env: "staging", version: "v3" });
  await fetch(`${url}/deployments`, { method: "POST", headers, body });

  expect(fleet.kill("ops")).toBe(true);
  await expect.poll(() => answers(`${url}/health`), { timeout: 20_000 }).toBe(false);
  await expect.poll(() => answers(`${url}/health`), { timeout: 20_000 }).toBe(true);
  expect(await (await fetch(`${url}/deployments`)).json()).toMatchObject({
    deployments: [{ version: "v3" }],
  });
  expect(fleet.fallen).toEqual([]);
}, 60_000);

test("when whoever started them is killed, the processes end by themselves", async () => {
  const { url, dataDir, env } = await ops();
  const options = JSON.stringify({ role: "ops", before: [], env });
  const script = `const { createFleet } = await import(${JSON.stringify(new URL("fleet.ts", import.meta.url).href)});
    await createFleet(${JSON.stringify(dataDir)}).start("ops", ${options});`;
  const starter = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
  onTestFinished(() => {
    starter.kill("SIGKILL");
  });
  await expect.poll(() => answers(`${url}/health`), { timeout: 20_000 }).toBe(true);
  starter.kill("SIGKILL");
  await once(starter, "exit");
  await expect.poll(() => answers(`${url}/health`), { timeout: 20_000 }).toBe(false);
}, 60_000);
