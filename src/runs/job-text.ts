// A job as the text that a queue carries, and back: it may come from another version, or from nobody of ours.
import * as z from "zod";
import type { Job } from "./ports.ts";

/** Far longer than ours are: both go into keys and the log as they are. */
const team = z.string().max(64);
const thread = z.string().max(128);
const StoredJob = z.discriminatedUnion("kind", [
  z.object({ v: z.literal(1), kind: z.enum(["start", "resume", "redraw", "sweep"]), team, thread }),
  z.object({ v: z.literal(1), kind: z.literal("homes"), team }),
]);

export function encodeJob(job: Job): string {
  const stored =
    job.kind === "homes"
      ? { kind: job.kind, team: job.team }
      : { kind: job.kind, team: job.team, thread: job.thread };
  return JSON.stringify({ v: 1, ...stored } satisfies z.input<typeof StoredJob>);
}

/** @throws when the text is not a job of ours; the dead-letter queue keeps it. */
export function decodeJob(text: string): Job {
  try {
    const { v: _, ...job } = StoredJob.parse(JSON.parse(text));
    return job;
  } catch (cause) {
    throw new Error(
      "The message is no job that this version of Countersign knows. If a newer version sent it, deploy that one; else remove it.",
      { cause },
    );
  }
}
