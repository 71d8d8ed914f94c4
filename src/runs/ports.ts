// What the use cases need from the world. Each interface is the least they ask for; aws/ and slack/ implement them.
import type { Approval } from "../approvals/approval.ts";
import type { Ping } from "../approvals/attention.ts";
import type { Noted } from "../approvals/noted.ts";
import type { Person } from "../approvals/policy.ts";
import type { CardPlaces } from "./card.ts";
import type { Run, ThreadKey } from "./run.ts";

export interface ThreadRecords {
  readonly run: Run | undefined;
  readonly approvals: readonly Approval[];
  readonly cards: CardPlaces;
  /** What is noted, such as clicks that decided nothing, and not in the run's history yet; oldest first. */
  readonly noted: readonly Noted[];
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
  /** Threads with a run or an approval that was due before `now`; with `most`, about as many of those that have been due for longest. */
  due(team: string, now: string, most?: number): Promise<readonly DueThread[]>;
}

export interface DueThread extends ThreadKey {
  /** Since when, of what has been due in it for longest. */
  readonly dueAt: string;
}

/** What one worker at a time has of a thread: the lease lets it run the graph, the claim lets it draw the cards. */
export type Hold = "lease" | "claim";

/** Until when each hold is wanted, should its holder die. */
export type Wanted = Readonly<Partial<Record<Hold, string>>>;

/** One worker's hold on a thread, with the records that are written through it. */
export interface Held extends ThreadKey {
  readonly by: string;
  readonly run: Run;
  readonly cards: CardPlaces;
  /** Only those that were free; the holders of the others were nudged, and look again before they let go. */
  readonly holds: Readonly<Partial<Record<Hold, HoldState>>>;
  /** How often the claim had changed hands, and cards had been written under it, when `cards` was read. */
  readonly claimEpoch: number;
  /** How many drawings had come too late when `cards` was read. */
  readonly strays: number;
}

export interface HoldState {
  /** How often it has changed hands, and of the claim also how often cards were written: 1 for the very first holder, who has written none. */
  readonly epoch: number;
  /** How often others had asked for it when the records were read: a write does not count as having looked. */
  readonly nudge: number;
  /** When others may take it. */
  readonly until: string;
}

export interface HoldChange {
  /** The next version of the run; needs the lease. */
  readonly run?: Run;
  /** Needs the claim; when that is taken along, they are written only if nobody has drawn since they were read. */
  readonly cards?: CardPlaces;
  /** When the sweeper should look at the run; only as it was read, since whoever writes it says that anew. */
  readonly due?: { readonly at: string | undefined };
  /** Takes the claim along when it is free, and nudges its holder when not. */
  readonly takeClaim?: { readonly now: string; readonly until: string };
  readonly give?: readonly Hold[];
  /** Also when there was a nudge: somebody else will see to what it was about. */
  readonly heedless?: boolean;
}

export type HoldWritten =
  /** `hasCards` when the given cards were written. */
  | { readonly kind: "written"; readonly held: Held; readonly hasCards: boolean }
  /** Nothing was written: somebody asked for what was to be given back, so look again first. */
  | { readonly kind: "nudged"; readonly held: Held }
  /** Nothing was written: somebody else wrote the run's record, so look again first. */
  | { readonly kind: "changed"; readonly held: Held }
  /** Nothing was written: another worker has taken the thread over. */
  | { readonly kind: "lost" };

/**
 * Holds on threads, in the run's own record, so that what belongs together is one write. The log's conditional append keeps the state right even when a lease
 * lies; a claim keeps an older drawing from landing last.
 *
 * Every method throws StorageUnavailable when the store cannot answer.
 */
export interface Threads {
  /** Takes what is free. Undefined for a thread without a run. */
  take(
    key: ThreadKey,
    wanted: Wanted,
    taker: { readonly by: string; readonly now: string },
  ): Promise<Held | undefined>;
  write(held: Held, change: HoldChange): Promise<HoldWritten>;
  /**
   * Says that something was drawn by who had the claim no more: every card that has been posted is then to be looked at, by whoever
   * holds the thread, or once the sweeper has found it. Needs no hold.
   */
  strayed(key: ThreadKey, now: string): Promise<void>;
}

/** A wake-up for the worker. It carries no authority and no order: what is to be done is read from the records. */
export type Job = ThreadJob | HomesJob;

export interface ThreadJob extends ThreadKey {
  readonly kind: "start" | "resume" | "redraw" | "sweep";
}

/** App Homes of a team may be out of date. */
export interface HomesJob {
  readonly kind: "homes";
  readonly team: string;
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

/**
 * Where people belong, for what they may see and whom a reminder names; nobody decides by it.
 *
 * Every method throws DirectoryUnavailable when that cannot be found out.
 */
export interface Memberships {
  /** Of which groups somebody is a member at this moment; of people the workspace does not know, none. */
  groupsOf(user: string): Promise<readonly string[]>;
  /** The channels somebody is in, as far as the app can see them. */
  channelsOf(user: string): Promise<readonly string[]>;
  membersOf(group: string): Promise<readonly string[]>;
}

/** What is to be drawn; the drawing is a pure function of it. */
export type Drawing =
  | { readonly kind: "run"; readonly run: Run; readonly approvals: readonly Approval[] }
  | { readonly kind: "ask"; readonly approval: Approval; readonly run: Run }
  /** A reply that notifies: the question asks for something else now. */
  | { readonly kind: "note"; readonly approval: Approval; readonly run: Run }
  /** The question in another place than its run's thread. */
  | { readonly kind: "copy"; readonly approval: Approval; readonly run: Run }
  /** A reply that notifies those in `ping.to`. */
  | { readonly kind: "ping"; readonly approval: Approval; readonly run: Run; readonly ping: Ping }
  | { readonly kind: "outcome"; readonly run: Run }
  /** In place of whatever stood there: nothing of the run is kept. */
  | { readonly kind: "purged"; readonly run: Run };

/** Where a card goes: a known message to redraw, or a new one, in the run's thread when there is one. */
export interface Place extends ThreadKey {
  readonly card: string;
  readonly channel: string;
  readonly ts?: string;
  /** It may have been posted before, although nobody knows where. */
  readonly mayExist: boolean;
  /** It shows what it should, as far as is known; there may be others of the same name beside `ts`, and those are to be deleted. */
  readonly mayHaveCopies?: boolean;
  readonly threadTs?: string;
  /** It is a copy, which is given up where it cannot stand. `channel` may then name a person. */
  readonly isElsewhere?: boolean;
}

/** Where a card has come to be. */
export interface Placed {
  readonly channel: string;
  readonly ts: string;
  /** Of the run's own message, when that stands in a thread itself. */
  readonly threadTs?: string;
  /** How many others of the same name were deleted. */
  readonly copies?: number;
}

/** The only writer of cards. */
export interface Messenger {
  /**
   * Posts or redraws, and says where the message is: not always in the channel that was asked for, nor always the message that was
   * known. A card that may exist is looked for before it is posted.
   *
   * @throws MessengerUnavailable when Slack could not be reached or refused for now, NowhereToShow when a copy is given up, or what was to be emptied is not there.
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
