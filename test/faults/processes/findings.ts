// What a round has shown: how much was done, and whatever is not as it was promised, with all that is known of it.
import { SEED } from "../../../src/local/slack/seed.ts";
import { later } from "../../../src/approvals/later.ts";
import { runName } from "../../../src/runs/run.ts";
import { collected, type Evidence } from "./evidence.ts";
import type { SilentClick } from "./deciders.ts";
import type { Acknowledged } from "./people.ts";
import { brokenPromises } from "./promises.ts";
import type { World } from "./world.ts";

export interface Findings {
  readonly counts: {
    readonly runs: number;
    readonly effects: number;
    readonly replays: number;
    /** Messages that were posted, and deleted again. */
    readonly deleted: number;
    readonly failures: number;
    /** Runs with clicks that did not count and waited to be told in the history. */
    readonly noted: number;
  };
  readonly violations: readonly Violation[];
}

export interface Violation {
  readonly what: string;
  /** All that is known of the run. */
  readonly evidence?: Evidence;
}

/** Before runs that have ended are retired, in the time of the processes. */
export const SOON_MS = 20 * 60_000;

interface Seen extends Acknowledged {
  readonly seed: string;
  readonly wanted: number;
  readonly noted: number;
  readonly haveEnded: boolean;
  readonly isAtRest: boolean;
}

export async function findingsOf(world: World, seen: Seen): Promise<Findings> {
  const { runs, effects, deleted } = await collected(world);
  const ofRuns = runs.flatMap((evidence) =>
    brokenPromises(evidence, seen.seed).map((what) => ({
      what: `${runName(evidence.run.thread)}: ${what}`,
      evidence,
    })),
  );
  const owned = new Set(runs.flatMap((one) => one.effects));
  return {
    counts: {
      ...{ runs: runs.length, effects: effects.length, deleted, noted: seen.noted },
      replays: effects.reduce((sum, { replays }) => sum + replays, 0),
      failures: runs.reduce((sum, { run }) => sum + failuresOf(run), 0),
    },
    violations: [
      ...ofRuns,
      ...(await unrest(world, seen)),
      ...effects
        .filter((one) => !owned.has(one))
        .map(({ version }) => ({ what: `Nobody's effect: ${version}.` })),
      ...lost(seen, runs),
      ...world.fleet.fallen.map((what) => ({ what })),
    ],
  };
}

function failuresOf({ audit }: Evidence["run"]): number {
  return audit.entries.filter(({ entry }) => entry["kind"] === "failed").length;
}

async function unrest({ stores, jobs, now }: World, seen: Seen): Promise<readonly Violation[]> {
  const notEnded = seen.haveEnded ? [] : [{ what: "Not every run has ended in time." }];
  if (seen.isAtRest) return notEnded;
  const due = await stores.records.due(SEED.teamId, later(now(), SOON_MS));
  const threads = due.map(({ thread }) => runName(thread)).join(", ");
  return [...notEnded, { what: `It does not come to rest: ${await jobs()} jobs, and due are: ${threads}.` }];
}

/** What was acknowledged and is nowhere to be found. */
function lost({ started, silent, wanted }: Seen, runs: readonly Evidence[]): readonly Violation[] {
  const names = new Set(runs.map(({ run }) => runName(run.thread)));
  const gone = started.filter((name) => !names.has(name));
  return [
    ...gone.map((name) => ({ what: `Rita was told of ${name}, and there is no such run.` })),
    ...(runs.length >= wanted ? [] : [{ what: `Rita wanted ${wanted} runs, and there are ${runs.length}.` }]),
    ...silent.flatMap((click) => {
      const evidence = runs.find(({ run }) => run.thread === click.thread);
      return evidence !== undefined && isKnown(click, evidence)
        ? []
        : [
            {
              what: `A click of ${click.by} left nothing behind: ${click.card}.`,
              ...(evidence && { evidence }),
            },
          ];
    }),
  ];
}

/** As a vote, or as one that did not count. */
function isKnown({ by, card }: SilentClick, { run }: Evidence): boolean {
  const interrupt = card.replace(/^ask:/, "");
  return run.audit.entries.some(({ entry }) => entry["by"] === by && entry["interrupt"] === interrupt);
}
