// Shows App Homes: to whoever opens theirs or clicks in it, and anew to those who have it open when something has changed.
import { DirectoryUnavailable, HomeUnavailable, StorageUnavailable } from "./errors.ts";
import { type Home, type HomeDeps, homeOf } from "./home.ts";
import type { HomeKey, Homes, HomeScreen, ShownHome } from "./home-ports.ts";
import { readOnce } from "./home-reads.ts";
import { FIRST_STATE, type HomeState } from "./home-state.ts";
import type { Log } from "./ports.ts";
import { later } from "../approvals/later.ts";
import { type ViewerDeps, viewerOf } from "./viewer.ts";

export interface HomesDeps extends HomeDeps, ViewerDeps {
  readonly homes: Homes;
  readonly screen: HomeScreen;
  readonly log: Log;
}

/** Who has not opened it for this long sees it anew when they open it again. */
const KEPT_MS = 60 * 60_000;
/** Of one job: those that were looked at longest ago; the others have their turn when something changes the next time. */
const MOST = 50;
const AT_ONCE = 5;

export interface Asked {
  /** As it stands on what was clicked; by default as it was last. */
  readonly state?: HomeState;
  /** What came of the click. */
  readonly said?: string;
  /** The click has taken too long for anything to be read now. */
  readonly isLate?: boolean;
}

/** Never throws for what is away: whoever clicked is answered as well as can be. */
export async function showHome(deps: HomesDeps, key: HomeKey, asked: Asked = {}): Promise<void> {
  try {
    await showOrApologize(deps, key, asked);
  } catch (error) {
    if (!(error instanceof HomeUnavailable)) throw error;
    deps.log.warn("An App Home could not be shown.", { user: key.user, reason: error.message });
  }
}

async function showOrApologize(deps: HomesDeps, key: HomeKey, asked: Asked): Promise<void> {
  const { screen, log } = deps;
  if (asked.isLate === true) return screen.apologize(key.user, { because: "late", ...asked });
  try {
    const { state, home } = await readFor(deps, key, asked.state);
    const drawn = await screen.show(key.user, home, asked.said);
    await remember(deps, { ...key, state, openedAt: home.at, drawn });
  } catch (error) {
    const isKnown = error instanceof StorageUnavailable || error instanceof DirectoryUnavailable;
    if (!isKnown) throw error;
    log.warn("What an App Home shows could not be read.", { user: key.user, reason: error.message });
    const because = error instanceof StorageUnavailable ? "storage" : "directory";
    await screen.apologize(key.user, { because, ...asked });
  }
}

async function readFor(
  deps: HomesDeps,
  { team, user }: HomeKey,
  asked: HomeState | undefined,
): Promise<{ readonly state: HomeState; readonly home: Home }> {
  const [viewer, known] = await Promise.all([
    viewerOf(deps, user),
    asked === undefined ? deps.homes.find({ team, user }) : undefined,
  ]);
  const state = asked ?? known?.state ?? FIRST_STATE;
  return { state, home: await homeOf(deps, { team, viewer, state }) };
}

/** The person sees it either way; one that is not remembered is not kept up to date. */
async function remember({ homes, log }: HomesDeps, home: ShownHome): Promise<void> {
  try {
    await homes.opened(home);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    log.warn("An App Home is not remembered.", { user: home.user, reason: error.message });
  }
}

/**
 * The homes that are open show what is so now. Repeating it changes nothing; what could not be done keeps its mark, for the sweeper.
 *
 * @throws StorageUnavailable
 */
export async function refreshHomes(given: HomesDeps, team: string, beginUntil: string): Promise<void> {
  const { homes, clock } = given;
  const now = clock.now();
  const open = await homes.open(team, MOST);
  const deps = { ...given, ...readOnce(given), clock: { now: () => now } };
  for (let from = 0; from < open.length; from += AT_ONCE) {
    if (clock.now() >= beginUntil) return;
    const done = await Promise.all(open.slice(from, from + AT_ONCE).map((home) => refresh(deps, home, now)));
    if (done.includes(false)) return;
  }
  await homes.unmark(team, now);
}

/** False when Slack is to be left alone for now. */
async function refresh(deps: HomesDeps, shown: ShownHome, now: string): Promise<boolean> {
  const { homes, screen, log } = deps;
  if (shown.openedAt < later(now, -KEPT_MS)) {
    await homes.leave(shown);
    return true;
  }
  try {
    const viewer = await viewerOf(deps, shown.user);
    const home = await homeOf(deps, { team: shown.team, viewer, state: shown.state });
    const published = await screen.refresh(shown.user, home, shown.drawn);
    const drawn = published.kind === "published" ? published.drawn : shown.drawn;
    await homes.lookedAt({ ...shown, drawn }, now);
    return true;
  } catch (error) {
    if (!(error instanceof HomeUnavailable || error instanceof DirectoryUnavailable)) throw error;
    log.warn("App Homes are brought up to date later.", { user: shown.user, reason: error.message });
    // The next time others come first: one home that cannot be shown must not keep them waiting.
    await homes.lookedAt(shown, now);
    return false;
  }
}
