// Starts the product as a newcomer would, in a process of its own with its own data; stops it as Ctrl-C does, or kills it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Product {
  /** Address of the local Slack. */
  readonly url: string;
  /** Where it keeps its data. */
  readonly dataDir: string;
  /** As Ctrl-C in a terminal does; its data stays. */
  interrupt(): Promise<void>;
  /** At once and without a word to it, as `kill -9` or a power cut. */
  kill(): Promise<void>;
  /** The same product again, at the same address and on the same data. */
  startAgain(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Runs `npm start` in a folder. */
export async function startProduct(folder: string): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-data-"));
  let running = await start(folder, { PORT: "0", COUNTERSIGN_DATA: dataDir });
  const { url } = running;
  return {
    url,
    dataDir,
    interrupt: () => running.end("SIGINT"),
    kill: () => running.end("SIGKILL"),
    async startAgain() {
      running = await start(folder, { PORT: new URL(url).port, COUNTERSIGN_DATA: dataDir });
    },
    async stop() {
      await running.end("SIGINT");
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Running {
  readonly url: string;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function start(folder: string, env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn("npm", ["start"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own, so that the signal reaches what npm started, as Ctrl-C in a terminal does.
    detached: true,
  });
  const exited = once(child, "exit");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const isAlive = child.exitCode === null && child.signalCode === null;
    if (isAlive && child.pid !== undefined) process.kill(-child.pid, signal);
    await exited;
  };
  try {
    return { url: await addressOf(child), end };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let printed = "";
  for await (const chunk of stdout ?? []) {
    printed += String(chunk);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`npm start ended before it was ready: ${printed}`);
}
