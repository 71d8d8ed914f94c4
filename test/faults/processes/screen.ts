// What people see on their screens and do there; undefined and false where Slack did not answer, as it is dead every now and then.
import { interactiveElements } from "../../../src/local/slack/interactive.ts";
import type { LocalPerson } from "../../../src/local/slack/person.ts";
import type { Acted, Message, View } from "../../../src/local/slack/protocol.ts";

export interface CardName {
  readonly thread: string;
  readonly card: string;
}

export function cardOf({ metadata }: Pick<Message, "metadata">): CardName | undefined {
  const { thread, card } = metadata?.event_payload ?? {};
  return typeof thread === "string" && typeof card === "string" ? { thread, card } : undefined;
}

export function offers(message: Message, button: string): boolean {
  return valueOfButton(message, button) !== undefined;
}

/** Says which question it is, at which revision. */
export function valueOfButton({ blocks }: Message, button: string): string | undefined {
  return interactiveElements(blocks).find(({ element }) => element.text?.text === button)?.element.value;
}

export function needsTwo({ blocks }: Message): boolean {
  return JSON.stringify(blocks).includes("(2 needed)");
}

export function showsVoteOf(person: string, { blocks }: Message): boolean {
  return JSON.stringify(blocks).includes(`◔ <@${person}>`);
}

export async function approve(person: LocalPerson, message: Message): Promise<boolean> {
  return wasTaken(await tried(() => person.click(message, "Approve")));
}

export async function edit(person: LocalPerson, message: Message): Promise<boolean> {
  const form = await opened(person, message, "Edit…");
  const plan = form && initialValue(form, "arg:plan");
  if (form === undefined || plan === undefined) return false;
  return sent(person, () => person.submit(form, { "arg:plan": `${plan}-edited` }));
}

export async function reject(person: LocalPerson, message: Message): Promise<boolean> {
  const form = await opened(person, message, "Reject…");
  if (form === undefined) return false;
  return sent(person, () => person.submit(form, { reason: "Not now" }));
}

/** A form that is still there says what is wrong. */
async function sent(person: LocalPerson, submit: () => Promise<Acted>): Promise<boolean> {
  if (!wasTaken(await tried(submit))) return false;
  const seen = await tried(() => person.snapshot());
  return seen?.views.length === 0;
}

async function opened(person: LocalPerson, message: Message, button: string): Promise<View | undefined> {
  const left = await tried(() => person.view());
  if (left !== undefined) await tried(() => person.close(left, true));
  if (!wasTaken(await tried(() => person.click(message, button)))) return undefined;
  return tried(() => person.view());
}

function initialValue({ blocks }: View, block: string): string | undefined {
  return interactiveElements(blocks).find(({ blockId }) => blockId === block)?.element.initial_value;
}

export async function tried<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch {
    return undefined;
  }
}

export function wasTaken(acted: Acted | undefined): boolean {
  return acted?.ok === true && acted.answer.kind === "ok";
}
