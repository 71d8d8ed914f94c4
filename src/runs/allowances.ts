// What the nodes of a run are told of what people have allowed for it, and where they say what happens by itself.
import { type Allowance, allowanceOf, isAllowed } from "../approvals/allowance.ts";
import type { Approval } from "../approvals/approval.ts";
import {
  allowedEntry,
  type AllowedAction,
  type Checked,
  checkedEntry,
  type Noted,
} from "../approvals/noted.ts";
import { type JsonObject, sameJson } from "../approvals/json.ts";
import { answersToTake } from "../graph/index.ts";
import type { Request } from "../approvals/request.ts";
import type { NotedEntries } from "./audit-ports.ts";
import type { Clock, Records } from "./ports.ts";
import type { Run, ThreadKey } from "./run.ts";

/** What happens by itself: a guardrail's verdict, or that an allowed action is about to run. The same `id` again is the same. */
export type Happening = Omit<Checked, "at"> | Omit<AllowedAction, "at">;

/** What the nodes and tools of a run have as `config.context`. */
export interface RunContext {
  /** Who asked for the run. */
  readonly requester: string;
  readonly allowances: Allowances;
  /**
   * Puts it into the run's history. Once this returns it is not lost, so act afterwards.
   *
   * @throws StorageUnavailable
   * @example
   * await config.context.note({ kind: "allowed", id: key, action: "restart_service", args: digestOf(args), interrupt });
   */
  readonly note: (happening: Happening) => Promise<void>;
}

interface Allowances {
  /**
   * Whose approval of an earlier action of this run covers this one; undefined when it is to be asked about, or was and the answer
   * has still to be taken. So it is to be called in the very node, or the very call of task(), that asks otherwise, right before
   * acting: what was taken back until then does not count.
   *
   * @throws StorageUnavailable
   * @example
   * const allowed = await config.context.allowances.find("restart_service", args);
   */
  find(
    action: string,
    args: JsonObject,
  ): Promise<
    | {
        readonly interrupt: string;
        readonly by: readonly string[];
        /** Of what was approved. */
        readonly risk: Request["risk"];
      }
    | undefined
  >;
}

/** What is to go into a run's history with the turn that has it. */
export interface Notebook {
  readonly note: (happening: Happening) => Promise<void>;
  /** With what had been noted before the turn. */
  all(): readonly Noted[];
}

interface NotebookDeps {
  readonly noted: Pick<NotedEntries, "note">;
  readonly clock: Clock;
}

export function createNotebook(
  { noted, clock }: NotebookDeps,
  { team, thread }: ThreadKey,
  before: readonly Noted[],
): Notebook {
  const all = [...before];
  return {
    async note(happening) {
      const entry = entryOf(happening, clock.now());
      // By a worker that died before it acted, or by a call of a tool that is made again.
      if (all.some(({ id }) => id === entry.id)) return;
      await noted.note({ team, thread }, entry);
      all.push(entry);
    },
    all: () => [...all],
  };
}

function entryOf(happening: Happening, now: string): Noted {
  return happening.kind === "checked" ? checkedEntry(happening, now) : allowedEntry(happening, now);
}

interface Told {
  readonly approvals: readonly Approval[];
  readonly notebook: Notebook;
}

export function contextOf(
  deps: { readonly records: Pick<Records, "approval"> },
  run: Run,
  { approvals, notebook }: Told,
): RunContext {
  const allowances = allowancesOf(deps, run, approvals);
  return { requester: run.requester, allowances, note: (happening) => notebook.note(happening) };
}

/** Of the approvals as a turn has read them. What is decided after that is the next turn's to know, and asked about until then. */
function allowancesOf(
  { records }: { readonly records: Pick<Records, "approval"> },
  { team, thread }: ThreadKey,
  approvals: readonly Approval[],
): Allowances {
  const standing = approvals.flatMap((approval) => allowanceOf(approval) ?? []);
  return {
    async find(action, args) {
      const toTake = approvals.filter(({ interrupt }) => answersToTake().includes(interrupt));
      if (toTake.some((approval) => isAskedBy(approval, action, args))) return undefined;
      const isTaken = ({ interrupt }: Allowance): boolean =>
        !toTake.some((approval) => approval.interrupt === interrupt);
      const covers = (allowance: Allowance): boolean =>
        isTaken(allowance) && isAllowed(allowance, { name: action, args });
      for (const { interrupt } of standing.filter(covers)) {
        const now = await records.approval({ team, thread }, interrupt);
        if (now === undefined) continue;
        const allowance = allowanceOf(now);
        if (allowance !== undefined && covers(allowance))
          return { interrupt, by: allowance.by, risk: now.request.risk };
      }
      return undefined;
    },
  };
}

/** People were asked about this very action, and have answered: their answer counts, whatever else allows it. */
function isAskedBy({ request, askedArgs }: Approval, action: string, args: JsonObject): boolean {
  return request.action.name === action && sameJson(askedArgs ?? request.action.args, args);
}
