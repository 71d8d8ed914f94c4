// What people do with the cards of an agent's run, and what its model hears of it.
import type { Filled } from "../../src/local/slack/fill-in.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import type { AgentRun } from "./agent-workflow.ts";
import { messageLike } from "./system.ts";

const TITLE = "Deploy checkout v2.4.1 to prod";

/** The card that asks about this, while it waits. */
export function cardOf(person: LocalPerson, title = TITLE): Promise<Message> {
  return messageLike(person, new RegExp(`^Approval needed: ${title}\\.`));
}

/** What the tools have told the model before its last answer, in order. */
export function heard({ asked }: Pick<AgentRun, "asked">): readonly string[] {
  return (asked.at(-1) ?? []).flatMap((one) => (one.role === "tool" ? [one.content] : []));
}

/** The form that is open. */
export async function form(person: LocalPerson): Promise<View> {
  return person.waitFor(({ views }) => views.at(-1));
}

export async function submitted(person: LocalPerson, filled: Filled): Promise<void> {
  await person.submit(await form(person), filled);
}
