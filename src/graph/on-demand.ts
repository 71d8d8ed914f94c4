// What few graphs and calls need, behind one door: it is loaded when first needed, so that a function starts sooner without it.
export { chosenSaver } from "./at-exit.ts";
export { calledAtMostOnce } from "./at-most-once.ts";
export { keptResult } from "./cache.ts";
export { withHandler } from "./error-handler.ts";
export { retrying } from "./retry.ts";
export { watchedCalls, watchedEmit, watchedSaver, withinTimeout } from "./timeout.ts";
