// Lists from the indexes: an index says what may be on a list, and in which order; the records, read consistently, say what is.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Approval } from "../approvals/approval.ts";
import { conversationOf } from "../runs/card.ts";
import { nameOfApprovals, nameOfRuns } from "../runs/list-cursor.ts";
import { isListed, isToFindOne, place } from "../runs/list-places.ts";
import type { ApprovalsOf, ListQuery, Lists, RunsOf } from "../runs/lists.ts";
import { type Run, runName } from "../runs/run.ts";
import type { Item } from "./items.ts";
import { sortKey } from "./keys.ts";
import { conversationIndex, listIndex, listKey, shardsOf } from "./list-keys.ts";
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

function approvalsList(query: ListQuery<ApprovalsOf>): List<Approval> {
  const { team, of } = query;
  const keyOf = ({ pk, at }: Named): Item => keyOfItem(pk, sortKey.approval(place.toInterrupt(at)));
  return {
    name: nameOfApprovals(query),
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

function runsList(query: ListQuery<RunsOf>): List<Run> {
  const { team, of } = query;
  const keyOf = ({ pk }: Named): Item => keyOfItem(pk, sortKey.run);
  return {
    name: nameOfRuns(query),
    ...runsSource(team, of),
    keyOf,
    isOfOne: isToFindOne(of),
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
