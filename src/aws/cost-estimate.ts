// What a run has cost, estimated from what is stored of it: nothing counts by run while it works.
import { deflateRawSync } from "node:zlib";
import { type Approval, votesOn } from "../approvals/approval.ts";
import { encodeSlot, type Slot } from "../graph/index.ts";
import type { CardPlaces } from "../runs/card.ts";
import { hasEnded } from "../runs/retention.ts";
import type { Run } from "../runs/run.ts";
import { dollarsOf, type Dollars } from "./dollars.ts";
import { nothing, type Tally, tallyOf } from "./tally.ts";

/** All that is stored of a run. */
export interface StoredRun {
  readonly run: Run;
  readonly approvals: readonly Approval[];
  readonly cards: CardPlaces;
  readonly slots: readonly Slot[];
  /** Sealed parts of its history, in bytes each. */
  readonly parts: readonly number[];
}

/** What was counted in the stores. */
export interface CountedRun {
  readonly slots: number;
  readonly questions: number;
  readonly votes: number;
  /** Of the run's record, and of those of its questions together: each is a write. */
  readonly runVersion: number;
  readonly questionVersions: number;
  readonly cards: number;
  readonly historyEntries: number;
  readonly historyParts: number;
  readonly modelCalls: number;
  /** Nodes that have finished: each may have called somebody. */
  readonly steps: number;
  /** Without indexes. */
  readonly bytes: number;
}

export interface CostEstimate {
  readonly counted: CountedRun;
  readonly jobs: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly dynamoRequests: number;
  readonly slackCalls: number;
  readonly otherCalls: number;
  readonly dollars: Dollars;
}

/** What DynamoDB adds to an item, and our keys and attributes around its text. */
const AROUND_BYTES = 250;
const WRITE_BYTES = 1_024;

/** How work goes, as the stories of docs/cost.md have shown it: a test holds the estimate against what they count. */
const PER = {
  /** Jobs: of a run, that which starts it and that which tells its end; of a question, the answer, two of Homes and two redraws; of a further vote, three. */
  run: { jobs: 2 },
  question: { jobs: 5, homes: 2, slackCalls: 9 },
  vote: { jobs: 3, slackCalls: 5 },
  /** Index entries that a write of it moves, on the average. */
  indexes: { run: 1.3, question: 3 },
  /** A record grows: its writes were of this much of what it is now. */
  grown: 0.9,
  /** Holds taken and given back, and cards noted, by a job that works on the thread. */
  holds: 2.4,
  /** Reading back: requests of a job and units of each. */
  reads: { requests: 3, units: 0.6 },
  logBytes: 480,
} as const;

/**
 * @example
 * const { writeUnits, dollars } = costEstimate(stored);
 */
export function costEstimate(stored: StoredRun): CostEstimate {
  const { run, approvals } = stored;
  const counted = countedIn(stored);
  const furtherVotes = Math.max(0, counted.votes - counted.questions);
  const jobs = PER.run.jobs + PER.question.jobs * counted.questions + PER.vote.jobs * furtherVotes;
  const homes = PER.question.homes * counted.questions;
  const runWrites = run.version + PER.holds * (jobs - homes);
  const slotUnits = stored.slots.map((slot) => unitsOf(slotBytes(slot)));
  const partUnits = stored.parts.map(unitsOf);
  // An hour behind its end, every item is told when it is to be deleted.
  const again = hasEnded(run.status) ? 2 : 1;
  const writeUnits = Math.round(
    again * (sum(slotUnits) + sum(partUnits)) +
      runWrites * (grownUnits(runBytes(stored)) + PER.indexes.run) +
      sum(
        approvals.map(
          (approval) =>
            (approval.version + again - 1) * (grownUnits(bytesOf(approval)) + PER.indexes.question),
        ),
      ) +
      PER.question.jobs * counted.questions,
  );
  const writes = again * (slotUnits.length + partUnits.length) + runWrites + counted.questionVersions;
  const reads = PER.reads.requests * jobs;
  const slackCalls = 2 + PER.question.slackCalls * counted.questions + PER.vote.slackCalls * furtherVotes;
  const estimate = {
    ...{ counted, jobs, writeUnits, readUnits: round(reads * PER.reads.units) },
    ...{
      dynamoRequests: Math.round(writes + reads),
      slackCalls,
      otherCalls: counted.modelCalls + counted.steps,
    },
  };
  return { ...estimate, dollars: dollarsOf(tallyFor(estimate)) };
}

function countedIn({ run, approvals, cards, slots, parts }: StoredRun): CountedRun {
  const sizes = [runBytes({ run, cards }), ...approvals.map(bytesOf), ...slots.map(slotBytes), ...parts];
  return {
    ...{ slots: slots.length, questions: approvals.length, votes: sum(approvals.map(votesIn)) },
    ...{ runVersion: run.version, questionVersions: sum(approvals.map(({ version }) => version)) },
    ...{ cards: Object.keys(cards).length, historyEntries: run.audit.length, historyParts: parts.length },
    modelCalls: run.usage?.calls ?? 0,
    steps: sum(Object.values(run.progress?.nodes ?? {}).map(({ times }) => times)),
    bytes: sum(sizes) + sizes.length * AROUND_BYTES,
  };
}

function votesIn(approval: Approval): number {
  const { state } = approval;
  if (state.kind !== "decided") return votesOn(approval).length;
  return 1 + ("votes" in state.decision ? state.decision.votes.length : 0);
}

type Estimated = Omit<CostEstimate, "dollars">;

/** What people did is the Slack function's, all else is the worker's. */
function tallyFor({ counted, jobs, ...estimated }: Estimated): Tally {
  const clicks = 1 + counted.votes;
  return {
    ...tallyOf(nothing),
    slack: { ...nothing(), invocations: clicks, sends: clicks, slackCalls: clicks },
    worker: {
      ...{ invocations: jobs, sends: Math.max(0, jobs - clicks), logBytes: jobs * PER.logBytes },
      ...{ dynamoRequests: estimated.dynamoRequests, writeUnits: estimated.writeUnits },
      ...{ readUnits: estimated.readUnits, otherCalls: estimated.otherCalls },
      slackCalls: Math.max(0, estimated.slackCalls - clicks),
    },
  };
}

function runBytes({ run, cards }: Pick<StoredRun, "run" | "cards">): number {
  return bytesOf(run) + bytesOf(cards);
}

function bytesOf(record: object): number {
  return Buffer.byteLength(JSON.stringify(record));
}

/** The log's texts are stored compressed. */
function slotBytes(slot: Slot): number {
  return deflateRawSync(encodeSlot(slot)).length;
}

function unitsOf(bytes: number): number {
  return Math.ceil((bytes + AROUND_BYTES) / WRITE_BYTES);
}

function grownUnits(bytes: number): number {
  return Math.max(1, ((bytes + AROUND_BYTES) * PER.grown) / WRITE_BYTES + 0.5);
}

function sum(all: readonly number[]): number {
  return all.reduce((whole, one) => whole + one, 0);
}

function round(units: number): number {
  return Math.round(units * 2) / 2;
}
