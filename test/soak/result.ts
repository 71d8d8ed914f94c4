// What a soak has shown: a line now and then, and the whole at its end.
import type { Judged } from "./collected.ts";
import type { Deciders } from "./deciders.ts";
import type { Filled } from "./fill.ts";
import type { Logs } from "./logs.ts";
import type { Looks } from "./looks.ts";
import type { MemoryBook, MemoryUse } from "./memory-use.ts";
import { reasonsAgainst, together } from "./verdict.ts";
import { firstAndLastThird, percentile, sum } from "./numbers.ts";
import type { Memory } from "./remembered.ts";
import type { SoakOptions } from "./soak.ts";
import type { Trouble } from "./trouble.ts";
import type { Watched } from "./watched.ts";
import type { World } from "./world.ts";

export interface Running {
  readonly world: World;
  readonly memory: Memory;
  readonly book: MemoryBook;
  readonly sweeps: readonly number[];
  readonly watched: Watched;
  readonly deciders: Deciders;
  readonly trouble: Trouble;
  readonly logs: Logs;
  readonly looks: Looks;
  readonly options: Omit<SoakOptions, "log">;
  readonly began: number;
  readonly filled: Filled | undefined;
}

interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Result {
  readonly verdict: "passed" | "failed";
  readonly why: readonly string[];
  readonly minutes: number;
  readonly backend: string;
  readonly runs: Readonly<Record<string, number>>;
  readonly asked: number;
  readonly decisions: number;
  readonly races: number;
  readonly staleClicks: number;
  readonly effects: number;
  readonly effectsAskedForAgain: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly copiesOfCardsDeleted: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly deliveredTwice: number;
  readonly indexEntriesLate: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly logged: Readonly<Record<string, number>>;
  readonly memory: readonly MemoryUse[];
  readonly latencies: Readonly<Record<string, Latency & { readonly first: Latency; readonly last: Latency }>>;
  readonly cost: Readonly<Record<string, number>>;
  readonly looks: Readonly<Record<string, Latency>>;
  readonly sweeps: Latency;
  readonly calls: Readonly<Record<string, number>>;
  readonly stored: Filled | undefined;
  readonly times: number;
}

export async function progressOf(running: Running): Promise<string> {
  const { world, memory, book, deciders, logs, watched, trouble, began } = running;
  const { waiting, dead } = await world.jobs();
  const all = [...memory.runs.values()];
  const named = all.filter(({ name, thread }) => name !== undefined || thread !== undefined).length;
  const ended = endedIn(watched);
  const acks = world.fronts.slack.exchanges.map(({ ms }) => ms);
  const resumes = logs.counted["DecisionToResume"] ?? [];
  const memories = book.use().map(({ name, rss, heap }) => `${name} ${rss.toFixed(0)}/${heap.toFixed(0)}`);
  const words = [
    `${((performance.now() - began) / 60_000).toFixed(1)} min`,
    `${named} runs, ${ended} ended, ${deciders.open()} cards open`,
    `${deciders.counts.decisions} decisions, ${deciders.counts.races} races`,
    `queue ${waiting}+${dead}`,
    `ack ${percentile(acks, 0.5).toFixed(0)}/${percentile(acks, 0.99).toFixed(0)} ms`,
    `resume ${percentile(resumes, 0.5).toFixed(0)}/${percentile(resumes, 0.99).toFixed(0)} ms`,
    `answers ${JSON.stringify(statuses(world))}`,
    `kills ${sum(Object.values(trouble.kills))}`,
    `errors ${sum(Object.entries(logs.told).flatMap(([line, times]) => (line.startsWith("ERROR") ? times : [])))}`,
    `MB ${memories.join(", ")}`,
  ];
  return words.join(" · ");
}

function endedIn({ messages }: Watched): number {
  return [...messages.values()].filter(({ metadata }) => metadata?.event_payload["card"] === "outcome")
    .length;
}

