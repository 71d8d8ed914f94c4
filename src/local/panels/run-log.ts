// The runs of the local table, for the page's panel: a demo's table is small enough to be read whole.
import { type AttributeValue, ScanCommand } from "@aws-sdk/client-dynamodb";
import { createCheckpointLog } from "../../aws/checkpoint-log.ts";
import { createDynamo } from "../../aws/dynamodb.ts";
import { sortKey } from "../../aws/keys.ts";
import { createRecords } from "../../aws/records.ts";
import type { ChatModel, Checkpointer } from "../../graph/index.ts";
import { UNCOUNTED } from "../../runs/metrics.ts";
import type { Records } from "../../runs/ports.ts";
import { pathOf } from "../../runs/path.ts";
import { Run, runName, type ThreadKey } from "../../runs/run.ts";
import type { Services, Workflow } from "../../runs/workflow.ts";
import type { RunLine, RunPicture, Runs } from "./protocol.ts";

export interface RunLog {
  /** Newest first, at most fifty. */
  list(): Promise<Runs>;
  /** Undefined when there is no such run, or its workflow is no longer registered. */
  picture(thread: string): Promise<RunPicture | undefined>;
  close(): void;
}

export interface RunLogOptions {
  readonly dynamoUrl: string;
  readonly table: string;
  readonly team: string;
  readonly workflows: ReadonlyMap<string, Workflow>;
}

const LISTED = 50;

export function createRunLog({ dynamoUrl, table, team, workflows }: RunLogOptions): RunLog {
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 3_000, maxAttempts: 2 });
  const records = createRecords(dynamo, table, UNCOUNTED);
  const checkpointer = createCheckpointLog(dynamo, table);

  async function runs(): Promise<readonly Run[]> {
    const found: Run[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await dynamo.send(
        new ScanCommand({
          TableName: table,
          FilterExpression: "sk = :run",
          ExpressionAttributeValues: { ":run": { S: sortKey.run } },
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      found.push(...(page.Items ?? []).map(({ d }) => Run.parse(JSON.parse(d?.S ?? "null"))));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return found;
  }

  return {
    async list() {
      const newest = (await runs())
        .filter((run) => run.team === team)
        .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
        .slice(0, LISTED);
      return { runs: newest.map(lineOf) };
    },
    picture: (thread) => pictureOf({ records, checkpointer, workflows }, { team, thread }),
    close: () => dynamo.destroy(),
  };
}

interface Sources extends Pick<RunLogOptions, "workflows"> {
  readonly records: Records;
  readonly checkpointer: Checkpointer;
}

async function pictureOf(
  { records, checkpointer, workflows }: Sources,
  key: ThreadKey,
): Promise<RunPicture | undefined> {
  const run = await records.run(key);
  const workflow = workflows.get(run?.workflow ?? "");
  if (run === undefined || workflow === undefined) return undefined;
  const path = await pathOf(workflow.compile(NOTHING_TO_ACT_WITH, checkpointer), run);
  const error = run.status.kind === "failed" ? { error: run.status.error } : {};
  return { ...lineOf(run), ...path, ...error };
}

/** Looking at a graph runs none of its nodes. */
const NOTHING_TO_ACT_WITH: Services = {
  ops: { get: callsNothing, post: callsNothing },
  clock: { now: () => new Date(0).toISOString() },
  model: {
    complete: () => Promise.reject(new Error("Nothing is asked while a run is only looked at.")),
  } satisfies ChatModel,
};

function callsNothing(): Promise<never> {
  return Promise.reject(new Error("Nothing is called while a run is only looked at."));
}

function lineOf({ thread, workflow, status, requester, channel, createdAt }: Run): RunLine {
  return {
    ...{ thread, workflow, requester, channel },
    label: runName(thread),
    status: status.kind === "queued" ? "running" : status.kind,
    at: createdAt,
  };
}
