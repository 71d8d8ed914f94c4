// What is said of what is dead, and of what became of it.
import { visible } from "../../slack/text.ts";
import type { Done } from "./act.ts";
import type { Dead, DeadState } from "./dead.ts";

/** "r-1a2b3c (deploy, thread 1a2b3c…): the run was given up; Retry continues it." */
export function deadLine(dead: Dead): string {
  return `${nameOf(dead)}: ${stateText(dead.state)}${messages(dead)}`;
}

function nameOf({ name, thread, state }: Dead): string {
  const workflow = "workflow" in state ? `${visible(state.workflow)}, ` : "";
  return thread === undefined ? `message ${visible(name)}` : `${name} (${workflow}thread ${visible(thread)})`;
}

const STRANGERS = {
  "no-job": "no job that this version knows: a newer one sent it, or somebody else. It stays",
  "other-team": "a job of another workspace. It stays",
  "no-run": "there is no such run. It stays",
} as const;

function stateText(state: DeadState): string {
  switch (state.kind) {
    case "given-up":
      return "the run was given up because its job failed each time, and can be retried";
    case "run":
      return `the run is ${state.status}, and can be woken`;
    case "homes":
      return "App Homes are to be looked at again";
    case "stranger":
      return STRANGERS[state.because];
  }
}

function messages({ job, letters }: Dead): string {
  const [oldest] = letters;
  if (oldest === undefined) return ". Its message is gone.";
  const many = letters.length === 1 ? "a dead letter" : `${letters.length} dead letters`;
  const what = job === undefined ? "" : ` (${job})`;
  const since = `${oldest.sentAt.slice(0, 16).replace("T", " ")} UTC`;
  const times = Math.max(...letters.map(({ received }) => received));
  return `. In the queue: ${many}${what}, since ${since}, looked at ${times === 1 ? "once" : `${times} times`} there.`;
}

const MOVED = {
  retried: "is retried; its history says that the command line did it",
  "retried-later": "is queued again; the queue did not answer, so it goes on within about two minutes",
  sent: "was sent to the queue again",
} as const;

export function doneLine(done: Done): string {
  const name = nameOf(done.dead);
  switch (done.kind) {
    case "moved":
      return `${name}: ${MOVED[done.how]}.`;
    case "left":
      return `${name}: ${stateText(done.dead.state)}.`;
    case "failed":
      return `${name}: this failed, and its messages stay: ${visible(done.reason)}`;
  }
}
