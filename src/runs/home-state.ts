// What somebody has chosen to see in their App Home, and how far they have turned the pages of each section. It comes back from Slack untrusted.
import * as z from "zod";

export const HomeFilter = z.enum(["mine", "groups", "all"]);
export type HomeFilter = z.infer<typeof HomeFilter>;

/** From 0; a page that is not there is the nearest that is. */
const page = z.int().min(0).max(100);
const Pages = z.object({ waiting: page, stalled: page, running: page, done: page });

export const HomeState = z.object({ filter: HomeFilter, pages: Pages });
export type HomeState = z.infer<typeof HomeState>;

export const HomeSection = z.keyof(Pages);
export type HomeSection = z.infer<typeof HomeSection>;

const FIRST_PAGES = { waiting: 0, stalled: 0, running: 0, done: 0 };

export const FIRST_STATE: HomeState = { filter: "mine", pages: FIRST_PAGES };

/** Other things are shown then: each section begins anew. */
export function filteredBy(filter: HomeFilter): HomeState {
  return { filter, pages: FIRST_PAGES };
}

export function turnedTo({ filter, pages }: HomeState, section: HomeSection, to: number): HomeState {
  return { filter, pages: { ...pages, [section]: to } };
}
