// What every act of a person needs, and how it ends.
import type { Delivery, Dispatcher } from "./dispatch.ts";
import type { Acted, Answer, Person } from "./protocol.ts";
import type { Workspace } from "./workspace.ts";

export interface Acting {
  readonly workspace: Workspace;
  readonly dispatcher: Dispatcher;
  readonly person: Person;
  /** Where this server was reached, for response URLs. */
  readonly origin: string;
}

export function refusal(error: string): Extract<Acted, { readonly ok: false }> {
  return { ok: false, error };
}

/** Without the body, which is the app's and Slack's business only. */
export function answerOf({ kind, status, ms }: Delivery): Answer {
  return { kind, status, ms };
}

/** When Slack has nothing to tell the app. */
export const NOTHING_SENT: Answer = { kind: "ok", status: 200, ms: 0 };
