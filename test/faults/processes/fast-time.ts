// Loaded before anything else of a process: its time goes faster, all of it alike. Were it only the clock that leases are written by, a time-out of five
// seconds would outlive a lease, which it never does in the product, and what is found then would be no fault of the product's.
import { createRequire, syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";
import { paceFromEnvironment, timeThere } from "./pace.ts";

const pace = paceFromEnvironment(process.env);
const { factor } = pace;
const require = createRequire(import.meta.url);
const timers = require("node:timers") as Record<string, unknown>;
const promised = require("node:timers/promises") as Record<string, unknown>;

const realNow = Date.now;
const now = (): number => Math.floor(timeThere(pace, realNow()));
const RealDate = Date;
const FastDate: DateConstructor = new Proxy(RealDate, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, made === FastDate ? target : made) as Date,
  apply: () => new RealDate(now()).toString(),
});
RealDate.now = now;
RealDate.prototype.constructor = FastDate;
globalThis.Date = FastDate;

type Timer = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout;

function faster(real: Timer): Timer {
  return (callback, ms = 0, ...args) => real(callback, ms / factor, ...args);
}

for (const name of ["setTimeout", "setInterval"] as const) {
  const fast = faster(globalThis[name]);
  const wait = promised[name] as (ms?: number, ...args: unknown[]) => unknown;
  const fastWait = (ms = 0, ...args: unknown[]): unknown => wait(ms / factor, ...args);
  Object.defineProperty(fast, promisify.custom, { value: fastWait });
  Object.assign(globalThis, { [name]: fast });
  timers[name] = fast;
  promised[name] = fastWait;
}
syncBuiltinESMExports();

const realTimeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (ms) => realTimeout(Math.ceil(ms / factor));

const elapsed = performance.now.bind(performance);
performance.now = () => elapsed() * factor;
