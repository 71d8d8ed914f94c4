// How long a process is ready to run and has no core: what a figure owes to other work on the same machine.
import { readFileSync } from "node:fs";

/** In seconds, since the process began; undefined where the system does not tell, which only Linux does. */
export function secondsWithoutCore(): number | undefined {
  try {
    const [, waitedNs] = readFileSync("/proc/self/schedstat", "utf8").trim().split(" ");
    return Number(waitedNs) / 1e9;
  } catch {
    return undefined;
  }
}