function statuses({ fronts }: World): Readonly<Record<string, number>> {
  const all = [...fronts.slack.exchanges, ...fronts.api.exchanges];
  return Object.fromEntries(
    [...Map.groupBy(all, ({ status }) => String(status))].map(([status, those]) => [status, those.length]),
  );
}

interface Ending {
  readonly judged: Judged;
  readonly isAtRest: boolean;
  readonly minutes: number;
}

export function resultOf(running: Running, { judged, isAtRest, minutes }: Ending): Result {
  const { world, memory, book, sweeps, watched, deciders, trouble, logs, looks, filled } = running;
  const count = (kind: string): number => judged.findings.filter((one) => one.kind === kind).length;
  const answers = statuses(world);
  const why = reasonsAgainst({
    ...{ findings: judged.findings, isAtRest, answers, memory: book.use(), fallen: world.fleet.fallen },
    ...{ minutes, isCalm: running.options.isCalm },
    trouble: {
      "killed processes": together(trouble.kills),
      "faults of Slack": together(trouble.faults),
      "races of two people": deciders.counts.races,
      "clicks on what was stale": deciders.counts.stale,
      "deliveries that came twice": world.fronts.slack.doubled() + world.fronts.api.doubled(),
      "entries of an index that were late": world.indexes.hidden(),
    },
  });
  const starts = [...memory.runs.values()].flatMap(({ startedAt, cardAt }) =>
    cardAt === undefined ? [] : [{ at: startedAt, ms: cardAt - startedAt }],
  );
  const units = (of: string): number => sum(logs.counted[of] ?? []);
  const runs = sum(Object.values(judged.ends));
  return {
    verdict: why.length === 0 ? "passed" : "failed",
    ...{ why, minutes, backend: world.backend, runs: judged.ends, asked: memory.runs.size },
    ...{ decisions: judged.resumes.length, races: deciders.counts.races, staleClicks: deciders.counts.stale },
    ...{ effects: judged.acts, effectsAskedForAgain: judged.replays },
    ...{ lost: count("lost"), doubled: count("doubled"), wrong: count("wrong") },
    copiesOfCardsDeleted: watched.deleted(),
    ...{ kills: trouble.kills, faults: trouble.faults, answers, logged: logs.told, memory: book.use() },
    deliveredTwice: world.fronts.slack.doubled() + world.fronts.api.doubled(),
    indexEntriesLate: world.indexes.hidden(),
    latencies: {
      ack: thirds(world.fronts.slack.exchanges),
      "decision to resumed": thirds(judged.resumes),
      "start to first card": thirds(starts),
    },
    cost: {
      "read units per run": units("ReadUnits") / runs,
      "write units per run": units("WriteUnits") / runs,
      "read units per answer to Slack":
        sum([1, 2].map((nth) => units(`slack handler ${nth} ReadUnits`))) /
        world.fronts.slack.exchanges.length,
      "requests per run": sum(Object.values(world.indexes.calls)) / runs,
      "read units per sweep": units("sweeper ReadUnits") / sweeps.length,
    },
    looks: Object.fromEntries(Object.entries(looks.took).map(([name, took]) => [name, latency(took)])),
    sweeps: latency(sweeps),
    calls: world.indexes.calls,
    stored: filled,
    times: running.options.stored,
  };
}

function thirds(all: readonly { readonly at: number; readonly ms: number }[]): Result["latencies"][string] {
  const ms = (some: readonly { readonly ms: number }[]): readonly number[] => some.map((one) => one.ms);
  const [first, last] = firstAndLastThird(all);
  return { ...latency(ms(all)), first: latency(ms(first)), last: latency(ms(last)) };
}

function latency(took: readonly number[]): Latency {
  return {
    count: took.length,
    p50: Math.round(percentile(took, 0.5)),
    p99: Math.round(percentile(took, 0.99)),
  };
}
