// Takes over a thread that another version of its graph has written: with a migrated state, or waiting before what comes next until somebody says to go on.
import { carriedOf, commit, writtenOver } from "./commit.ts";
import { idOf } from "./path.ts";
import { destinationsOf, tasksFor } from "./plan.ts";
import { Overwrite } from "./overwrite.ts";
import { mapped } from "./record.ts";
import type { Run } from "./run.ts";
import { type Thread, unfinishedTasks } from "./thread.ts";
import { advanced, changed } from "./update.ts";
import { checkUpdate } from "./values.ts";

/** What becomes of the thread; either is one slot of this graph's version. */
export type Takeover<State = Readonly<Record<string, unknown>>> =
  /** It stops before what comes next, as at a breakpoint; what has begun goes on from where it is. */
  | { readonly kind: "hold"; readonly reason: string }
  /**
   * These channels get these values, whatever their reducers would make of them. With `next` it goes on at those nodes (nowhere, for
   * an empty list) and drops the questions and what has begun; without, all of that stays as it is.
   */
  | { readonly kind: "migrate"; readonly values?: Partial<State>; readonly next?: readonly string[] };

/**
 * @throws InvalidUpdateError for an unknown channel or node.
 * @throws CheckpointConflict when a run continues the thread at the same time.
 */
export function takenOver(run: Run, thread: Thread, takeover: Takeover): Promise<Thread> {
  if (takeover.kind === "hold") return held(run, thread, takeover.reason);
  const { values = {} } = takeover;
  checkUpdate(run.plan.channels, values, "The migration");
  const update = mapped(values, (value) => new Overwrite(value));
  if (takeover.next === undefined) return changed(run, thread, { source: "update", update });
  return commit(run, thread, {
    source: "update",
    next: tasksFor(destinationsOf(run.plan, takeover.next, "the migration")),
    joins: {},
    ...writtenOver(run, thread, [update]),
    ran: thread.checkpoint?.ran,
  });
}

function held(run: Run, thread: Thread, reason: string): Promise<Thread> {
  const left = unfinishedTasks(thread);
  const way = advanced(run, thread, left, []);
  const nodes = [...new Set(way.next.map(({ node }) => node))];
  const id = idOf([thread.id, thread.slot, "held"]);
  return commit(run, thread, {
    source: "update",
    ...way,
    ...writtenOver(run, thread, []),
    ran: thread.checkpoint?.ran,
    carried: carriedOf(thread, left),
    breakpoint: { id, kind: "before", nodes, reason },
  });
}
