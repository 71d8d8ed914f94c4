// Starts the real servers the tests talk to, once for the whole run: a DynamoDB-compatible one as a process of its own, and a queue.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { startFauxqs } from "fauxqs";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    readonly dynamoUrl: string;
    readonly sqsUrl: string;
  }
}

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const port = await freePort();
  const dynalite = spawn(
    process.execPath,
    [
      "node_modules/dynalite/cli.js",
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--createTableMs",
      "0",
      "--deleteTableMs",
      "0",
    ],
    { stdio: "ignore" },
  );
  const dynamoUrl = `http://127.0.0.1:${port}`;
  await untilAnswers(dynamoUrl);
  const fauxqs = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  project.provide("dynamoUrl", dynamoUrl);
  project.provide("sqsUrl", `http://127.0.0.1:${fauxqs.port}`);
  return async () => {
    await fauxqs.stop();
    dynalite.kill();
  };
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
