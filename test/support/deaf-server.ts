// A server that cannot be connected to: its process is stopped and the queue of those who wait to be let in is full, so that Linux answers no further caller.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export const isDeafnessKnown = process.platform === "linux";

const LISTEN = `
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port));
`;
/** On one machine a connection is made at once, or not at all. */
const CONNECTED_WITHIN_MS = 300;
/** Far more than fit into its queue. */
const MOST_CALLERS = 50;

/** Its address. Gone when the test ends. */
export async function startDeafServer(): Promise<string> {
  const child = spawn(process.execPath, ["-e", LISTEN], { stdio: ["ignore", "pipe", "inherit"] });
  const callers: Socket[] = [];
  onTestFinished(() => {
    for (const caller of callers) caller.destroy();
    child.kill("SIGKILL");
  });
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  child.kill("SIGSTOP");
  const port = Number(String(printed));
  // Two in a row: on a busy machine one alone may only have been slow.
  for (let waiting = 0; waiting < 2;) {
    if (callers.length === MOST_CALLERS)
      throw new Error("A stopped server took every connection; this machine has another way to queue them.");
    const caller = connect(port, "127.0.0.1").on("error", () => undefined);
    callers.push(caller);
    waiting = (await isConnected(caller)) ? 0 : waiting + 1;
  }
  return `http://127.0.0.1:${port}`;
}

function isConnected(caller: Socket): Promise<boolean> {
  return Promise.race([
    once(caller, "connect").then(() => true),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), CONNECTED_WITHIN_MS)),
  ]);
}
