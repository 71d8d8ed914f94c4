// Taking jobs off a queue that does not answer for a while, such as a file on a full disk.
import { expect, onTestFinished, test, vi } from "vitest";
import { poll, type Source } from "../../../src/local/adapters/polling.ts";
import { SILENT } from "../../../src/runs/silent-log.ts";

test("a queue that does not answer is asked less and less often, so that the log is not filled, and within seconds once it answers", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let isFull = true;
  let asked = 0;
  const source: Source = {
    receive(signal) {
      asked += 1;
      if (isFull) return Promise.reject(new Error("The disk is full."));
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("Over."))));
    },
    delete: () => Promise.resolve(),
    close: () => undefined,
  };
  const lines: string[] = [];
  const log = { ...SILENT, error: (line: string) => void lines.push(line) };
  const polling = poll(source, { timeoutMs: 1_000, log }, () => Promise.resolve({ batchItemFailures: [] }));
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(lines.length).toBeGreaterThan(140);
  expect(lines.length).toBeLessThan(160);
  isFull = false;
  const before = asked;
  await vi.advanceTimersByTimeAsync(4_000);
  expect(asked).toBe(before + 1);
  await polling.close();
});
