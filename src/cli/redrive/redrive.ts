// npm run countersign -- redrive: what failed each time goes on once more: jobs in the queue of dead letters, and runs that were given up because of theirs.
import { visible } from "../../slack/text.ts";
import type { Command, Given } from "../command.ts";
import { carriedOut, type Done } from "./act.ts";
import { type Dead, isMovable, lookedUp, type Redrive } from "./dead.ts";
import { openRedrive } from "./open.ts";
import { deadLine, doneLine } from "./words.ts";
import { refused, type Said, wrong } from "../said.ts";

export const redriveCommand: Command = {
  name: "redrive",
  group: "Upkeep",
  says: "shows dead letters and the runs that were given up, and lets them go on",
  usage: [
    "npm run countersign -- redrive (shows them, and changes nothing)",
    "npm run countersign -- redrive r-1a2b3c (that run goes on; a message is named by its id)",
    "npm run countersign -- redrive --all [--dry-run] (everything that can; or says what it would do)",
  ],
  options: {
    all: { type: "boolean", says: "everything that can go on" },
    "dry-run": { type: "boolean", says: "says what would be done, and changes nothing" },
  },
  run: redriven,
};

async function redriven(given: Given): Promise<Said> {
  const { words, options } = given;
  const [target, ...others] = words;
  if (others.length > 0 || (target !== undefined && options["all"] === true))
    return wrong(`Name one run or message, or say --all.`);
  const open = await openRedrive(given);
  if (open.kind === "none") return open.said;
  try {
    return await shownOrDone(open.redrive, given, target);
  } finally {
    await open.redrive.close();
  }
}

async function shownOrDone(open: Redrive, given: Given, target: string | undefined): Promise<Said> {
  const { options, progress } = given;
  progress("Looking for dead letters …");
  const dead = await lookedUp(open);
  const isAll = options["all"] === true;
  if (target === undefined && !isAll) return listed(dead, open);
  const meant = isAll ? dead : dead.filter((one) => isMeant(one, target ?? ""));
  const unmeant = target === undefined ? undefined : problemOf(meant, target);
  if (unmeant !== undefined) return refused(unmeant, { kind: "unknown", dead: dead.map(dataOf) });
  const [only] = meant;
  if (!isAll && only !== undefined && !isMovable(only)) return refusedOne(only);
  if (options["dry-run"] === true) return dryRun(meant, open);
  const done: Done[] = [];
  for (const [index, one] of meant.entries()) {
    if (isMovable(one)) progress(`${index + 1} of ${meant.length}: ${one.name}`);
    done.push(await carriedOut(open, one));
  }
  return summed(done, open);
}

/** Of many it is no failure that one of them stays; of the one that was meant it is. */
function refusedOne(dead: Dead): Said {
  return refused(`${deadLine(dead)} It cannot go on, and nothing was changed.`, {
    kind: "refused",
    dead: [dataOf(dead)],
  });
}

const NAMED = /^(?:r-)?([0-9a-f]{6,32})$/;

/** By its run's name, by more of its thread's id, or by its message's. */
function isMeant({ thread, letters }: Dead, target: string): boolean {
  const said = target.trim().toLowerCase();
  const digits = NAMED.exec(said)?.[1];
  const isThread = digits !== undefined && thread?.startsWith(digits) === true;
  return isThread || letters.some(({ id }) => id.toLowerCase() === said);
}

function problemOf(meant: readonly Dead[], target: string): string | undefined {
  const [first, second] = meant;
  if (first === undefined)
    return `There is no dead letter, and no run that was given up, of the name ${visible(target)}. A run that failed in a step of its own is retried on its message in Slack. Nothing was changed.`;
  if (second === undefined) return undefined;
  const names = meant.map(({ thread, name }) => thread ?? name).join(", ");
  return `${visible(target)} is the name of several: ${names}. Write more of it. Nothing was changed.`;
}

function listed(dead: readonly Dead[], { inHand }: Redrive): Said {
  const data = { kind: "listed", dead: dead.map(dataOf), inHand };
  if (dead.length === 0) return { code: 0, text: nothingText(inHand), data };
  const movable = dead.filter(isMovable).length;
  const next =
    movable === 0
      ? "None of it can go on."
      : "Mend what the worker's log says of them, then: npm run countersign -- redrive r-…, or --all";
  return { code: 0, text: [...dead.map(deadLine), ...hiddenLines(inHand), "", next].join("\n"), data };
}

function hiddenLines(inHand: number): readonly string[] {
  if (inHand === 0) return [];
  return [
    `${inHand} more in somebody's hands, most likely of those who mark their runs as failed: look again in a few minutes.`,
  ];
}

function nothingText(inHand: number): string {
  return ["No dead letters, and no run was given up.", ...hiddenLines(inHand)].join("\n");
}

function dryRun(meant: readonly Dead[], { inHand }: Redrive): Said {
  const lines = [...meant.map(deadLine), ...hiddenLines(inHand)];
  const movable = meant.filter(isMovable).length;
  const text =
    meant.length === 0
      ? nothingText(inHand)
      : [...lines, "", `${movable} would go on. Nothing was changed.`].join("\n");
  return { code: 0, text, data: { kind: "dry-run", dead: meant.map(dataOf), movable } };
}

function summed(done: readonly Done[], { inHand }: Redrive): Said {
  const failed = done.filter(({ kind }) => kind === "failed").length;
  const moved = done.filter(({ kind }) => kind === "moved").length;
  const lines = [...done.map(doneLine), ...hiddenLines(inHand)];
  const sum = failed === 0 ? `${moved} went on.` : `${moved} went on, and ${failed} did not: try again.`;
  const data = {
    ...{ kind: failed === 0 ? "done" : "partly", moved, failed },
    dead: done.map(({ dead, ...how }) => ({ ...dataOf(dead), ...how })),
  };
  const text = done.length === 0 ? nothingText(inHand) : [...lines, "", sum].join("\n");
  return { code: failed === 0 ? 0 : 1, text, data };
}

function dataOf({ letters, ...dead }: Dead): Readonly<Record<string, unknown>> {
  const messages = letters.map(({ id, sentAt, received }) => ({ id, sentAt, received }));
  return { ...dead, messages, canGoOn: isMovable({ ...dead, letters }) };
}
