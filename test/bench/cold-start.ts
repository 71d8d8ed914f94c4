// One cold start, in a process that does nothing else: loads a handler, gives it an event, and prints how long both took, in wall time and on the processor.
interface Loaded {
  readonly handler: (event: unknown, context: object, done: () => void) => Promise<unknown>;
}

const [path = "", event] = process.argv.slice(2);
const [from, processor] = [performance.now(), process.cpuUsage()];
const { handler } = (await import(path)) as Loaded;
const importMs = performance.now() - from;
const answer = event === undefined ? undefined : await handler(JSON.parse(event), {}, () => undefined);
const totalMs = performance.now() - from;
const { user, system } = process.cpuUsage(processor);
console.log(JSON.stringify({ importMs, totalMs, processorMs: (user + system) / 1_000, answer }));
// Ours has no connection open; a library that keeps one must not keep the bench waiting.
process.exit();
