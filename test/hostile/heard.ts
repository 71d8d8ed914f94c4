// What a bundled handler writes to its output, which is where Lambda reads its log.
import { onTestFinished } from "vitest";

/** The lines since the last call. The test's own output goes past it. */
export function heard(): () => readonly string[] {
  const lines: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array, ...rest: []) => {
    const line = String(text);
    if (!line.startsWith('{"level":')) return write(text, ...rest);
    lines.push(line);
    return true;
  };
  onTestFinished(() => {
    process.stdout.write = write;
  });
  return () => lines.splice(0);
}
