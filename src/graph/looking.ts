// For those who look at threads and runs: states and streams, loaded when first asked for.
export { createStates } from "./states.ts";
export { chunks } from "./stream.ts";
