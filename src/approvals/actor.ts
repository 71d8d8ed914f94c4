// Who did something, as it is recorded: somebody by their Slack id, or one of their API keys.
import * as z from "zod";
import { isPerson } from "./policy.ts";

/** What an API key is called: part of its token, of policies and of every record of what it did. */
export const KEY_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Who may use the deployment's own tools is no user of Slack's, and may do what operators may. No id of Slack's is in small letters. */
export const CLI = "cli";

export interface Actor {
  /** By their Slack id. Where people must differ, they and all of their keys are one. */
  readonly user: string;
  /** The key that was used for it. */
  readonly key?: string;
}

/**
 * As one word, so that whatever records who did something records the key, too.
 *
 * @example
 * actorText({ user: "U0RITA", key: "ci" }); // "U0RITA/ci"
 */
export function actorText({ user, key }: Actor): string {
  return key === undefined ? user : `${user}/${key}`;
}

/** Of a text that names nobody's key, all of it is the user. */
export function actorFrom(text: string): Actor {
  const slash = text.indexOf("/");
  if (slash === -1) return { user: text };
  const [user, key] = [text.slice(0, slash), text.slice(slash + 1)];
  return isPerson(user) && KEY_NAME.test(key) ? { user, key } : { user: text };
}

/** Whose doing it counts as. */
export function personIn(text: string): string {
  return actorFrom(text).user;
}

const KEY = "key:";

/** A key that a policy names, as a group: it is in it by itself, and nobody else is, its owner included. */
export function keyGroup(key: string): string {
  return `${KEY}${key}`;
}

/** Undefined for a group of people. */
export function keyOfGroup(group: string): string | undefined {
  return group.startsWith(KEY) ? group.slice(KEY.length) : undefined;
}

/** What a run can be started by that is nobody in person. */
export const Webhook = z.enum(["alertmanager", "signed"]);
export type Webhook = z.infer<typeof Webhook>;

const WEBHOOK = "webhook:";

/** The requester of a run that a webhook has started. */
export function webhookRequester(webhook: Webhook): string {
  return `${WEBHOOK}${webhook}`;
}

/** Undefined for a requester that is none. */
export function webhookOf(requester: string): Webhook | undefined {
  return Webhook.safeParse(requester.startsWith(WEBHOOK) ? requester.slice(WEBHOOK.length) : "").data;
}
