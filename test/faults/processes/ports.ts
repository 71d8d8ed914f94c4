// Ports that stay the same while their servers come and go.
import { createServer } from "node:net";
import type { Chance } from "./chance.ts";

/** Below those that the system gives away, so that nobody takes one while its server is dead. */
export async function freePorts(count: number, chance: Chance): Promise<readonly number[]> {
  for (;;) {
    const first = chance.between(10_000, 32_000);
    const ports = Array.from({ length: count }, (_, at) => first + at);
    const free = await Promise.all(ports.map(isFree));
    if (free.every((each) => each)) return ports;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
