// The form that starts a run: an input for each field of the workflow, filled in with what was typed, and what of it does not fit.
import type { View } from "@slack/web-api";
import type { Json, JsonObject } from "../../approvals/json.ts";
import { isMasked } from "../../approvals/redaction.ts";
import { type FieldErrors, isOutside } from "../../approvals/schema.ts";
import type { Listing } from "../../runs/workflow.ts";
import { VIEW } from "../action-id.ts";
import { heading, plain, section } from "../blocks/parts.ts";
import { clip, LIMITS } from "../limits.ts";
import { encodeStart, type StartRef } from "../start-ref.ts";
import { escaped } from "../text.ts";
import { argsBlocks, argsForm, argsInputs, argsRead, placedErrors, type Read } from "./args-form.ts";
import { heldIn } from "./edit/control.ts";
import { type Form, inputsFor } from "./edit/form.ts";

/** What to say above the inputs, a line each. */
type Notes = readonly string[];

/** Undefined when what was typed is longer than a form can carry. */
export function startModal(listing: Listing, ref: StartRef, notes: Notes = []): View | undefined {
  const private_metadata = encodeStart(ref, LIMITS.privateMetadata);
  if (private_metadata === undefined) return undefined;
  const about = [`*${listing.name}*: ${escaped(listing.description)}`, ...notes].join("\n");
  return {
    type: "modal",
    callback_id: VIEW.start,
    private_metadata,
    title: plain(`Start ${listing.name}`, LIMITS.modalTitle),
    submit: plain("Start", LIMITS.modalTitle),
    close: plain("Cancel", LIMITS.modalTitle),
    blocks: [section(clip(about, LIMITS.sectionText)), ...argsBlocks(formOf(listing, ref.args))],
  };
}

function formOf({ inputSchema: schema }: Listing, args: JsonObject): Form {
  return argsForm({ args, schema, typesSecrets: true });
}

export interface Prefilled {
  readonly args: JsonObject;
  readonly notes: Notes;
}

/** As much of what was typed as inputs can show. A secret is not shown, and does not lie in the form either. */
export function prefilled({ inputSchema: schema }: Listing, typed: JsonObject): Prefilled {
  const known = Object.entries(typed).filter(([name]) => !isOutside(schema, name));
  const secret = known.map(([name]) => name).filter((name) => isMasked(name, typed, schema));
  const canHaveInputs = inputsFor({ schema, args: {}, typesSecrets: true }) !== undefined;
  const isShown = (name: string, value: Json): boolean => !canHaveInputs || hasInputs(schema, name, value);
  const shown = known.filter(([name, value]) => !secret.includes(name) && isShown(name, value));
  const names = secret.map((name) => `*${heading(name)}*`).join(", ");
  return {
    args: Object.fromEntries(shown),
    notes: secret.length === 0 ? [] : [`What you typed for ${names} is kept nowhere; please type it again.`],
  };
}

/** A value that no input can show, such as a word for a number, takes no others with it. */
function hasInputs(schema: JsonObject, name: string, value: Json): boolean {
  const parts = inputsFor({ schema, args: { [name]: value }, typesSecrets: true });
  return parts !== undefined && parts.every(({ kind }) => kind !== "stays");
}

/** The arguments as the form has them; undefined when it is not the form of this workflow as it is now. */
export function startArgs(listing: Listing, args: JsonObject, submitted: unknown): Read | undefined {
  const form = formOf(listing, args);
  const held = heldIn(submitted);
  const known = argsInputs(form);
  const isOurs = held !== undefined && [...held.keys()].every((block) => known.includes(block));
  return isOurs ? argsRead(args, form, held) : undefined;
}

export function startErrors(listing: Listing, args: JsonObject, errors: FieldErrors): FieldErrors {
  return placedErrors(argsInputs(formOf(listing, args)), errors);
}
