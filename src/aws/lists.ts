// Lists from the indexes: an index says what may be on a list, and in which order; the records, read consistently, say what is.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Approval } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { mayDecide } from "../approvals/policy.ts";
import { conversationOf } from "../runs/card.ts";
import type { ApprovalsOf, ListQuery, Lists, RunsOf } from "../runs/lists.ts";
import { type Run, runName } from "../runs/run.ts";
import type { Item } from "./items.ts";
import { sortKey } from "./keys.ts";
import { conversationIndex, listIndex, listKey, place, shardsOf } from "./list-keys.ts";
import { type List, type Named, readPage } from "./list-page.ts";
import { approvalOf, cardsOf, runOf } from "./record-item.ts";

export function createLists(dynamo: DynamoDBClient, table: string): Lists {
  const store = { dynamo, table };
  return {
    approvals: (query) => readPage(store, approvalsList(query), query),
    runs: (query) => readPage(store, runsList(query), query),
  };
}

type Source = Pick<List<unknown>, "index" | "partitions">;

function approvalsList({ team, of, order }: ListQuery<ApprovalsOf>): List<Approval> {
  const keyOf = ({ pk, at }: Named): Item => keyOfItem(pk, sortKey.approval(place.toInterrupt(at)));
  // Of an approver: the groups may change between two pages, and it is the same list.
  const name = { list: "approvals", team, order, of: of.kind === "approver" ? { user: of.user } : { ...of } };
  return {
    name,
    ...approvalsSource(team, of),
    keyOf,
    pick(item): Approval | undefined {
      const approval = approvalOf(item);
      return isListed(approval, of) ? approval : undefined;
    },
  };
}

function approvalsSource(team: string, of: ApprovalsOf): Source {
  switch (of.kind) {
    case "team":
      return { index: listIndex.status, partitions: shardsOf((shard) => listKey.pending(team, shard)) };
    case "workflow":
      return {
        index: listIndex.workflow,
        partitions: shardsOf((shard) => listKey.approvalsOfWorkflow(team, shard, of.workflow)),
      };
    case "channel":
      return { index: listIndex.channel, partitions: [listKey.approvalsOfChannel(team, of.channel)] };
    case "approver": {
      const groups = of.groups.map((group) => listKey.approvalsOfGroup(team, group));
      const partitions = [...new Set([listKey.approvalsOfUser(team, of.user), ...groups])];
      return { index: listIndex.approver, partitions };
    }
    case "expired":
      return { index: listIndex.status, partitions: shardsOf((shard) => listKey.expired(team, shard)) };
    case "group":
      return { index: listIndex.approver, partitions: [listKey.approvalsOfGroup(team, of.group)] };
  }
}

function isListed(approval: Approval, of: ApprovalsOf): boolean {
  if (approval.state.kind !== (of.kind === "expired" ? "expired" : "pending")) return false;
  switch (of.kind) {
    case "expired":
    case "team":
      return true;
    case "workflow":
      return approval.workflow === of.workflow;
    case "channel":
      return approval.channel === of.channel;
    case "approver": {
      const person = { kind: "member", id: of.user, groups: of.groups } as const;
      return mayDecide(person, approval.requester, standingPolicy(approval)).allowed;
    }
    case "group":
      return standingPolicy(approval).approvers.groups.includes(of.group);
  }
}

function runsList({ team, of, order }: ListQuery<RunsOf>): List<Run> {
  const keyOf = ({ pk }: Named): Item => keyOfItem(pk, sortKey.run);
  return {
    name: { list: "runs", team, order, of: { ...of } },
    ...runsSource(team, of),
    keyOf,
    pick(item): Run | undefined {
      const run = runOf(item);
      return isOf(run, of, item) ? run : undefined;
    },
  };
}

/** Every status there is: together they are all runs of a team. A new one that is missing here does not compile. */
const STATUSES: Readonly<Record<Run["status"]["kind"], true>> = {
  queued: true,
  waiting: true,
  done: true,
  failed: true,
  cancelled: true,
};

function runsSource(team: string, of: RunsOf): Source {
  const ofStatus = (status: string): readonly string[] =>
    shardsOf((shard) => listKey.runsOfStatus(team, shard, status));
  switch (of.kind) {
    case "team":
      return { index: listIndex.status, partitions: Object.keys(STATUSES).flatMap(ofStatus) };
    case "status":
      return { index: listIndex.status, partitions: ofStatus(of.status) };
    case "workflow":
      return {
        index: listIndex.workflow,
        partitions: shardsOf((shard) => listKey.runsOfWorkflow(team, shard, of.workflow)),
      };
    case "channel":
      return { index: listIndex.channel, partitions: [listKey.runsOfChannel(team, of.channel)] };
    case "name":
      return { index: listIndex.approver, partitions: [listKey.runsOfName(team, of.name)] };
    case "conversation":
      return { index: conversationIndex, partitions: [listKey.runsShownIn(team, of)] };
  }
}

function isOf(run: Run, of: RunsOf, item: Item): boolean {
  switch (of.kind) {
    case "team":
      return true;
    case "status":
      return run.status.kind === of.status;
    case "workflow":
      return run.workflow === of.workflow;
    case "channel":
      return run.channel === of.channel;
    case "name":
      return runName(run.thread) === of.name;
    case "conversation": {
      const shown = conversationOf(cardsOf(item));
      return shown?.channel === of.channel && shown.threadTs === of.threadTs;
    }
  }
}

function keyOfItem(pk: string, sk: string): Item {
  return { pk: { S: pk }, sk: { S: sk } };
}
