// countersign runs: what runs there are, newest first, or what waits for a decision, longest first.
import type { Approval } from "../../approvals/approval.ts";
import type { ApprovalsOf, Page, RunsOf } from "../../runs/lists.ts";
import type { Run } from "../../runs/run.ts";
import manifest from "../../workflows/manifest.json" with { type: "json" };
import type { Command, Given, Options, Tools } from "../command.ts";
import { cursorTrouble, wantedOf } from "../pages.ts";
import { runsText, shownRun, shownWaiting, waitingText } from "./runs-table.ts";
import { type Said, wrong } from "../said.ts";
import { notAmong, shown, strayIn } from "../words.ts";

const STATUSES = ["queued", "waiting", "done", "failed", "cancelled"] as const;
type Status = (typeof STATUSES)[number];

const USUAL = 20;
const MOST = 1_000;

export const runsCommand: Command = {
  name: "runs",
  group: "Runs",
  says: "lists runs, newest first; with --waiting what waits for a decision",
  usage: ["npm run countersign -- runs", "npm run countersign -- runs --waiting"],
  examples: [
    "npm run countersign -- runs --status failed --workflow deploy --stage prod",
    "npm run countersign -- runs --waiting --channel C0DEPLOYS --json",
  ],
  options: {
    status: { type: "string", takes: "<status>", says: `only these: ${STATUSES.join(", ")}` },
    workflow: { type: "string", takes: "<name>", says: "only those of that workflow" },
    channel: { type: "string", takes: "<id>", says: "only those shown in that channel, by its id" },
    waiting: {
      type: "boolean",
      says: "requests that nobody has decided, with how long and for whom they wait",
    },
    limit: { type: "string", takes: "<number>", says: `at most so many, ${USUAL} if it is not said` },
    cursor: { type: "string", takes: "<cursor>", says: "goes on behind the list before, which said it" },
  },
  async run(given) {
    const wanted = wantedIn(given);
    if (typeof wanted === "string") return wrong(wanted);
    try {
      return await listed(wanted, given);
    } catch (error) {
      const trouble = cursorTrouble(error);
      if (trouble === undefined) throw error;
      return wrong(trouble);
    }
  },
};

interface Wanted {
  readonly status: Status | undefined;
  readonly workflow: string | undefined;
  readonly channel: string | undefined;
  readonly waits: boolean;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A sentence when the words are wrong. */
function wantedIn({ words, options }: Given): Wanted | string {
  const text = textIn(options);
  const wanted: Wanted = {
    status: STATUSES.find((one) => one === text("status")),
    ...{ channel: text("channel"), workflow: text("workflow"), cursor: text("cursor") },
    waits: options["waiting"] === true,
    limit: Number(text("limit") ?? USUAL),
  };
  const stray = strayIn(words, 0, '"runs" takes options; one run is shown by "run"');
  return stray ?? statusProblem(text("status"), wanted) ?? problemOf(wanted, text("limit")) ?? wanted;
}

function statusProblem(said: string | undefined, { status, waits }: Wanted): string | undefined {
  if (said === undefined) return undefined;
  if (status === undefined) return notAmong("status", said, STATUSES);
  return waits ? "Say --status or --waiting, and not both." : undefined;
}

function problemOf({ channel, limit }: Wanted, said: string | undefined): string | undefined {
  if (channel !== undefined && !/^[CDG][A-Z0-9]{2,}$/.test(channel))
    return `"${shown(channel)}" is no channel's id. It begins with C, as in C0DEPLOYS; in Slack it stands below the channel's details.`;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    return `--limit takes a number from 1 to ${MOST}, and not "${shown(said ?? "")}".`;
  return undefined;
}

function textIn(options: Options): (name: string) => string | undefined {
  return (name) => {
    const value = options[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
}

async function listed(wanted: Wanted, { tools, progress }: Given): Promise<Said> {
  const opened = await tools();
  const now = opened.place.clock.now();
  if (wanted.waits) {
    const { items, next } = await waiting(wanted, opened, progress);
    const rows = items.map(shownWaiting);
    const text = waitingText(rows, now) ?? `Nothing waits for a decision${ofWhich(wanted)}.`;
    return said({ kind: "waiting", requests: rows }, text, next);
  }
  const { items, next } = await runs(wanted, opened, progress);
  const rows = items.map(shownRun);
  return said(
    { kind: "runs", runs: rows },
    runsText(rows, now) ?? `There are no runs${ofWhich(wanted)}.`,
    next,
  );
}

function said(data: object, text: string, next: string | undefined): Said {
  if (next === undefined) return { code: 0, text, data: { ...data } };
  const more = `There may be more: the same again with --cursor ${next}`;
  return { code: 0, text: `${text}\n\n${more}`, data: { ...data, next } };
}

type Progress = Given["progress"];

/** The index that names least is read; the rest is looked at. */
function runs(wanted: Wanted, { lists, place }: Tools, progress: Progress): Promise<Page<Run>> {
  const { status, workflow, channel, limit: most, cursor } = wanted;
  const of = whichRuns(wanted);
  const isWanted = (run: Run): boolean =>
    (status === undefined || run.status.kind === status) &&
    (workflow === undefined || run.workflow === workflow) &&
    (channel === undefined || run.channel === channel);
  return wantedOf((page) => lists.runs({ team: place.team, of, order: "newest", ...page }), {
    ...{ most, cursor, isWanted, progress },
  });
}

function whichRuns({ status, workflow, channel }: Wanted): RunsOf {
  if (channel !== undefined) return { kind: "channel", channel };
  if (workflow !== undefined) return { kind: "workflow", workflow };
  return status === undefined ? { kind: "team" } : { kind: "status", status };
}

function waiting(wanted: Wanted, { lists, place }: Tools, progress: Progress): Promise<Page<Approval>> {
  const { workflow, channel, limit: most, cursor } = wanted;
  const isWanted = (approval: Approval): boolean => workflow === undefined || approval.workflow === workflow;
  const of = whichApprovals({ workflow, channel });
  return wantedOf((page) => lists.approvals({ team: place.team, of, order: "oldest", ...page }), {
    ...{ most, cursor, isWanted, progress },
  });
}

function whichApprovals({ workflow, channel }: Pick<Wanted, "workflow" | "channel">): ApprovalsOf {
  if (channel !== undefined) return { kind: "channel", channel };
  return workflow === undefined ? { kind: "team" } : { kind: "workflow", workflow };
}

/** Of a list in which nothing is: what was asked for, and of a workflow that nobody knows the nearest. */
function ofWhich({ status, workflow, channel }: Wanted): string {
  const unknown = workflow === undefined ? undefined : notAmong("workflow", workflow, NAMES);
  return [
    ...(status === undefined ? [] : [` that are ${status}`]),
    ...(workflow === undefined ? [] : [` of ${shown(workflow)}`]),
    ...(channel === undefined ? [] : [` in ${channel}`]),
    ...(unknown === undefined ? [] : [`. ${unknown.replace(/\.$/, "")}`]),
  ].join("");
}

const NAMES = manifest.map(({ name }) => name);
