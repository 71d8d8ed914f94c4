// How late this machine wakes a thread that does nothing: what a figure owes to others who use the same cores.
import { Worker } from "node:worker_threads";

export interface Lateness {
  readonly p99: number;
  readonly max: number;
}

const EVERY_MS = 5;
const SLEEPER = `
  const { parentPort } = require("node:worker_threads");
  const late = [];
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - before - ${EVERY_MS}));
    before = now;
  }, ${EVERY_MS});
  parentPort.once("message", () => {
    clearInterval(timer);
    late.sort((a, b) => a - b);
    parentPort.postMessage({ p99: late[Math.ceil(late.length * 0.99) - 1] ?? 0, max: late.at(-1) ?? 0 });
  });
`;

/** Looks on from here; the returned function ends it and tells. */
export function watchLateness(): () => Promise<Lateness> {
  const worker = new Worker(SLEEPER, { eval: true });
  worker.unref();
  return () =>
    new Promise((resolve, reject) => {
      worker.ref();
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.postMessage("enough");
    });
}
