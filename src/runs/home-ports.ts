// What App Homes need from the world: who has opened theirs and what it shows, whether any of them may be out of date, and Slack to show them.
import type { Home } from "./home.ts";
import type { HomeState } from "./home-state.ts";

export interface HomeKey {
  readonly team: string;
  readonly user: string;
}

/** One person's home as it was shown last. */
export interface ShownHome extends HomeKey {
  readonly state: HomeState;
  /** When the person last opened it, or clicked in it. */
  readonly openedAt: string;
  readonly drawn: DrawnHome;
}

export interface DrawnHome {
  /** Of what it shows, but for when that was read and what was said of a click. */
  readonly hash: string;
  /** Slack's name for exactly this view of it; whoever names it overwrites no newer one. */
  readonly view: string;
}

/** Every method throws StorageUnavailable when the store cannot answer. */
export interface Homes {
  find(key: HomeKey): Promise<ShownHome | undefined>;
  /** The person has opened it, or clicked in it: from now on it is kept up to date. */
  opened(home: ShownHome): Promise<void>;
  /** Those that are kept up to date, and were looked at longest ago. */
  open(team: string, most: number): Promise<readonly ShownHome[]>;
  /** It was looked at. What the person has opened since stands. */
  lookedAt(home: ShownHome, at: string): Promise<void>;
  /** It is not kept up to date any more; what the person has chosen in it is remembered for some days. Who has opened it since is not told. */
  leave(home: ShownHome): Promise<void>;
  /** Homes may be out of date. Since when that is marked: a mark that is not older than `since` stands. */
  mark(team: string, times: { readonly now: string; readonly since: string }): Promise<Mark>;
  marked(team: string): Promise<string | undefined>;
  /** They have been looked at; a mark that is newer than `at` stands. */
  unmark(team: string, at: string): Promise<void>;
}

export interface Mark {
  readonly at: string;
  /** Made by this call. */
  readonly isNew: boolean;
}

export type Published =
  | { readonly kind: "published"; readonly drawn: DrawnHome }
  /** It shows that already. */
  | { readonly kind: "same" }
  /** Another view of it was published meanwhile, or it is not there any more. */
  | { readonly kind: "overtaken" };

/**
 * The only one who shows homes.
 *
 * Every method throws HomeUnavailable when Slack could not be reached or refused.
 */
export interface HomeScreen {
  /** For somebody who waits for it, in the place of whatever is there. `said` is what came of their click. */
  show(user: string, home: Home, said?: string): Promise<DrawnHome>;
  /** Draws nothing that is drawn already. */
  refresh(user: string, home: Home, drawn: DrawnHome): Promise<Published>;
  /** In place of a home that could not be read now: why, what came of the click all the same, and how to try again. */
  apologize(user: string, apology: Apology): Promise<void>;
}

export interface Apology {
  readonly because: "storage" | "directory" | "late";
  /** Of the home that was clicked in. */
  readonly state?: HomeState;
  readonly said?: string;
}
