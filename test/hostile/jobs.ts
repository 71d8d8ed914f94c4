// Hostile messages of the queue: what is no job, jobs of threads and teams there are not, and both in one batch.
import type { SQSEvent } from "aws-lambda";
import type { Chance } from "./chance.ts";
import { type Others, spoilt, spoiltBytes } from "./damage.ts";

export interface HostileBatch {
  readonly event: SQSEvent;
  /** The messages that are no jobs: they have to stay in the queue. */
  readonly bad: readonly string[];
}

const KINDS = ["start", "resume", "redraw", "sweep"];

const isText = (value: unknown): boolean => typeof value === "string";

/** Whether a text is a job, however odd the names in it are. */
function isJob(text: string): boolean {
  try {
    const job: unknown = JSON.parse(text);
    if (typeof job !== "object" || job === null || Array.isArray(job)) return false;
    const { v, kind, team, thread } = job as Readonly<Record<string, unknown>>;
    return v === 1 && KINDS.some((one) => one === kind) && isText(team) && isText(thread);
  } catch {
    return false;
  }
}

/** None of a thread that there is: those would do their work. */
export function hostileBatch(chance: Chance, others: Others, team: string): HostileBatch {
  const names = others.filter((one) => one !== team);
  const bodies = Array.from({ length: 1 + chance.below(3) }, () => bodyOf(chance, names, team));
  const Records = bodies.map((body, index) => ({ messageId: `m-${index}`, body }));
  return {
    event: { Records } as unknown as SQSEvent,
    bad: Records.filter(({ body }) => !isJob(body)).map(({ messageId }) => messageId),
  };
}

function bodyOf(chance: Chance, others: Others, team: string): string {
  const job = { v: 1, kind: chance.of(KINDS), team, thread: "c".repeat(32) };
  switch (chance.below(5)) {
    case 0:
      return spoiltBytes(Buffer.from(JSON.stringify(job)), chance).toString();
    case 1:
      return chance.of([
        "",
        "null",
        "[]",
        '"job"',
        "0",
        "{}",
        `[${JSON.stringify(job)}]`,
        "{".repeat(10_000),
      ]);
    case 2:
      // A thread of ours, of a team that is not.
      return JSON.stringify({ ...job, team: "T0OTHER", thread: chance.of(others) });
    case 3:
      return JSON.stringify(job);
    default: {
      const damaged = spoilt(job, chance, others) as Partial<typeof job>;
      const isOurs = damaged.team === team;
      return JSON.stringify(isOurs ? { ...damaged, thread: job.thread } : damaged);
    }
  }
}
