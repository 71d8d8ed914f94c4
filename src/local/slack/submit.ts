// Submitting and closing a modal, and what the app's answer does to the stack.
import { z } from "zod";
import { answerOf, NOTHING_SENT, refusal, type Acting } from "./acting.ts";
import type { Delivery } from "./dispatch.ts";
import type { InputValues, Modal } from "./documents.ts";
import { acceptValues } from "./input-values.ts";
import { interactiveElements } from "./interactive.ts";
import { LIMITS } from "./limits.ts";
import { addModal, closeAll, replaceModal, stackOf } from "./modal-stack.ts";
import { closedPayload, submissionPayload } from "./payloads.ts";
import type { Acted } from "./protocol.ts";
import { issueTrigger } from "./triggers.ts";
import { acceptModal } from "./views.ts";
import type { Workspace } from "./workspace.ts";

export async function submit(acting: Acting, viewId: string, values: InputValues): Promise<Acted> {
  const { workspace, person, dispatcher } = acting;
  const modal = stackOf(workspace, person.id).at(-1);
  if (modal?.id !== viewId) return refusal(`${person.name} has no open modal ${viewId} on top.`);
  if (modal.submit === undefined) return refusal(`The modal "${modal.title}" has no submit button.`);
  const checked = acceptValues(modal.blocks, values);
  if (!checked.ok) {
    workspace.modals.put({ ...modal, errors: { ...checked.errors } });
    return refusal(
      Object.entries(checked.errors)
        .map(([block, why]) => `${block}: ${why}`)
        .join(" "),
    );
  }
  const filled = { ...modal, values: checked.values, errors: {} };
  workspace.modals.put(filled);
  const payload = submissionPayload(workspace, person, filled, issueTrigger(workspace, person.id));
  const delivery = await dispatcher.sendForm("view_submission", { payload: JSON.stringify(payload) });
  const isObeyed = delivery.kind !== "ok" || obey(workspace, filled, delivery);
  return { ok: true, answer: isObeyed ? answerOf(delivery) : { ...answerOf(delivery), kind: "failed" } };
}

const instruction = z.discriminatedUnion("response_action", [
  z.object({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal("update"), view: z.unknown().optional() }),
  z.object({ response_action: z.literal("push"), view: z.unknown().optional() }),
  z.object({ response_action: z.literal("clear") }),
]);

/** False when the answer is not one Slack can follow; the modal then stays open. */
function obey(workspace: Workspace, submitted: Modal, { body }: Delivery): boolean {
  // The app may have changed or closed the view through the Web API in the meantime.
  const modal = workspace.modals.get(submitted.id);
  if (modal === undefined) return true;
  if (body.trim() === "") {
    workspace.modals.remove(modal.id);
    return true;
  }
  const parsed = readInstruction(body);
  if (!parsed.success) return false;
  switch (parsed.data.response_action) {
    case "errors":
      return showErrors(workspace, modal, parsed.data.errors);
    case "update":
    case "push":
      return showView(workspace, modal, parsed.data.view, parsed.data.response_action);
    case "clear":
      closeAll(workspace, modal.user);
      return true;
  }
}

function readInstruction(body: string): z.ZodSafeParseResult<z.infer<typeof instruction>> {
  try {
    return instruction.safeParse(JSON.parse(body));
  } catch {
    // Words instead of JSON are as wrong as JSON of another shape.
    return instruction.safeParse(undefined);
  }
}

function showErrors(workspace: Workspace, modal: Modal, errors: Record<string, string>): boolean {
  const inputs = interactiveElements(modal.blocks).filter(({ isInput }) => isInput);
  const named = Object.keys(errors);
  const areInputs = named.length > 0 && named.every((id) => inputs.some(({ blockId }) => blockId === id));
  if (areInputs) workspace.modals.put({ ...modal, errors });
  return areInputs;
}

function showView(workspace: Workspace, modal: Modal, view: unknown, how: "update" | "push"): boolean {
  const verdict = acceptModal(workspace, view);
  if (!verdict.ok) return false;
  if (how === "update") {
    replaceModal(workspace, modal, verdict.view);
    return true;
  }
  if (stackOf(workspace, modal.user).length >= LIMITS.view.stack) return false;
  addModal(workspace, modal.user, verdict.view, modal);
  return true;
}

/** Closes first: a person does not wait for the app to agree. */
export async function close(acting: Acting, viewId: string, clear: boolean): Promise<Acted> {
  const { workspace, person, dispatcher } = acting;
  const stack = stackOf(workspace, person.id);
  const modal = stack.at(-1);
  if (modal?.id !== viewId) return refusal(`${person.name} has no open modal ${viewId} on top.`);
  const closesAll = clear || modal.clearOnClose;
  const closed = closesAll ? stack.toReversed() : [modal];
  for (const { id } of closed) workspace.modals.remove(id);
  let answer = NOTHING_SENT;
  for (const one of closed.filter(({ notifyOnClose }) => notifyOnClose)) {
    const payload = JSON.stringify(closedPayload(workspace, person, one, closesAll));
    answer = answerOf(await dispatcher.sendForm("view_closed", { payload }));
  }
  return { ok: true, answer };
}
