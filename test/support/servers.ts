// Starts the real servers the tests talk to, once for the whole run: DynamoDB-compatible ones as processes of their own, and a queue.
import { existsSync } from "node:fs";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFauxqs } from "fauxqs";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The one that takes the least time for a request: what is not about DynamoDB itself asks this one. */
    readonly dynamoUrl: string;
    readonly dynaliteUrl: string;
    /** A second implementation, where its binary is available. */
    readonly dynoxideUrl: string | undefined;
    readonly sqsUrl: string;
    /** Where handlers are bundled into. */
    readonly bundleFolder: string;
  }
}

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const [dynalite, dynoxide] = await Promise.all([startDynalite(), startDynoxide()]);
  const bundleFolder = await mkdtemp(join(tmpdir(), "countersign-bundles-"));
  const fauxqs = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  project.provide("dynamoUrl", dynoxide?.url ?? dynalite.url);
  project.provide("dynaliteUrl", dynalite.url);
  project.provide("dynoxideUrl", dynoxide?.url);
  project.provide("sqsUrl", `http://127.0.0.1:${fauxqs.port}`);
  project.provide("bundleFolder", bundleFolder);
  return async () => {
    await rm(bundleFolder, { recursive: true });
    await fauxqs.stop();
    dynalite.process.kill();
    dynoxide?.process.kill();
  };
}

export interface DynamoProcess {
  readonly url: string;
  readonly process: ChildProcess;
}

export function startDynalite(): Promise<DynamoProcess> {
  const options = ["--host", "127.0.0.1", "--createTableMs", "0", "--deleteTableMs", "0"];
  return started(process.execPath, ["node_modules/dynalite/cli.js", ...options]);
}

/** Undefined on machines that its binary is not for. */
export async function startDynoxide(): Promise<DynamoProcess | undefined> {
  return existsSync(DYNOXIDE) ? started(DYNOXIDE, ["serve", "--host", "127.0.0.1"]) : undefined;
}

const DYNOXIDE = "node_modules/@dynoxide/linux-x64/dynoxide";

async function started(command: string, args: readonly string[]): Promise<DynamoProcess> {
  const port = await freePort();
  const child = spawn(command, [...args, "--port", String(port)], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url);
  return { url, process: child };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The operating system gave no port.");
  return address.port;
}

async function untilAnswers(url: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`The DynamoDB-compatible server at ${url} did not start.`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
