// response_url: five answers in half an hour, to whoever clicked or typed a command.
import { z } from "zod";
import { flag, type Refusal, refused, structureFrom } from "./api-method.ts";
import type { Hook, StoredMessage } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import { acceptContent } from "./message-content.ts";
import { addMessage, threadRoot } from "./messages.ts";
import { SEED } from "./seed.ts";
import { messageKey, type Workspace } from "./workspace.ts";

/** A slash command's inline answer has the same fields. */
export const replySchema = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: flag,
  delete_original: flag,
  thread_ts: z.string().optional(),
});
export type Reply = z.output<typeof replySchema>;

export interface HookFor {
  readonly user: string;
  readonly channel: string;
  readonly message?: StoredMessage;
}

export function issueHook(workspace: Workspace, origin: string, { user, channel, message }: HookFor): string {
  const token = workspace.secret();
  const original = message && { message: messageKey(message) };
  const expiresAt = workspace.now() + LIMITS.responseUrl.ttlMs;
  workspace.hooks.put({ token, user, channel, uses: 0, expiresAt, ...original });
  return `${origin}/respond/${token}`;
}

export type Responded = { readonly ok: true } | { readonly status: 404 | 400; readonly refusal: Refusal };

/** Every use of a known URL counts, also one whose content is refused. */
export function respond(
  workspace: Workspace,
  token: string,
  body: Readonly<Record<string, unknown>>,
): Responded {
  const hook = workspace.hooks.get(token);
  if (hook === undefined) return { status: 404, refusal: refused("invalid_url") };
  if (workspace.now() > hook.expiresAt) return { status: 404, refusal: refused("expired_url") };
  if (hook.uses >= LIMITS.responseUrl.uses) return { status: 404, refusal: refused("used_url") };
  workspace.hooks.put({ ...hook, uses: hook.uses + 1 });
  const reply = replySchema.safeParse(structureFrom(body.payload) ?? body);
  if (!reply.success) return { status: 400, refusal: refused("invalid_payload") };
  const refusal = applyReply(workspace, hook, reply.data);
  return refusal === undefined ? { ok: true } : { status: 400, refusal };
}

type ReplyTo = Pick<Hook, "user" | "channel" | "message">;

/** Answers with the refusal, if the content is not what Slack takes. */
export function applyReply(workspace: Workspace, to: ReplyTo, reply: Reply): Refusal | undefined {
  const original = to.message === undefined ? undefined : workspace.messages.get(to.message);
  if (reply.delete_original) {
    if (original !== undefined) workspace.messages.remove(messageKey(original));
    return undefined;
  }
  const verdict = acceptContent(workspace, { text: reply.text, blocks: reply.blocks });
  if (!verdict.ok) return verdict.refusal;
  if (reply.replace_original && original !== undefined) {
    workspace.messages.put({ ...original, ...verdict.content, edited: original.visibleTo === undefined });
    return undefined;
  }
  const thread = reply.thread_ts && threadRoot(workspace, to.channel, reply.thread_ts);
  addMessage(workspace, {
    ...{ channel: to.channel, user: SEED.users.bot },
    ...verdict.content,
    ...(thread && { threadTs: thread }),
    ...(reply.response_type === "ephemeral" && { visibleTo: to.user }),
  });
  return undefined;
}
