// What is noted beside a run's history, to be folded into it: clicks that decided nothing, what guardrails said, and what ran without a question.
import * as z from "zod";
import { clippedText } from "./clipped.ts";
import { digestOf } from "./json.ts";

/** An entry's id says which transition it is, so that a crash between two writes never records one twice. */
export const common = { id: z.string().min(1), at: z.iso.datetime() };

/** A click that did not count. `digest` is what the button showed: a claim, which may be the very reason. */
export const RefusedClick = z.object({
  kind: z.literal("refused"),
  ...common,
  by: z.string(),
  tried: z.string(),
  because: z.string(),
  interrupt: z.string(),
  digest: z.string(),
});
export type RefusedClick = z.infer<typeof RefusedClick>;

/** Somebody has read the full request, or begun to answer it. `form` is what they opened, `digest` what it showed them. */
export const OpenedForm = z.object({
  kind: z.literal("opened"),
  ...common,
  by: z.string(),
  form: z.string(),
  interrupt: z.string(),
  digest: z.string(),
});
export type OpenedForm = z.infer<typeof OpenedForm>;

/** Somebody did it again, in a run of its own: `as` is that one's thread. */
export const Replayed = z.object({
  kind: z.literal("replayed"),
  ...common,
  by: z.string(),
  as: z.string(),
  /** The step with which that run begins, where that is not the first one. */
  step: z.string().exactOptional(),
});
export type Replayed = z.infer<typeof Replayed>;

/** What a guardrail said of something, such as what the agent was asked or a call of a tool. */
export const Checked = z.object({
  kind: z.literal("checked"),
  ...common,
  guardrail: z.string(),
  subject: z.string(),
  passed: z.boolean(),
  reason: z.string(),
});
export type Checked = z.infer<typeof Checked>;

/** An action needed no question: people had allowed it with `interrupt`. `args` is the digest of its arguments. */
export const AllowedAction = z.object({
  kind: z.literal("allowed"),
  ...common,
  action: z.string(),
  args: z.string(),
  interrupt: z.string(),
});
export type AllowedAction = z.infer<typeof AllowedAction>;

/** What is noted beside the chain: by whoever does not hold the thread, or before something is done that must not go untold. */
export const Noted = z.discriminatedUnion("kind", [
  RefusedClick,
  OpenedForm,
  Replayed,
  Checked,
  AllowedAction,
]);
export type Noted = z.infer<typeof Noted>;

/** What a button brings is a claim of any length. */
const LONGEST_CLAIM = 128;

/** The click that did not count. The same click again has the same id, so that a double click is recorded once. */
export function refusedClick(click: Omit<RefusedClick, "kind" | "id">): RefusedClick {
  const { by, tried, because } = click;
  const [digest, interrupt] = [claimOf(click.digest), claimOf(click.interrupt)];
  const id = `refused:${digestOf({ by, tried, because, interrupt, digest }).slice(0, 32)}`;
  return { kind: "refused", id, at: click.at, by, tried, because, interrupt, digest };
}

/** The form that was opened. The same one again has the same id, so that each person's first look at each revision is recorded. */
export function openedForm({ at, by, form, interrupt, digest }: Omit<OpenedForm, "kind" | "id">): OpenedForm {
  const id = `opened:${digestOf({ by, form, interrupt, digest }).slice(0, 32)}`;
  return { kind: "opened", id, at, by, form, interrupt, digest };
}

/** Said again, it is the same entry. */
export function replayedRun({ at, by, as, step }: Omit<Replayed, "kind" | "id">): Replayed {
  return { kind: "replayed", id: `replayed:${as}`, at, by, as, ...(step !== undefined && { step }) };
}

/** Without when: an entry that is made again after a crash has the same id, and the history has it once. */
type Untold<Entry> = Omit<Entry, "at">;

/** By the id that the caller gives each check: of one that is done again there is one entry. */
export function checkedEntry(checked: Untold<Checked>, at: string): Checked {
  const { passed } = checked;
  return {
    ...{ kind: "checked", id: ownId("checked", checked.id), at, passed },
    ...{ guardrail: nameOf(checked.guardrail), subject: nameOf(checked.subject) },
    reason: clippedText(checked.reason),
  };
}

/** By the id that the caller gives each call: of one that is made again there is one entry. */
export function allowedEntry(allowed: Untold<AllowedAction>, at: string): AllowedAction {
  const { args, interrupt } = allowed;
  const id = ownId("allowed", allowed.id);
  return { kind: "allowed", id, at, action: nameOf(allowed.action), args, interrupt };
}

/** Never that of another kind of entry. */
function ownId(kind: string, given: string): string {
  return `${kind}:${digestOf(given.toWellFormed()).slice(0, 32)}`;
}

const LONGEST_NAME = 200;

function nameOf(text: string): string {
  return clippedText(text.toWellFormed(), LONGEST_NAME);
}

function claimOf(text: string): string {
  return text.slice(0, LONGEST_CLAIM).toWellFormed();
}
