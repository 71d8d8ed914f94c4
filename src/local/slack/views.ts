// Views: what Slack accepts as a modal or an App Home, and how it shows them to the app.
import { z } from "zod";
import { acceptBlocks } from "./blocks.ts";
import { plainText } from "./composition.ts";
import type { Home, Modal } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import type { Block, HomeView, View } from "./protocol.ts";
import { SEED } from "./seed.ts";
import { sentenceAt, slackSentences } from "./slack-issues.ts";
import type { Workspace } from "./workspace.ts";

const label = plainText(LIMITS.view.title);
const common = {
  blocks: z.array(z.unknown()),
  callback_id: z.string().max(LIMITS.id).default(""),
  private_metadata: z.string().max(LIMITS.view.privateMetadata).default(""),
  external_id: z.string().max(LIMITS.id).default(""),
};
const modalInput = z.strictObject({
  type: z.literal("modal"),
  ...common,
  title: label,
  submit: label.optional(),
  close: label.optional(),
  clear_on_close: z.boolean().default(false),
  notify_on_close: z.boolean().default(false),
});
const homeInput = z.strictObject({ type: z.literal("home"), ...common });

export type ModalContent = Pick<
  Modal,
  | "callbackId"
  | "privateMetadata"
  | "externalId"
  | "title"
  | "submit"
  | "close"
  | "notifyOnClose"
  | "clearOnClose"
  | "blocks"
>;
export type HomeContent = Pick<Home, "callbackId" | "privateMetadata" | "externalId" | "blocks">;

export type Verdict<T> =
  | { readonly ok: true; readonly view: T }
  | { readonly ok: false; readonly error: string; readonly problems: readonly string[] };

export function acceptModal(workspace: Workspace, raw: unknown): Verdict<ModalContent> {
  const shape = acceptShape(modalInput, raw);
  if (!shape.ok) return shape;
  const { view } = shape;
  const blocks = acceptViewBlocks(workspace, "modal", view.blocks);
  if (!blocks.ok) return blocks;
  const input = blocks.view.findIndex((block) => block.type === "input");
  const isUnsubmittable = input >= 0 && view.submit === undefined;
  if (isUnsubmittable) return inputWithoutSubmit(input);
  const accepted = {
    ...coreOf(view, blocks.view),
    title: view.title.text,
    ...(view.submit && { submit: view.submit.text }),
    close: view.close?.text ?? "Cancel",
    notifyOnClose: view.notify_on_close,
    clearOnClose: view.clear_on_close,
  };
  return { ok: true, view: accepted };
}

export function acceptHome(workspace: Workspace, raw: unknown): Verdict<HomeContent> {
  const shape = acceptShape(homeInput, raw);
  if (!shape.ok) return shape;
  const blocks = acceptViewBlocks(workspace, "home", shape.view.blocks);
  return blocks.ok ? { ok: true, view: coreOf(shape.view, blocks.view) } : blocks;
}

function coreOf(view: z.infer<typeof homeInput> | z.infer<typeof modalInput>, blocks: Block[]): HomeContent {
  const { callback_id: callbackId, private_metadata: privateMetadata, external_id: externalId } = view;
  return { callbackId, privateMetadata, externalId, blocks };
}

function acceptShape<T>(schema: z.ZodType<T>, raw: unknown): Verdict<T> {
  if (Buffer.byteLength(JSON.stringify(raw ?? null)) > LIMITS.view.bytes)
    return { ok: false, error: "view_too_large", problems: [] };
  const parsed = schema.safeParse(raw, { reportInput: true });
  return parsed.success ? { ok: true, view: parsed.data } : invalid(slackSentences(parsed.error, "/view"));
}

function acceptViewBlocks(
  workspace: Workspace,
  surface: "modal" | "home",
  blocks: unknown,
): Verdict<Block[]> {
  const nameIt = (): string => workspace.secret().slice(0, 5);
  const verdict = acceptBlocks({ surface, blocks, at: "/view/blocks", nameIt });
  return verdict.ok ? { ok: true, view: [...verdict.blocks] } : invalid(verdict.problems);
}

function inputWithoutSubmit(index: number): Verdict<never> {
  const sentence = "must define `submit` to use an `input` block in modals";
  return invalid([sentenceAt(sentence, `/view/blocks/${index}/input`)]);
}

function invalid(problems: readonly string[]): Verdict<never> {
  return { ok: false, error: "invalid_arguments", problems };
}

/** As people see a modal. */
export function viewOf(modal: Modal): View {
  const { id, user, callbackId, title, close, blocks, privateMetadata, hash, errors } = modal;
  const submit = modal.submit === undefined ? {} : { submit: modal.submit };
  return { id, user, callbackId, title, ...submit, close, blocks, privateMetadata, hash, errors };
}

export function homeViewOf({ id, user, blocks, hash }: Home): HomeView {
  return { id, user, blocks, hash };
}

/** As the Web API and interaction payloads show a view. */
export function viewJson(workspace: Workspace, view: Modal | Home): Readonly<Record<string, unknown>> {
  const isModal = view.kind === "modal";
  return {
    id: view.id,
    team_id: workspace.team.id,
    type: view.kind,
    blocks: view.blocks,
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    state: { values: isModal ? view.values : {} },
    hash: view.hash,
    title: plain(isModal ? view.title : "View Title"),
    close: isModal ? plain(view.close) : null,
    submit: isModal && view.submit !== undefined ? plain(view.submit) : null,
    clear_on_close: isModal && view.clearOnClose,
    notify_on_close: isModal && view.notifyOnClose,
    previous_view_id: isModal ? view.previousId : null,
    root_view_id: isModal ? view.rootId : view.id,
    app_id: SEED.appId,
    external_id: view.externalId,
    app_installed_team_id: workspace.team.id,
    bot_id: SEED.botId,
  };
}

function plain(text: string): Readonly<Record<string, unknown>> {
  return { type: "plain_text", text, emoji: true };
}
