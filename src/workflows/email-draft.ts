// Has a model write an e-mail, and holds what it wrote against what can be sent.
import * as z from "zod";
import { ModelAnswerUnusable } from "../agent/model-errors.ts";
import type { ChatModel, Message } from "../graph/index.ts";

/** The form asked of the model: plain, because not every service knows limits within a form. */
const Draft = z.object({ subject: z.string(), body: z.string() });
export type Draft = z.infer<typeof Draft>;

/** What can be sent, and what an edit may make of it. */
export const Email = z.object({
  to: z.email().max(200).describe("an e-mail address"),
  // A line break in it would begin another header, and so may another control character. Stored without flags.
  subject: z
    .string()
    .regex(/^[ -~\u00a0-\u2027\u202a-\uffff]+$/, "must be one line")
    .max(150, "must have at most 150 characters")
    .describe("one line, at most 150 characters"),
  // What Slack's text input can hold, so that it can be edited.
  body: z.string().min(1, "must not be empty").max(3_000, "must have at most 3,000 characters"),
});
const Sendable = Email.omit({ to: true });

/** A draft of this length stands on the card in full; a longer one is read behind "Approve…". */
const INSTRUCTIONS =
  "You write short, plain e-mails in the language of the request. No placeholders and no invented facts. " +
  "The subject is one line of at most 150 characters; the body is plain text of at most 1,000 characters. " +
  'Answer with a JSON object: {"subject": "…", "body": "…"}.';

export interface Assignment {
  readonly to: string;
  readonly about: string;
  /** Oldest first. */
  readonly rejections: readonly { readonly draft: Draft; readonly reason: string }[];
}

/**
 * A draft that can be approved as it is. An answer that cannot be sent is asked for once more.
 *
 * @throws ModelAnswerUnusable when the second cannot be sent either, and whatever the model throws.
 */
export async function draftBy(model: ChatModel, assignment: Assignment, signal: AbortSignal): Promise<Draft> {
  const output = { name: "email", schema: z.toJSONSchema(Draft) };
  const messages = conversationOf(assignment);
  const { message: first } = await model.complete({ messages, output, signal });
  const draft = draftIn(first.content);
  if (draft.success) return draft.data;
  const complaint = `That cannot be sent: ${whatIsWrong(draft.error)}.\nAnswer again, with subject and body.`;
  const longer: readonly Message[] = [...messages, first, { role: "user", content: complaint }];
  const { message } = await model.complete({ messages: longer, output, signal });
  const second = draftIn(message.content);
  if (second.success) return second.data;
  throw new ModelAnswerUnusable(
    `The model wrote two drafts that cannot be sent: ${whatIsWrong(second.error)}. Retry asks it again.`,
  );
}

function conversationOf({ to, about, rejections }: Assignment): readonly Message[] {
  return [
    { role: "system", content: INSTRUCTIONS },
    { role: "user", content: `Write an e-mail to ${to}. It is to say: ${about}` },
    ...rejections.flatMap(({ draft, reason }): Message[] => [
      { role: "assistant", content: JSON.stringify(draft) },
      { role: "user", content: `This draft was rejected: ${reason}\nWrite another one.` },
    ]),
  ];
}

function draftIn(content: string | null): z.ZodSafeParseResult<Draft> {
  return Sendable.safeParse(jsonIn(content ?? ""));
}

function whatIsWrong({ issues }: z.ZodError): string {
  const isNoDraft = issues.some(({ path }) => path.length === 0);
  if (isNoDraft) return "the answer is not a JSON object with subject and body";
  return issues.map(({ path, message }) => `the ${path.join(".")} ${message}`).join(", ");
}

/** Some services put a fence around it. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\s*```(?:json)?|```\s*$/g, ""));
  } catch {
    return undefined;
  }
}
