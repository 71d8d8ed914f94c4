// Lets one dead thing go on. What is in the queue is sent before it is deleted: a crash between the two doubles a wake-up, which is harmless, and loses none.
import { CLI } from "../../approvals/actor.ts";
import { reasonOf } from "../../approvals/reason.ts";
import { retryRun } from "../../runs/retry.ts";
import { SILENT } from "../../runs/silent-log.ts";
import type { Directory } from "../../runs/ports.ts";
import { type Dead, isMovable, type Redrive } from "./dead.ts";

export type Done = { readonly dead: Dead } & (
  | { readonly kind: "moved"; readonly how: "retried" | "retried-later" | "sent" }
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly reason: string }
);

/** What fails of one keeps no other from going on. */
export async function carriedOut(redrive: Redrive, dead: Dead): Promise<Done> {
  if (!isMovable(dead)) return { dead, kind: "left" };
  try {
    const how = dead.state.kind === "given-up" ? await retried(redrive, dead) : await sent(redrive, dead);
    for (const letter of dead.letters) await redrive.letters.drop(letter);
    return { dead, kind: "moved", how };
  } catch (error) {
    return { dead, kind: "failed", reason: reasonOf(error) };
  }
}

/** One is enough for a thread, and all are sent: none is deleted whose like was not. */
async function sent({ letters }: Redrive, dead: Dead): Promise<"sent"> {
  for (const letter of dead.letters) await letters.sendAgain(letter);
  return "sent";
}

/** Nobody is asked who this is: who has the deployment's credentials may do what operators may. */
const NOBODY: Directory = { person: () => Promise.reject(new Error("The command line is no person.")) };
const NO_CATALOG = { catalog: [], groups: { approvers: "", operators: "" } };

async function retried(
  { tools, queue }: Redrive,
  { thread = "" }: Dead,
): Promise<"retried" | "retried-later"> {
  const { records, trail, place } = tools;
  const deps = {
    ...NO_CATALOG,
    ...{ records, trail, queue, directory: NOBODY, clock: place.clock, log: SILENT },
  };
  const outcome = await retryRun(deps, { team: place.team, thread }, CLI);
  // Somebody else was quicker: what was wanted is so.
  if (outcome.kind !== "retrying") return "retried";
  return outcome.woken ? "retried" : "retried-later";
}
