// Rounds one after the other, until there were as many runs as were asked for.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Violation } from "./findings.ts";
import { playRound, type Round } from "./round.ts";

export interface CampaignOptions {
  readonly runs: number;
  readonly seed: string;
  /** How many runs share one world. */
  readonly together?: number;
  readonly factor?: number;
  readonly isForgetful?: boolean;
  /** Told after each round. */
  readonly onRound?: (round: Round) => void;
}

export interface Campaign {
  readonly seed: string;
  readonly runs: number;
  readonly effects: number;
  readonly replays: number;
  readonly deleted: number;
  readonly failures: number;
  readonly noted: number;
  /** How often each process was killed. */
  readonly kills: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly violations: readonly (Violation & { readonly round: string; readonly kills: Round["kills"] })[];
  /** Where the processes have left their data and what they printed, when there is anything to be looked into. */
  readonly dataDir: string | undefined;
}

const TOGETHER = 25;
/** A lease of fifteen seconds runs out after three. Much faster, and a busy machine makes every call a time-out. */
const FACTOR = 5;

export async function playCampaign(options: CampaignOptions): Promise<Campaign> {
  const { runs, seed, together = TOGETHER, factor = FACTOR, isForgetful = false } = options;
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-faults-"));
  const cacheDir = join(dataDir, "cache");
  const rounds: (Round & { readonly name: string })[] = [];
  for (let played = 0; played < runs; played += together) {
    const name = `${seed}.${rounds.length}`;
    const size = Math.min(together, runs - played);
    const where = { dataDir: join(dataDir, name), cacheDir };
    const round = await playRound({ seed: name, runs: size, factor, isForgetful, ...where });
    rounds.push({ ...round, name });
    options.onRound?.(round);
    if (round.violations.length === 0) await rm(where.dataDir, { recursive: true, force: true });
  }
  const violations = rounds.flatMap(({ name, violations: found, kills }) =>
    found.map((violation) => ({ ...violation, round: name, kills })),
  );
  if (violations.length === 0) await rm(dataDir, { recursive: true, force: true });
  const total = (count: (round: Round) => number): number =>
    rounds.reduce((sum, round) => sum + count(round), 0);
  return {
    ...{ seed, violations, dataDir: violations.length === 0 ? undefined : dataDir },
    runs: total(({ counts }) => counts.runs),
    effects: total(({ counts }) => counts.effects),
    replays: total(({ counts }) => counts.replays),
    deleted: total(({ counts }) => counts.deleted),
    failures: total(({ counts }) => counts.failures),
    noted: total(({ counts }) => counts.noted),
    kills: timesKilled(rounds),
    ms: total(({ ms }) => ms),
  };
}

function timesKilled(rounds: readonly Round[]): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const { kills } of rounds)
    for (const name of kills.flatMap(({ names }) => names)) times[name] = (times[name] ?? 0) + 1;
  return times;
}
