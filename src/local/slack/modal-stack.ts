// The modals a person has open: at most three on top of each other.
import type { Modal } from "./documents.ts";
import { initialValues, mergeValues } from "./input-values.ts";
import type { ModalContent } from "./views.ts";
import type { Workspace } from "./workspace.ts";

/** The bottom one first. */
export function stackOf(workspace: Workspace, user: string): readonly Modal[] {
  return workspace.modals.all().filter((modal) => modal.user === user);
}

/** Puts a view on top; `below` is the one it covers. */
export function addModal(workspace: Workspace, user: string, content: ModalContent, below?: Modal): Modal {
  const id = workspace.nextId("V");
  const modal: Modal = {
    ...content,
    kind: "modal",
    id,
    user,
    hash: newHash(workspace),
    errors: {},
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    values: initialValues(content.blocks),
  };
  workspace.modals.put(modal);
  return modal;
}

/** What was typed stays where block and action keep their ids. */
export function replaceModal(workspace: Workspace, modal: Modal, content: ModalContent): Modal {
  const { id, user, rootId, previousId } = modal;
  const next: Modal = {
    ...content,
    ...{ kind: "modal", id, user, rootId, previousId, errors: {} },
    hash: newHash(workspace),
    values: mergeValues(content.blocks, modal.values),
  };
  workspace.modals.put(next);
  return next;
}

/** Opening a modal anew replaces what the person had open. */
export function closeAll(workspace: Workspace, user: string): void {
  for (const modal of stackOf(workspace, user)) workspace.modals.remove(modal.id);
}

export function newHash(workspace: Workspace): string {
  return `${Math.floor(workspace.now() / 1_000)}.${workspace.secret().slice(0, 8)}`;
}
