// What the use cases need from the world. Each interface is the least they ask for; aws/ and slack/ implement them.
import type { Approval } from "../approvals/approval.ts";
import type { Person } from "../approvals/policy.ts";
import type { Run, ThreadKey } from "./run.ts";

/** A message Countersign keeps up to date: the run's own, one for each interrupt, or the closing reply. */
export interface Card extends ThreadKey {
  /** "run", "outcome" or "ask:<interrupt id>". */
  readonly card: string;
  readonly channel: string;
  /** Slack's name for the message, once it is known to exist. */
  readonly ts?: string;
  /** Version of the record that was drawn last; 0 when nothing was. */
  readonly drawn: number;
  /** How often somebody set out to draw it. More than once without a `ts` means: look before posting. */
  readonly claims: number;
}

export interface ThreadRecords {
  readonly run: Run | undefined;
  readonly approvals: readonly Approval[];
  readonly cards: readonly Card[];
}

/**
 * Runs and approvals as versioned records.
 *
 * Reads are consistent. A save creates the record when its version is 1 and otherwise replaces exactly the version before it; false means that somebody else
 * wrote first. Every method throws StorageUnavailable when the store cannot answer.
 */
export interface Records {
  run(key: ThreadKey): Promise<Run | undefined>;
  approval(key: ThreadKey, interrupt: string): Promise<Approval | undefined>;
  thread(key: ThreadKey): Promise<ThreadRecords>;
  /** `due` is when the sweeper should look at it; without one it need not. */
  saveRun(run: Run, due?: string): Promise<boolean>;
  saveApproval(approval: Approval, due?: string): Promise<boolean>;
  /** Changes only when the sweeper looks at it, if it is still at this version: no new version, so nothing is drawn again. */
  reschedule(record: Run | Approval, due: string | undefined): Promise<boolean>;
  /** Threads with a run or an approval that was due before `now`. */
  due(team: string, now: string): Promise<readonly ThreadKey[]>;
}

/** One drawer at a time for each card, so that an older drawing can never land last. */
export interface Cards {
  /** Undefined while somebody else holds the card. Counts the claim. */
  claim(card: Pick<Card, "team" | "thread" | "card" | "channel">, claim: Claim): Promise<Card | undefined>;
  /** False when the claim was lost meanwhile. Keeps the claim. */
  drawn(card: Card, claim: Claim): Promise<boolean>;
  release(card: Card, claim: Claim): Promise<void>;
}

/** Who holds a card or a thread, and until when, should they die. */
export interface Claim {
  readonly by: string;
  readonly now: string;
  readonly until: string;
}

/** One worker at a time for each thread. The log's conditional append keeps the state right even when a lease lies. */
export interface Leases {
  /** Undefined when another worker holds the thread; the attempt is noted as a nudge, and the holder looks again before it lets go. */
  acquire(key: ThreadKey, claim: Claim): Promise<Lease | undefined>;
  /** Gives the thread back, unless a nudge came since `lease` was read: then the newer lease is returned and still held. */
  release(lease: Lease): Promise<Lease | undefined>;
}

export interface Lease extends ThreadKey {
  readonly by: string;
  readonly nudge: number;
}

/** A wake-up for the worker. It carries no authority and no order: what is to be done is read from the records. */
export interface Job extends ThreadKey {
  readonly kind: "start" | "resume" | "redraw" | "sweep";
}

export interface Queue {
  /** @throws QueueUnavailable when the job may not have been taken. */
  send(job: Job, delaySeconds?: number): Promise<void>;
}

/** Who people are and which groups they are in, at this moment. */
export interface Directory {
  /** @throws DirectoryUnavailable when that cannot be found out; nobody may decide on a guess. */
  person(user: string, groups: readonly string[]): Promise<Person>;
}

/** What is to be drawn; the drawing is a pure function of it. */
export type Drawing =
  | { readonly kind: "run"; readonly run: Run; readonly approvals: readonly Approval[] }
  | { readonly kind: "ask"; readonly approval: Approval; readonly run: Run }
  | { readonly kind: "outcome"; readonly run: Run };

/** Where a card goes: a known message to redraw, or a new one, in the run's thread when there is one. */
export interface Place {
  readonly card: Card;
  readonly threadTs?: string;
}

/** Where a card has come to be. */
export type Placed = Required<Pick<Card, "channel" | "ts">>;

/** The only writer of cards. */
export interface Messenger {
  /**
   * Posts or redraws, and says where the message is: not always in the channel that was asked for. When the card was claimed before and
   * is not known to exist, it looks for it first.
   *
   * @throws MessengerUnavailable when Slack could not be reached or refused for now.
   */
  draw(drawing: Drawing, place: Place): Promise<Placed>;
}

export interface Clock {
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

export interface Log {
  readonly info: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}
