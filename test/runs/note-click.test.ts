// What is noted of a click while somebody waits for the answer to it.
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { type NoteDeps, noteRefusal } from "../../src/runs/note-click.ts";
import type { Job } from "../../src/runs/ports.ts";
import { EARLY } from "../contract/fixtures.ts";

const CLICK = { team: "T1", thread: "t", by: "URITA", interrupt: "i", digest: "d" };

function noting(note: NoteDeps["noted"]["note"]): { readonly jobs: readonly Job[]; noted(): Promise<void> } {
  const jobs: Job[] = [];
  const queue = {
    send: (job: Job): Promise<void> => {
      jobs.push(job);
      return Promise.resolve();
    },
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const deps = { noted: { note }, queue, clock: { now: () => EARLY }, log };
  return { jobs, noted: () => noteRefusal(deps, CLICK, { tried: "approve", because: "own-request" }) };
}

test("whoever folds a click into the history is woken while it is being noted, and the answer waits for both", async () => {
  const written = Promise.withResolvers<undefined>();
  let isDone = false;
  const { jobs, noted } = noting(() => written.promise);
  const done = noted().then(() => (isDone = true));
  expect(jobs).toEqual([{ kind: "sweep", team: "T1", thread: "t" }]);
  await setImmediate();
  expect(isDone).toBe(false);
  written.resolve(undefined);
  await done;
});

test("a click that cannot be noted is answered all the same", async () => {
  const { noted } = noting(() =>
    Promise.reject(new StorageUnavailable("noting", { uncertain: false, cause: undefined })),
  );
  await noted();
});
