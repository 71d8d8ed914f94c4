// The App Home of one person, drawn: a pure function of what they may see. Whatever there is, it fits into one view.
import type { HomeView, KnownBlock } from "@slack/web-api";
import type { Count, Home, OpenHome } from "../../runs/home.ts";
import type { HomeSection } from "../../runs/home-state.ts";
import { context, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { moment } from "../text.ts";
import { controls, turning } from "./controls.ts";
import { doneRow, runningRow } from "./runs.ts";
import { stalledRow } from "./stalled.ts";
import { startBlocks } from "./start.ts";
import { encodeHomeState } from "./state.ts";
import { waitingRow } from "./waiting.ts";

export interface HomeWords {
  /** What came of the click that it is shown after. */
  readonly said?: string | undefined;
  /** "/countersign". */
  readonly command: string;
}

export function homeView(home: Home, words: HomeWords): HomeView {
  if (home.kind === "closed") return { type: "home", blocks: [section(CLOSED[home.because])] };
  return {
    type: "home",
    private_metadata: encodeHomeState(home.state),
    blocks: [
      { type: "header", text: plain(headline(home), LIMITS.headerText) },
      ...saidBlocks(words.said),
      controls(home.state.filter),
      ...sections(home, words),
      ...startBlocks(home.startable, words.command),
      context(`Updated ${moment(home.at)}`),
    ],
  };
}

export function saidBlocks(said: string | undefined): readonly KnownBlock[] {
  return said === undefined ? [] : [section(`ℹ️ ${said}`)];
}

const CLOSED = {
  guest: "Guests of this workspace can't see runs here. Ask a member to show you what you need.",
  external: "People of other workspaces can't see runs here. Ask a member to show you what you need.",
  deactivated: "I don't know you as a member of this workspace, so there is nothing to show.",
  unknown: "I don't know you as a member of this workspace, so there is nothing to show.",
} as const;

function headline({ waiting, stalled, running, doneToday }: OpenHome): string {
  return [
    `Waiting for you ${numbered(waiting.count)}`,
    ...(stalled === undefined ? [] : [`Stalled ${numbered(stalled.count)}`]),
    `Running ${numbered(running.count)}`,
    `Done today ${numbered(doneToday)}`,
  ].join(" · ");
}

function numbered({ number, isMore }: Count): string {
  return isMore ? `${number}+` : String(number);
}

function sections(home: OpenHome, { command }: HomeWords): readonly KnownBlock[] {
  const { waiting, stalled, running, done, at, state } = home;
  const parts: readonly SectionDrawn[] = [
    {
      name: "waiting",
      title: "Waiting for you",
      part: waiting,
      rows: waiting.rows.map((row) => waitingRow(row, at)),
    },
    ...(stalled === undefined
      ? []
      : [
          {
            name: "stalled",
            title: "Stalled",
            part: stalled,
            rows: stalled.rows.flatMap((row) => stalledRow(row, at)),
          } as const,
        ]),
    {
      name: "running",
      title: "Running",
      part: running,
      rows: running.rows.map((row) => runningRow(row, at)),
    },
    { name: "done", title: "Recently done", part: done, rows: done.rows.map((run) => doneRow(run, at)) },
  ];
  const filled = parts.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0) return [section(emptyText(state.filter, command))];
  const drawn = filled.flatMap((one) => sectionBlocks(one, state.pages[one.name], command));
  return waiting.rows.length > 0 ? drawn : [section("Nothing waits for you."), ...drawn];
}

interface SectionDrawn {
  readonly name: HomeSection;
  readonly title: string;
  readonly part: { readonly count: Count; readonly hasNext: boolean };
  readonly rows: readonly KnownBlock[];
}

function sectionBlocks(
  { name, title, part, rows }: SectionDrawn,
  page: number,
  command: string,
): readonly KnownBlock[] {
  const isCut = part.count.isMore && !part.hasNext;
  return [
    { type: "divider" },
    section(`*${title}*${page === 0 ? "" : ` · page ${page + 1}`}`),
    ...rows,
    ...turning({ name, page, hasNext: part.hasNext }),
    ...(isCut
      ? [context(`There may be more than I look through here: \`${command} help\` says how to find it.`)]
      : []),
  ];
}

function emptyText(filter: OpenHome["state"]["filter"], command: string): string {
  const what =
    filter === "all"
      ? "Nothing waits for you, and nothing that you may see is running or was done lately."
      : "All quiet: nothing waits for you, and nothing of yours is running or was done lately.";
  return `${what}\nTo see what you can do here, type \`${command} help\` in any channel.`;
}
