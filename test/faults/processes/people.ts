// The people, each through Slack's front door: Rita asks for runs and retries what failed, Ana and Bo decide.
import { setTimeout as pause } from "node:timers/promises";
import { createPerson, type LocalPerson } from "../../../src/local/slack/person.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { chanceOf } from "./chance.ts";
import { decideAll, type SilentClick } from "./deciders.ts";
import { cardOf, offers, tried, wasTaken } from "./screen.ts";

/** What was acknowledged, and must therefore be durable. */
export interface Acknowledged {
  /** The names of the runs that Rita was told of; she may have seen others without. */
  readonly started: readonly string[];
  readonly silent: readonly SilentClick[];
}

export interface People {
  /** Resolves when Rita has been told of, or has seen, as many runs as she wanted. */
  readonly asked: Promise<void>;
  readonly acknowledged: Acknowledged;
  stop(): Promise<void>;
}

interface PeopleOptions {
  readonly slackUrl: string;
  readonly seed: string;
  readonly runs: number;
}

/** Whoever was not told of a run looks whether there is one all the same. */
const AGAIN_AFTER_MS = 1_500;
const RETRY_EVERY_MS = 1_500;
const PAIRS = 0.3;
const { users, channels } = SEED;

export function startPeople({ slackUrl, seed, runs }: PeopleOptions): People {
  const stopping = new AbortController();
  const isOver = (): boolean => stopping.signal.aborted;
  const person = (id: string): LocalPerson => createPerson(slackUrl, id);
  const started: string[] = [];
  const silent: SilentClick[] = [];
  const deciding = { seed, isOver, onSilent: (click: SilentClick): void => void silent.push(click) };

  async function ask(): Promise<void> {
    const chance = chanceOf(`${seed}/rita`);
    for (let number = 1; number <= runs; number++) {
      const kind = chance.part() < PAIRS ? "pair" : "single";
      for (let attempt = 0; !isOver(); attempt++) {
        // Each attempt is a run of its own, should more than one be taken.
        const command = `/countersign run planned tag=t${number}x${attempt} kind=${kind}`;
        const name = await toldOf(person(users.rita), command);
        if (name !== undefined) started.push(name);
        if (name !== undefined) break;
        await pause(AGAIN_AFTER_MS);
        if (await sees(person(users.rita), `t${number}x`)) break;
      }
      await pause(chance.between(0, 300));
    }
  }

  const asked = ask();
  const all = Promise.all([
    asked,
    retryAll(person(users.rita), isOver),
    decideAll(person(users.ana), deciding),
    decideAll(person(users.bo), deciding),
  ]);
  return {
    asked,
    acknowledged: { started, silent },
    async stop(): Promise<void> {
      stopping.abort();
      await all;
    },
  };
}

/** The run's name, when Rita is told of one. */
async function toldOf(rita: LocalPerson, command: string): Promise<string | undefined> {
  const before = await tried(() => rita.ephemerals());
  if (before === undefined) return undefined;
  if (!wasTaken(await tried(() => rita.say(channels.deploys, command)))) return undefined;
  const after = (await tried(() => rita.ephemerals())) ?? [];
  const fresh = after.filter(({ ts }) => !before.some((one) => one.ts === ts));
  const names = fresh.map(({ text }) => /^(?:Started|Recorded) \*planned\* as (r-\w+)/.exec(text)?.[1]);
  return names.find((name) => name !== undefined);
}

async function sees(rita: LocalPerson, tag: string): Promise<boolean> {
  const messages = (await tried(() => rita.snapshot()))?.messages ?? [];
  return messages.some((message) => cardOf(message)?.card === "run" && JSON.stringify(message).includes(tag));
}

/** What was killed under a run may fail it; who asked for it lets it go on. */
async function retryAll(rita: LocalPerson, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const messages = (await tried(() => rita.snapshot()))?.messages ?? [];
    for (const message of messages)
      if (cardOf(message)?.card === "run" && offers(message, "Retry"))
        await tried(() => rita.click(message, "Retry"));
    await pause(RETRY_EVERY_MS);
  }
}
