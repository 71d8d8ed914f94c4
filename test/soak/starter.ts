// Rita, who asks for runs at a steady rate by commands, and her program, which does so over REST and reads what became of them.
import { setTimeout as pause } from "node:timers/promises";
import type { RunView } from "../../src/api/schemas.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Chance } from "../faults/processes/chance.ts";
import type { Program } from "../support/api.ts";
import type { Actor } from "./actor.ts";
import type { Memory, Remembered } from "./remembered.ts";
import { commandOf, nextStory } from "./stories.ts";

export interface Starting {
  readonly rita: Actor;
  readonly program: Program;
  readonly memory: Memory;
  readonly chance: Chance;
  /** Runs in a minute. */
  readonly rate: number;
  /** Of the soak's own workflows. */
  readonly hasOwn: boolean;
  /** After so many, no more. */
  readonly most?: number | undefined;
}

const { deploys } = SEED.channels;
const TRIES = 8;
const AGAIN_MS = 1_500;

/** Resolves when it is over and everything under way has been answered. */
export async function startAll(starting: Starting, isOver: () => boolean): Promise<void> {
  const { memory, chance, rate, hasOwn, most = Infinity } = starting;
  const underWay: Promise<void>[] = [];
  for (let number = 1; !isOver() && number <= most; number++) {
    const remembered = memory.begin(nextStory(number, chance, hasOwn));
    const begin = remembered.story.door === "rest" ? startOverRest : startByCommand;
    underWay.push(begin(starting, remembered));
    await pause((60_000 / rate) * (0.5 + chance.part()));
  }
  await Promise.all(underWay);
}

/** What is not answered well is not typed again: it may have been taken all the same, and would then be another run. */
async function startByCommand({ rita, memory }: Starting, remembered: Remembered): Promise<void> {
  const { story } = remembered;
  const told = rita.told().length;
  await rita.say(deploys, commandOf(story));
  await pause(AGAIN_MS);
  const names = rita
    .told()
    .slice(told)
    .map((text) => nameIn(text, story.workflow));
  // Others of hers may have been answered meanwhile.
  const taken = new Set([...memory.runs.values()].map(({ name }) => name));
  remembered.name = names.find((name) => name !== undefined && !taken.has(name));
}

function nameIn(text: string, workflow: string): string | undefined {
  return new RegExp(`^(?:Started|Recorded) \\*${workflow}\\* as (r-\\w+)`).exec(text)?.[1];
}

async function startOverRest({ program, chance }: Starting, remembered: Remembered): Promise<void> {
  const { number, workflow, words } = remembered.story;
  const headers = { "idempotency-key": `soak-${number}` };
  const body = { workflow, input: words, channel: deploys };
  const sends = (): ReturnType<Program["post"]> => program.post("/v1/runs", body, headers);
  if (chance.part() < 0.2) void sends().catch(() => undefined);
  for (let tries = 1; tries <= TRIES; tries++) {
    const answered = await sends().catch(() => undefined);
    if (answered?.status === 202) {
      const { name, id } = answered.body as RunView;
      remembered.name = name;
      await program.get(`/v1/runs/${id}?wait=${chance.between(1, 15)}`).catch(() => undefined);
      return;
    }
    await pause(AGAIN_MS);
  }
}
