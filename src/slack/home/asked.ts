// Which run something belongs to, in half a line: its name, who asked for it, how long ago, and where it is shown.
import { type Run, runName } from "../../runs/run.ts";
import { duration, mention, placeOf } from "../text.ts";

/** `when` is said of the asking. */
export function asked(
  { thread, requester, channel }: Pick<Run, "thread" | "requester" | "channel">,
  when = "",
): string {
  const parts = [`asked by ${mention.user(requester)}`, when, `in ${placeOf(channel)}`];
  return `${runName(thread)} · ${parts.filter((part) => part !== "").join(" ")}`;
}

/** `since` as seen from `at`. */
export function ago(since: string, at: string): string {
  return `${duration(since, at)} ago`;
}
