// Whether the file of one machine is whole, private and in somebody's hands, and what waits in its queue; and whether the app could begin beside it.
import type { FileFacts } from "../../sqlite/file-facts.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import { utc } from "../times.ts";

export const settingsCheck: Check = {
  name: "Configuration",
  look: ({ settings }) => {
    switch (settings?.kind) {
      case "known":
        return Promise.resolve([fine("The app can begin with it: Slack knows what its variables name.")]);
      case "wrong":
        return Promise.resolve([
          wrong(
            `The app cannot begin: ${settings.says}`,
            "Write them into .env, as docs/quick-start-aws.md says.",
          ),
        ]);
      case "away":
        return Promise.reject(settings.away);
      case undefined:
        return Promise.resolve([
          unknown(
            "SLACK_BOT_TOKEN is not known here: run this where the app's .env is, or with its variables.",
          ),
        ]);
    }
  },
};

export const fileCheck: Check = {
  name: "File",
  look: ({ file }) => Promise.resolve(file === undefined ? [] : [...wholeness(file), ...surroundings(file)]),
};

function wholeness({ file, format, damage, journal, bytes, isRunning }: FileFacts): readonly Finding[] {
  const [first] = damage;
  if (first !== undefined)
    return [
      wrong(
        `${file} is damaged: ${first}.`,
        "Stop the app, keep a copy of the file as it is, and restore the last backup; docs/one-machine.md says how.",
      ),
    ];
  const whole = fine(`${file} is whole, of format ${format}, ${megabytes(bytes)}.`);
  if (journal === "wal") return [whole];
  const says = `Its journal is ${journal} and not WAL`;
  if (!isRunning) return [whole, unknown(`${says}, as of a copy: the app changes that when it starts.`)];
  return [
    whole,
    wrong(
      `${says}, though an app has it: its disk cannot do that, as network disks cannot.`,
      "Stop the app, and move the file to a disk of this machine.",
    ),
  ];
}

const LEAST_FREE_BYTES = 100_000_000;

function surroundings({ file, bytes, freeBytes, open, isRunning }: FileFacts): readonly Finding[] {
  const least = Math.max(LEAST_FREE_BYTES, bytes);
  return [
    isRunning
      ? fine("An app has the file.")
      : wrong(
          "No app has the file: nobody answers in Slack.",
          `Start it: npm run start:slack -- --store sqlite:${file}`,
        ),
    freeBytes >= least
      ? fine(`${megabytes(freeBytes)} are free on its disk.`)
      : wrong(
          `Only ${megabytes(freeBytes)} are free on its disk, and a copy of it needs ${megabytes(bytes)}: without room nothing can be decided.`,
          "Make room, or move the file, with the app stopped.",
        ),
    ...(open.length === 0
      ? [fine("Only its owner may read it.")]
      : [
          wrong(
            `Others than its owner may read or write ${open.join(", ")}: all runs and all that is asked for stand there.`,
            `Take that from them: chmod 600 ${open.join(" ")}, in the file's folder.`,
          ),
        ]),
  ];
}

/** Much longer than a worker takes a job up. */
const LATE_MS = 5 * 60_000;

export const jobsCheck: Check = {
  name: "Queue",
  look: ({ file, now }) => Promise.resolve(file === undefined ? [] : jobs(file, now)),
};

function jobs({ jobs: { waiting, inHand, dead, firstMs } }: FileFacts, now: string): readonly Finding[] {
  const isLate = firstMs !== undefined && firstMs + LATE_MS < Date.parse(now);
  const many = `${count(waiting, "job waits", "jobs wait")}, ${inHand} in hand`;
  return [
    isLate
      ? wrong(
          `${many}; the first one since ${utc(new Date(firstMs).toISOString())} UTC.`,
          "Look whether the app runs, and what app.log says of the worker.",
        )
      : fine(`${many}.`),
    dead === 0
      ? fine("No dead letters.")
      : wrong(
          `${count(dead, "dead letter waits", "dead letters wait")}: jobs that failed each time, and could not be marked as failed.`,
          "npm run countersign -- redrive shows them, with the same --store.",
        ),
  ];
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
