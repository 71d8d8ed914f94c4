// What a form that starts a run knows beside its inputs, and the button that opens it: which workflow, what was typed, and where. It comes back untrusted.
import * as z from "zod";
import { JsonObject, parsedJson } from "../approvals/json.ts";

export interface StartRef {
  readonly workflow: string;
  /** What the form is filled in with. */
  readonly args: JsonObject;
  /** Names the delivery, so that submitting twice starts one run. */
  readonly delivery?: string;
  /** None in the App Home. */
  readonly channel?: string;
}

/** Short names, as in every value. */
const Stored = z.object({
  v: z.literal(1),
  w: z.string(),
  a: JsonObject,
  d: z.string().exactOptional(),
  c: z.string().exactOptional(),
});

/** Undefined when it is longer than Slack takes. */
export function encodeStart(
  { workflow, args, delivery, channel }: StartRef,
  longest: number,
): string | undefined {
  const stored: z.input<typeof Stored> = {
    ...{ v: 1, w: workflow, a: args },
    ...(delivery !== undefined && { d: delivery }),
    ...(channel !== undefined && { c: channel }),
  };
  const text = JSON.stringify(stored);
  return text.length <= longest ? text : undefined;
}

/** Also of a button that has nothing but the workflow's name. */
export function decodeStart(value: string | undefined): StartRef | undefined {
  if (value !== undefined && /^[a-z][a-z0-9-]*$/.test(value)) return { workflow: value, args: {} };
  const parsed = Stored.safeParse(parsedJson(value)).data;
  if (parsed === undefined) return undefined;
  const { w: workflow, a: args, d: delivery, c: channel } = parsed;
  return {
    workflow,
    args,
    ...(delivery !== undefined && { delivery }),
    ...(channel !== undefined && { channel }),
  };
}
