// What is dead: messages in the queue of dead letters, and runs that the dead-letter function has marked as failed, with how each of them stands now.
import { isBuried } from "../../runs/dead-letter.ts";
import type { DeadLetter, DeadLetters } from "../../runs/dead-letters.ts";
import { decodeJob } from "../../runs/job-text.ts";
import type { Page } from "../../runs/lists.ts";
import type { Job, Queue } from "../../runs/ports.ts";
import { type Run, runName } from "../../runs/run.ts";
import type { Tools } from "../command.ts";

/** All there is of one thread, or of one message that is none of ours. */
export interface Dead {
  /** "r-1a2b3c", or the message's id. */
  readonly name: string;
  readonly thread?: string;
  /** Of its newest job, where one is in the queue. */
  readonly job?: Job["kind"];
  readonly state: DeadState;
  /** Oldest first; none, where the dead-letter function has done its part. */
  readonly letters: readonly DeadLetter[];
}

export type DeadState =
  /** Its run was given up: it is retried. */
  | { readonly kind: "given-up"; readonly workflow: string }
  /** A wake-up for a run that is not over; its job is sent again. */
  | { readonly kind: "run"; readonly workflow: string; readonly status: Run["status"]["kind"] }
  /** About App Homes, which no run has. */
  | { readonly kind: "homes" }
  /** It stays where it is. */
  | { readonly kind: "stranger"; readonly because: "no-job" | "other-team" | "no-run" };

export function isMovable({ state }: Dead): boolean {
  return state.kind !== "stranger";
}

export interface Redrive {
  readonly tools: Tools;
  readonly letters: DeadLetters;
  readonly queue: Queue;
  /** Hidden from us, for whoever has them in hand. */
  readonly inHand: number;
  /** Gives back what was taken and is still there. */
  close(): Promise<void>;
}

/** As many as are looked at; more are there the next time. */
const MOST = 500;

/** Messages by their threads, and the runs without one. @throws AwsAway, StorageUnavailable */
export async function lookedUp({ tools, letters }: Redrive): Promise<readonly Dead[]> {
  const [taken, buried] = await Promise.all([letters.take(MOST), buriedRuns(tools)]);
  const read = taken.map((letter) => ({ letter, job: jobIn(letter) }));
  const groups = Map.groupBy(read, ({ letter, job }) =>
    job === undefined || job.kind === "homes" || job.team !== tools.place.team ? letter.id : job.thread,
  );
  const ofMessages = await Promise.all([...groups.values()].map((group) => deadOf(tools, group)));
  const threads = new Set(ofMessages.map(({ thread }) => thread));
  const others = buried.filter(({ thread }) => !threads.has(thread));
  return [...ofMessages, ...others.map((run) => ofRun(run))];
}

function ofRun(run: Run): Dead {
  const { thread, workflow } = run;
  return { name: runName(thread), thread, state: { kind: "given-up", workflow }, letters: [] };
}

function jobIn({ body }: DeadLetter): Job | undefined {
  try {
    return decodeJob(body);
  } catch {
    // Somebody else's, or of another version: it is named, and stays.
    return undefined;
  }
}

interface Read {
  readonly letter: DeadLetter;
  readonly job: Job | undefined;
}

async function deadOf({ place, records }: Tools, group: readonly Read[]): Promise<Dead> {
  const letters = group.map(({ letter }) => letter);
  const job = group.at(-1)?.job;
  const stranger = (because: "no-job" | "other-team" | "no-run", thread?: string): Dead => ({
    ...{ name: thread === undefined ? (letters[0]?.id ?? "") : runName(thread), letters },
    ...(thread !== undefined && { thread }),
    state: { kind: "stranger", because },
  });
  if (job === undefined) return stranger("no-job");
  if (job.team !== place.team) return stranger("other-team");
  if (job.kind === "homes")
    return { name: letters[0]?.id ?? "", job: job.kind, state: { kind: "homes" }, letters };
  const { thread } = job;
  const run = await records.run({ team: place.team, thread });
  if (run === undefined) return stranger("no-run", thread);
  const { workflow, status } = run;
  const state: DeadState = isBuried(run)
    ? { kind: "given-up", workflow }
    : { kind: "run", workflow, status: status.kind };
  return { name: runName(thread), thread, job: job.kind, state, letters };
}

const PAGE = 100;

async function buriedRuns({ lists, place: { team } }: Tools): Promise<readonly Run[]> {
  const found: Run[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Run> = await lists.runs({
      ...{ team, of: { kind: "status", status: "failed" }, order: "oldest", limit: PAGE },
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...page.items.filter(isBuried));
    cursor = page.next;
  } while (cursor !== undefined && found.length < MOST);
  return found;
}
