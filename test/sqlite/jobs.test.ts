// The queue in a file: who is handed what, when it comes again, and when it is dead.
import { expect, test } from "vitest";
import { QueueUnavailable } from "../../src/runs/errors.ts";
import { decodeJob } from "../../src/runs/job-text.ts";
import type { Job } from "../../src/runs/ports.ts";
import { createJobs, JOB_TABLES, type Jobs, type Line, type Received } from "../../src/sqlite/jobs.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

const HIDE_MS = 15_000;

const jobOf = (thread: string): Job => ({ kind: "start", team: "T1", thread });

/** Two connections, as two processes have them, and one clock. */
function setUp(file = freshFile()) {
  let now = 1_000_000;
  const open = (): Jobs => createJobs(openedFile(file, [JOB_TABLES]), () => now);
  const jobs = open();
  const receive = (line: Line = "waiting", from = jobs): Received | undefined =>
    from.receive(line, { nowMs: now, hideMs: HIDE_MS });
  const threadsIn = (line: Line = "waiting"): readonly string[] => {
    const got = Array.from({ length: 9 }, () => receive(line)).flatMap((one) => one ?? []);
    return got.map(({ body }) => {
      const job = decodeJob(body);
      return job.kind === "homes" ? job.kind : job.thread;
    });
  };
  return { jobs, other: open(), receive, threadsIn, pass: (ms: number) => void (now += ms), open };
}

test("jobs come in their order, each to one of two processes, and a job that is done does not come again", async () => {
  const { jobs, other, receive, pass, threadsIn } = setUp();
  await jobs.send(jobOf("a"));
  await other.send(jobOf("b"));
  const [first, second] = [receive("waiting", jobs), receive("waiting", other)];
  expect([first, second].map((one) => one && decodeJob(one.body))).toEqual([jobOf("a"), jobOf("b")]);
  expect(receive()).toBeUndefined();
  for (const one of [first, second]) if (one !== undefined) jobs.delete(one);
  pass(HIDE_MS * 2);
  expect(threadsIn()).toEqual([]);
});

test("a job that is delayed comes when its time has come, and not before", async () => {
  const { jobs, threadsIn, pass } = setUp();
  await jobs.send(jobOf("late"), 30);
  await jobs.send({ kind: "homes", team: "T1" });
  expect(threadsIn()).toEqual(["homes"]);
  pass(29_999);
  expect(threadsIn()).not.toContain("late");
  pass(1);
  expect(threadsIn()).toContain("late");
});

test("a job whose process was killed comes again once it is no longer hidden, also to a process that began later", async () => {
  const { jobs, receive, pass, open } = setUp();
  await jobs.send(jobOf("a"));
  expect(receive()?.receives).toBe(1);
  pass(HIDE_MS - 1);
  expect(receive("waiting", open())).toBeUndefined();
  pass(1);
  expect(receive("waiting", open())?.receives).toBe(2);
});

test("who was too slow does not delete the job that another has in hand by now", async () => {
  const { jobs, receive, pass, threadsIn } = setUp();
  await jobs.send(jobOf("a"));
  const slow = receive();
  pass(HIDE_MS);
  expect(receive()).toBeDefined();
  if (slow !== undefined) jobs.delete(slow);
  pass(HIDE_MS);
  expect(threadsIn()).toEqual(["a"]);
});

test("a job that failed five times is dead, is handed to whoever deals with the dead, and comes again there for as long as that fails", async () => {
  const { jobs, receive, pass, threadsIn } = setUp();
  await jobs.send(jobOf("a"));
  for (let time = 1; time <= 5; time++) {
    expect(receive()?.receives).toBe(time);
    expect(receive("dead")).toBeUndefined();
    pass(HIDE_MS);
  }
  expect(threadsIn()).toEqual([]);
  for (let time = 1; time <= 7; time++) {
    expect(receive("dead")?.receives).toBe(time);
    pass(HIDE_MS);
  }
  const dead = receive("dead");
  if (dead !== undefined) jobs.delete(dead);
  pass(HIDE_MS);
  expect(threadsIn("dead")).toEqual([]);
});

test("a job that waits already is not sent once more, so that a sweep every few seconds piles nothing up; it is once somebody has had it, or when one of them is put off", async () => {
  const { jobs, other, receive, pass, threadsIn } = setUp();
  const late = Array.from({ length: 2 }, () => jobs.send(jobOf("a"), 30));
  await Promise.all(late);
  for (let sweep = 0; sweep < 20; sweep++) {
    for (const thread of ["a", "b"]) await (sweep % 2 === 0 ? jobs : other).send(jobOf(thread));
    pass(5);
  }
  await jobs.send({ kind: "resume", team: "T1", thread: "a" });
  expect(threadsIn()).toEqual(["a", "b", "a"]);
  await jobs.send(jobOf("a"));
  const inHand = receive();
  expect(inHand && decodeJob(inHand.body)).toEqual(jobOf("a"));
  // One that failed, and one that may not have been read, is not in place of what is sent behind it.
  pass(HIDE_MS);
  await jobs.send(jobOf("a"));
  expect(threadsIn().toSorted()).toEqual(["a", "a", "a", "a", "b"]);
  pass(HIDE_MS);
  expect(threadsIn().toSorted()).toEqual(["a", "a", "a", "a", "a", "a", "b"]);
});

test("those that wait and those in hand are counted; what is put off is neither", async () => {
  const { jobs, receive } = setUp();
  for (const thread of ["a", "b", "c"]) await jobs.send(jobOf(thread));
  await jobs.send(jobOf("late"), 60);
  receive();
  expect(jobs.count("waiting", 1_000_000)).toEqual({ waiting: 2, inHand: 1 });
  expect(jobs.count("dead", 1_000_000)).toEqual({ waiting: 0, inHand: 0 });
});

test("a queue that cannot be written says that the job was not taken", async () => {
  const database = openedFile(":memory:", []);
  await expect(createJobs(database, Date.now).send(jobOf("a"))).rejects.toThrow(QueueUnavailable);
});
