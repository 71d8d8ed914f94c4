// Block Kit validation: what Slack refuses on a surface is refused here, in Slack's words.
import { z } from "zod";
import { mrkdwn, plainText, text } from "./composition.ts";
import {
  button,
  checkboxes,
  datepicker,
  datetimepicker,
  emailInput,
  imageBlockFields,
  imageElement,
  multiStaticSelect,
  timepicker,
} from "./elements.ts";
import {
  numberInput,
  overflow,
  plainTextInput,
  radioButtons,
  staticSelect,
  urlInput,
  usersSelect,
} from "./elements.ts";
import { LIMITS } from "./limits.ts";
import type { Block } from "./protocol.ts";
import { sentenceAt, slackSentences } from "./slack-issues.ts";

export type Surface = "message" | "modal" | "home";

export type BlocksVerdict =
  | { readonly ok: true; readonly blocks: readonly Block[] }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface BlocksToCheck {
  readonly surface: Surface;
  readonly blocks: unknown;
  /** The JSON pointer of the array. */
  readonly at: string;
  /** Names a block or an action that came without an id. */
  readonly nameIt: () => string;
}

const block_id = z.string().max(LIMITS.id).optional();
const actionElement = z.discriminatedUnion("type", [
  button,
  staticSelect,
  multiStaticSelect,
  overflow,
  checkboxes,
  radioButtons,
  datepicker,
  timepicker,
  datetimepicker,
  usersSelect,
]);
const accessory = z.discriminatedUnion("type", [...actionElement.options, imageElement]);
const inputElement = z.discriminatedUnion("type", [
  plainTextInput,
  numberInput,
  emailInput,
  urlInput,
  staticSelect,
  multiStaticSelect,
  checkboxes,
  radioButtons,
  datepicker,
  timepicker,
  datetimepicker,
  usersSelect,
]);

const section = z
  .strictObject({
    type: z.literal("section"),
    block_id,
    text: text(LIMITS.text).optional(),
    fields: z.array(text(LIMITS.section.field)).min(1).max(LIMITS.section.fields).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .superRefine((block, check) => {
    if (block.text === undefined && block.fields === undefined)
      check.addIssue("must define either `text` or `fields`");
  });
const header = z.strictObject({
  type: z.literal("header"),
  block_id,
  text: plainText(LIMITS.header),
  level: z.int().min(1).max(4).optional(),
});
const divider = z.strictObject({ type: z.literal("divider"), block_id });
const image = z.strictObject({ type: z.literal("image"), block_id, ...imageBlockFields });
const context = z.strictObject({
  type: z.literal("context"),
  block_id,
  elements: z
    .array(z.discriminatedUnion("type", [imageElement, plainText(LIMITS.text), mrkdwn(LIMITS.text)]))
    .min(1)
    .max(LIMITS.context),
});
const actions = z.strictObject({
  type: z.literal("actions"),
  block_id,
  elements: z.array(actionElement).min(1).max(LIMITS.actions),
});
const input = z.strictObject({
  type: z.literal("input"),
  block_id,
  label: plainText(LIMITS.input.label),
  element: inputElement,
  hint: plainText(LIMITS.input.label).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});
const richTextPart = z.enum([
  "rich_text_section",
  "rich_text_list",
  "rich_text_preformatted",
  "rich_text_quote",
]);
const richText = z.strictObject({
  type: z.literal("rich_text"),
  block_id,
  elements: z.array(
    z.looseObject({ type: richTextPart, elements: z.array(z.looseObject({ type: z.string() })) }),
  ),
});
const markdown = z.strictObject({
  type: z.literal("markdown"),
  block_id,
  text: z.string().min(1).max(LIMITS.markdown),
});
const alert = z.strictObject({
  type: z.literal("alert"),
  block_id,
  text: text(LIMITS.alert),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
});

const everywhere = [section, header, divider, image, context, actions, richText] as const;
/** Messages do take input blocks in Slack; ours never send one, so here it is a mistake. */
const SURFACES = {
  message: z.discriminatedUnion("type", [...everywhere, markdown]),
  modal: z.discriminatedUnion("type", [...everywhere, input, alert]),
  home: z.discriminatedUnion("type", [...everywhere, input]),
} as const;

type Accepted = z.infer<(typeof SURFACES)[Surface]>;

export function acceptBlocks({ surface, blocks, at, nameIt }: BlocksToCheck): BlocksVerdict {
  const max = surface === "message" ? LIMITS.message.blocks : LIMITS.view.blocks;
  const parsed = z.array(SURFACES[surface]).max(max).safeParse(blocks, { reportInput: true });
  if (!parsed.success) return { ok: false, problems: slackSentences(parsed.error, at) };
  const accepted: readonly Accepted[] = parsed.data;
  const problems = [...sharedIds(accepted, at), ...tooMuchMarkdown(accepted, at)];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, blocks: accepted.map((block) => withIds(block, nameIt)) };
}

function sharedIds(blocks: readonly Accepted[], at: string): readonly string[] {
  const blockIds = repeated(blocks.map((block) => block.block_id)).map(({ id, index }) =>
    sentenceAt(`\`block_id\` "${id}" already exists`, `${at}/${index}/block_id`),
  );
  const actionIds = blocks.flatMap((block, place) => {
    const ids = block.type === "actions" ? block.elements.map((element) => element.action_id) : [];
    return repeated(ids).map(({ id, index }) =>
      sentenceAt(`\`action_id\` "${id}" already exists`, `${at}/${place}/elements/${index}/action_id`),
    );
  });
  return [...blockIds, ...actionIds];
}

function repeated(ids: readonly (string | undefined)[]): readonly { id: string; index: number }[] {
  return ids.flatMap((id, index) => (id && ids.indexOf(id) < index ? [{ id, index }] : []));
}

function tooMuchMarkdown(blocks: readonly Accepted[], at: string): readonly string[] {
  const total = blocks.reduce((sum, block) => sum + (block.type === "markdown" ? block.text.length : 0), 0);
  return total > LIMITS.markdown
    ? [sentenceAt(`markdown text must be less than ${LIMITS.markdown + 1} characters in total`, at)]
    : [];
}

/** Slack names what has no name; of a markdown block it keeps no name at all. */
function withIds(block: Accepted, nameIt: () => string): Block {
  const given = block.type === "markdown" ? "" : block.block_id;
  const named = { ...block, block_id: given || nameIt() };
  if (named.type === "actions")
    return { ...named, elements: named.elements.map((one) => withAction(one, nameIt)) };
  if (named.type === "input") return { ...named, element: withAction(named.element, nameIt) };
  if (named.type === "section" && named.accessory !== undefined)
    return { ...named, accessory: withAction(named.accessory, nameIt) };
  return named;
}

type Nameable = { readonly type: string; readonly action_id?: string | undefined };

function withAction(element: Nameable, nameIt: () => string): Nameable {
  return element.type === "image" ? element : { ...element, action_id: element.action_id || nameIt() };
}
