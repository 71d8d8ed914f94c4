// Where runs and questions stand in the indexes that lists are read from. An index has only what is to be listed.
import type { Approval } from "../approvals/approval.ts";
import { type CardPlaces, type Conversation, conversationOf } from "../runs/card.ts";
import { approverListsOf, place } from "../runs/list-places.ts";
import { runName, type Run, type ThreadKey } from "../runs/run.ts";
import type { Item } from "./items.ts";
import { sortKey } from "./keys.ts";

/** What a whole team writes to is spread over this many index partitions. */
const LIST_SHARDS = 4;

export interface ListIndex {
  readonly name: "status" | "workflow" | "channel" | "approver" | "conversation";
  readonly p: string;
  readonly s: string;
}

export const listIndex = {
  status: { name: "status", p: "g2p", s: "g2s" },
  workflow: { name: "workflow", p: "g3p", s: "g3s" },
  channel: { name: "channel", p: "g4p", s: "g4s" },
  approver: { name: "approver", p: "g5p", s: "g5s" },
} as const satisfies Record<string, ListIndex>;

/** Of runs alone, by the thread of Slack's that they are shown in: written with the places of their cards, and not with their records. */
export const conversationIndex: ListIndex = { name: "conversation", p: "g6p", s: "g6s" };

/** Questions and runs share the indexes. Names that are free text come last, so that nothing in them is taken for a separator. */
export const listKey = {
  /** A question is listed by status only while it is pending, or expired and not asked again. */
  pending: (team: string, shard: number): string => `A#${team}#${shard}#pending`,
  expired: (team: string, shard: number): string => `A#${team}#${shard}#expired`,
  approvalsOfWorkflow: (team: string, shard: number, workflow: string): string =>
    `A#${team}#${shard}#${workflow}`,
  approvalsOfChannel: (team: string, channel: string): string => `A#${team}#${channel}`,
  approvalsOfUser: (team: string, user: string): string => `A#${team}#u#${user}`,
  approvalsOfGroup: (team: string, group: string): string => `A#${team}#g#${group}`,
  /** Homes that are kept up to date, by when each was last looked at. */
  homes: (team: string): string => `H#${team}`,
  runsOfStatus: (team: string, shard: number, status: string): string => `R#${team}#${shard}#${status}`,
  runsOfWorkflow: (team: string, shard: number, workflow: string): string => `R#${team}#${shard}#${workflow}`,
  runsOfChannel: (team: string, channel: string): string => `R#${team}#${channel}`,
  runsOfName: (team: string, name: string): string => `R#${team}#name#${name}`,
  runsShownIn: (team: string, { channel, threadTs }: Conversation): string =>
    `R#${team}#${channel}#${threadTs}`,
};

/** All partitions of a list that is spread. */
export function shardsOf(of: (shard: number) => string): readonly string[] {
  return Array.from({ length: LIST_SHARDS }, (_, shard) => of(shard));
}

function shardOf({ thread }: ThreadKey): number {
  return Number.parseInt(thread.slice(0, 8), 16) % LIST_SHARDS || 0;
}

export function indexKeysOf(record: Run | Approval): Item {
  return "interrupt" in record ? indexKeysOfApproval(record) : indexKeysOfRun(record);
}

/** Nobody approves a run itself: in the approvers' index it stands by its name. */
function indexKeysOfRun(run: Run): Item {
  const { team, thread, status, workflow, channel } = run;
  const [at, shard] = [place.ofRun(run), shardOf(run)];
  return {
    ...entry(listIndex.status, listKey.runsOfStatus(team, shard, status.kind), at),
    ...entry(listIndex.workflow, listKey.runsOfWorkflow(team, shard, workflow), at),
    ...entry(listIndex.channel, listKey.runsOfChannel(team, channel), at),
    ...entry(listIndex.approver, listKey.runsOfName(team, runName(thread)), at),
  };
}

/** Nothing before its own message stands anywhere. */
export function indexKeysOfCards(run: Run, cards: CardPlaces): Item {
  const shown = conversationOf(cards);
  if (shown === undefined) return {};
  return entry(conversationIndex, listKey.runsShownIn(run.team, shown), place.ofRun(run));
}

/** A question that is settled is on no list. Its first approver stands on the record, the others in rows of their own. */
function indexKeysOfApproval(approval: Approval): Item {
  const { team, workflow, channel, state } = approval;
  const [at, shard] = [place.ofApproval(approval), shardOf(approval)];
  if (state.kind === "expired") return entry(listIndex.status, listKey.expired(team, shard), at);
  if (state.kind !== "pending") return {};
  const [first] = approverKeysOf(approval);
  return {
    ...entry(listIndex.status, listKey.pending(team, shard), at),
    ...entry(listIndex.workflow, listKey.approvalsOfWorkflow(team, shard, workflow), at),
    ...entry(listIndex.channel, listKey.approvalsOfChannel(team, channel), at),
    ...(first === undefined ? {} : entry(listIndex.approver, first, at)),
  };
}

/** The rows of a question, for each approver but the first; by their sort keys. */
export function listRowsOf(approval: Approval): ReadonlyMap<string, Item> {
  const { interrupt } = approval;
  const at = place.ofApproval(approval);
  const [, ...others] = approverKeysOf(approval);
  const rows = others.map((approver) => entry(listIndex.approver, approver, at));
  return new Map(rows.map((row, n) => [sortKey.listRow(interrupt, String(n)), row]));
}

function approverKeysOf(approval: Approval): readonly string[] {
  const { team } = approval;
  return approverListsOf(approval, {
    ofUser: (user) => listKey.approvalsOfUser(team, user),
    ofGroup: (group) => listKey.approvalsOfGroup(team, group),
  });
}

function entry({ p, s }: ListIndex, partition: string, at: string): Item {
  return { [p]: { S: partition }, [s]: { S: at } };
}
