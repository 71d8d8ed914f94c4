// What a home carries so that the next click finds it as it was left: filter and pages, in its metadata and its buttons. All of it comes back untrusted.
import * as z from "zod";
import { parsedJson } from "../../approvals/json.ts";
import { LIMITS } from "../limits.ts";
import { HomeFilter, HomeSection, HomeState } from "../../runs/home-state.ts";

const Stored = z.object({ v: z.literal(1), s: HomeState });

export function encodeHomeState(state: HomeState): string {
  return JSON.stringify({ v: 1, s: state } satisfies z.input<typeof Stored>);
}

/** Undefined when it is not of this version of ours. */
export function decodeHomeState(text: string | undefined): HomeState | undefined {
  return Stored.safeParse(parsedJson(text)).data?.s;
}

const StoredTurn = z.object({ v: z.literal(1), s: HomeSection, p: z.int().min(0).max(100) });

export interface Turn {
  readonly section: HomeSection;
  readonly page: number;
}

export function encodeTurn({ section, page }: Turn): string {
  return JSON.stringify({ v: 1, s: section, p: page } satisfies z.input<typeof StoredTurn>);
}

export function decodeTurn(text: string | undefined): Turn | undefined {
  const stored = StoredTurn.safeParse(parsedJson(text)).data;
  return stored && { section: stored.s, page: stored.p };
}

/** Of the menu's option. */
export function decodeFilter(text: string | undefined): HomeFilter | undefined {
  return HomeFilter.safeParse(text).data;
}

/** A modal that was opened in a home says so in its metadata, beside what it says for itself. */
const FromHome = z.looseObject({ home: z.literal(true) });

export function isFromHome(metadata: string): boolean {
  return FromHome.safeParse(parsedJson(metadata)).success;
}

export function markedFromHome<View extends { readonly private_metadata?: string }>(view: View): View {
  const own = z.looseObject({}).safeParse(parsedJson(view.private_metadata)).data;
  const marked = JSON.stringify({ ...own, home: true });
  // Without the mark the home is shown anew a few seconds later.
  const fits = own !== undefined && marked.length <= LIMITS.privateMetadata;
  return fits ? { ...view, private_metadata: marked } : view;
}
