// Reads from its stores what an operator is told of one run.
import { runView } from "../../api/views.ts";
import { reasonOf } from "../../approvals/reason.ts";
import { wholeHistory } from "../../runs/history.ts";
import { logOf, type Run } from "../../runs/run.ts";
import { wantedCards } from "../../runs/wanted-cards.ts";
import { Listing } from "../../runs/workflow.ts";
import { linkLine } from "../../slack/blocks/history.ts";
import manifest from "../../workflows/manifest.json" with { type: "json" };
import type { Tools } from "../command.ts";
import type { NamedRun } from "../named-run.ts";
import { nextSteps } from "./next-steps.ts";
import { plain } from "../plain.ts";
import type { CardShown, Report } from "./report.ts";

const LAST_LINES = 8;

/** @throws StorageUnavailable */
export async function reportOf(tools: Tools, found: NamedRun): Promise<Report> {
  const { run } = found;
  // They are deleted one by one, as its log is: what is there still is not shown, and what is missing is no damage.
  const approvals = run.removed === undefined ? found.approvals : [];
  const now = tools.place.clock.now();
  const [{ holds, due }, log, chain] = await Promise.all([
    tools.bystander.look(run),
    run.removed === undefined ? logSeen(tools, run) : {},
    wholeHistory(tools.trail, run),
  ]);
  const [first] = due.map(({ at }) => at).sort();
  const cards = wantedCards(found).map(({ name, place, isBehind }): CardShown => {
    const { channel, ts, nowhere } = place;
    const state = nowhere === true ? "given up" : isBehind ? "behind" : "drawn";
    return { name, channel, ...(ts !== undefined && { ts }), state };
  });
  const seen = {
    ...{ run: runView({ run, approvals }, listingOf(run)), now, holds },
    ...(first !== undefined && { due: first }),
    ...log,
    cards,
    history: {
      ...{ length: chain.length, head: run.audit.head },
      last: chain.slice(-LAST_LINES).map((link) => plain(linkLine(link, approvals))),
    },
  };
  return { ...seen, next: nextSteps(seen, found) };
}

function listingOf({ workflow }: Pick<Run, "workflow">): Listing | undefined {
  const found = manifest.find(({ name }) => name === workflow);
  return Listing.safeParse(found).data;
}

/** A log that cannot be read is what an operator wants to hear of, and no reason to show nothing else. */
async function logSeen(
  { checkpointer }: Tools,
  run: Run,
): Promise<Pick<Report, "checkpoint" | "logTrouble">> {
  try {
    const { snapshot, slots } = await checkpointer.load(logOf(run));
    const last = slots.findLast((slot) => slot.kind === "checkpoint");
    const at = last ?? snapshot?.checkpoint;
    if (at === undefined) return {};
    const next = slots.at(-1)?.next ?? snapshot?.next ?? [];
    const nodes = [...new Set(next.map(({ node }) => node))];
    const { number: slot, step, source, createdAt } = at;
    return { checkpoint: { slot, step, source, at: createdAt, nodes } };
  } catch (error) {
    return { logTrouble: reasonOf(error) };
  }
}
