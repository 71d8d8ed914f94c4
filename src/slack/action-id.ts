// Names on buttons and modals, both ways: which request somebody clicked, and what they clicked. All of it comes back untrusted.
import * as z from "zod";
import type { Approval } from "../approvals/approval.ts";

export const ACTION = {
  approve: "approve",
  reject: "reject",
  edit: "edit",
  review: "review",
  retry: "retry",
  cancel: "cancel",
} as const;

export const VIEW = { reject: "reject_request", edit: "edit_request", review: "review_request" } as const;

/** Short names: a button's value may have 2,000 characters, and a modal's metadata 3,000. */
const StoredRef = z.object({ v: z.literal(1), t: z.string(), s: z.int(), i: z.string(), d: z.string() });

/** Which request a button belongs to, at which digest. */
export interface RequestRef {
  readonly thread: string;
  readonly slot: number;
  readonly interrupt: string;
  readonly digest: string;
}

export function encodeRequestRef({ thread, slot, interrupt, digest }: Approval | RequestRef): string {
  return JSON.stringify({ v: 1, t: thread, s: slot, i: interrupt, d: digest } satisfies z.input<
    typeof StoredRef
  >);
}

/** Undefined when the button is not of this version of ours. */
export function decodeRequestRef(value: string | undefined): RequestRef | undefined {
  const parsed = StoredRef.safeParse(jsonOf(value));
  if (!parsed.success) return undefined;
  const { t, s, i, d } = parsed.data;
  return { thread: t, slot: s, interrupt: i, digest: d };
}

const StoredRunRef = z.object({ v: z.literal(1), t: z.string() });

export function encodeRunRef(thread: string): string {
  return JSON.stringify({ v: 1, t: thread } satisfies z.input<typeof StoredRunRef>);
}

export function decodeRunRef(value: string | undefined): string | undefined {
  return StoredRunRef.safeParse(jsonOf(value)).data?.t;
}

function jsonOf(value: string | undefined): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch {
    return undefined;
  }
}
