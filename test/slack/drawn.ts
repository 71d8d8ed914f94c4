// What is wrong with what is drawn of a hostile text: Slack refuses it, something in it is more than text, or it reads unlike a harmless one.
import { expect } from "vitest";
import { mrkdwnToRichText } from "../../src/local/page/mrkdwn.ts";
import { acceptContent } from "../../src/local/slack/message-content.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { acceptModal } from "../../src/local/slack/views.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import type { DrawnMessage } from "../../src/slack/blocks/parts.ts";
import { visible } from "../../src/slack/text.ts";

/** What is drawn of one text: messages, forms, and sentences that are told in private. */
export interface Drawn {
  readonly messages: Readonly<Record<string, DrawnMessage>>;
  readonly views: Readonly<Record<string, unknown>>;
}

const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});
/** What our own rendering may write with angle brackets: a person, a channel, a group, a moment. */
const OURS =
  /<@U[A-Z0-9]+>|<#C[A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+UTC>/g;
const TYPED = ["initial_value", "value", "block_id", "private_metadata"];

/** Every text object and rich text in it. What stands in an input to be edited is raw on purpose. */
function partsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  if (typeof value !== "object" || value === null) return [];
  const own = "text" in value && typeof value.text === "string" ? [{ ...value }] : [];
  const inner = Object.entries(value).filter(([key]) => !TYPED.includes(key));
  return [...own, ...inner.flatMap(([, part]) => partsOf(part))];
}

/** How each line of mrkdwn reads: which kinds of things, in which styles, and not what is in them. */
function skeletonsOf(text: string): readonly string[] {
  return text.split("\n").map((line) => {
    const skeleton = skeletons.get(line) ?? skeletonOf(line);
    skeletons.set(line, skeleton);
    return skeleton;
  });
}

/** Of the lines there were: most of them are ours and in every card. */
const skeletons = new Map<string, string>();

function skeletonOf(line: string): string {
  const kinds = mrkdwnToRichText(line, { verbatim: true }).flatMap((part) =>
    part.elements.map((element) => {
      const style = "style" in element ? Object.keys(element.style ?? {}).join("+") : "";
      return `${part.type}/${element.type}/${style}`;
    }),
  );
  return kinds.filter((kind, index) => kind !== kinds[index - 1]).join(" ");
}

function mrkdwnOf(shown: unknown): readonly string[] {
  return partsOf(shown).flatMap((part) => (part["type"] === "mrkdwn" ? [String(part["text"])] : []));
}

/** What is wrong with one text, in words. */
function problemsOf(part: Readonly<Record<string, unknown>>): readonly string[] {
  const text = String(part["text"]);
  const isMrkdwn = part["type"] === "mrkdwn";
  const drawsEmoji = part["type"] === "plain_text" && part["emoji"] !== false;
  return [
    ...(text === visible(text) ? [] : [`unseen characters in ${JSON.stringify(text)}`]),
    ...(drawsEmoji && EMOJI.test(text) ? [`an emoji in ${text}`] : []),
    ...(isMrkdwn && part["verbatim"] !== true ? [`Slack makes links in ${text}`] : []),
    ...(isMrkdwn && /[<>]/.test(text.replace(OURS, "")) ? [`a mention or link in ${text}`] : []),
  ];
}

const EMOJI = /:[\w+'-]*[a-z_+'-][\w+'-]*:/i;

/** The same with letters instead, as long as it is and as long as it may become: what is drawn must be formatted in the same way. */
export function harmlessLike(raw: string): readonly string[] {
  return ["x", "xxxxxxxxx"].map((letters) => raw.replaceAll(/\S/gsu, letters));
}

function formatsOf(value: unknown): ReadonlySet<string> {
  return new Set(mrkdwnOf(value).flatMap(skeletonsOf));
}

/** The next one is only drawn where those before it do not have them all. */
function newFormats(shown: unknown, likes: readonly (() => unknown)[]): readonly string[] {
  return likes.reduce<readonly string[]>(
    (left, like) => {
      if (left.length === 0) return left;
      const allowed = formatsOf(like());
      return left.filter((format) => !allowed.has(format));
    },
    [...formatsOf(shown)],
  );
}

function messageProblems(
  message: DrawnMessage,
  likes: readonly (() => DrawnMessage | undefined)[],
): readonly unknown[] {
  const content = acceptContent(workspace, message);
  const all = (one: DrawnMessage | undefined): unknown => [
    one?.blocks,
    { type: "mrkdwn", text: one?.text ?? "" },
  ];
  return [
    ...(content.ok ? [] : [content.refusal]),
    ...problemsOf({ type: "mrkdwn", text: message.text, verbatim: true }),
    ...partsOf(message.blocks).flatMap(problemsOf),
    ...newFormats(
      all(message),
      likes.map((like) => () => all(like())),
    ),
  ];
}

function viewProblems(view: unknown, likes: readonly (() => unknown)[]): readonly unknown[] {
  const verdict = acceptModal(workspace, view);
  return [
    ...(verdict.ok ? [] : [verdict.error, ...verdict.problems]),
    ...partsOf(view).flatMap(problemsOf),
    ...newFormats(view, likes),
  ];
}

export function expectHolds(
  { messages, views }: Drawn,
  likes: readonly (() => Drawn)[],
  where: string,
): void {
  for (const [name, message] of Object.entries(messages)) {
    const others = likes.map((like) => () => like().messages[name]);
    expect(messageProblems(message, others), `${where}: ${name}`).toEqual([]);
  }
  for (const [name, view] of Object.entries(views)) {
    const others = likes.map((like) => () => like().views[name]);
    expect(viewProblems(view, others), `${where}: ${name}`).toEqual([]);
  }
}

/** Made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
