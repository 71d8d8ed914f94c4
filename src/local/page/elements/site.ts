// Where an element stands, and what acting on it means there: in a message it clicks, in a modal it also holds a value.
import { createContext, useContext, useState } from "react";
import type { Click, InputValue, Submit } from "../../slack/protocol.ts";
import type { ConfirmObject, FieldElement } from "../block-kit.ts";
import { useConfirm } from "../confirm.tsx";
import { initialValue, valueOf, type Edit, type Edits } from "../values.ts";
import { useWorkspace } from "../workspace.ts";

/** The inputs of an open modal, or of the App Home. */
export interface Form {
  readonly edits: Edits;
  readonly problems: Readonly<Record<string, string>>;
  readonly change: (...edit: Edit) => void;
  /** What all of them hold, as Slack shapes it. */
  readonly values: () => Submit["values"];
}

export interface Site {
  readonly container: Click["container"];
  readonly form?: Form;
}

export const SiteContext = createContext<Site | undefined>(undefined);

export function useSite(): Site {
  const site = useContext(SiteContext);
  if (site === undefined)
    throw new Error("Blocks need a SiteContext that says which message or modal they stand in.");
  return site;
}

interface Clicking {
  readonly busy: boolean;
  /** What went wrong with the last click. */
  readonly trouble: string | undefined;
  /** Asks for the confirmation first, when there is one; false when it was denied. */
  readonly click: (
    confirm: ConfirmObject | undefined,
    chosen?: Pick<Click, "option" | "options">,
  ) => Promise<boolean>;
}

export function useClick(blockId: string, actionId: string): Clicking {
  const { me, act, busy, troubles } = useWorkspace();
  const { container, form } = useSite();
  const confirmed = useConfirm();
  const key = `${container.kind === "view" ? container.view_id : `${container.channel}/${container.ts}`}/${blockId}/${actionId}`;
  const click: Clicking["click"] = async (confirm, chosen = {}) => {
    if (!(await confirmed(confirm))) return false;
    const held = form === undefined ? {} : { values: form.values() };
    const body: Click = { as: me, container, block_id: blockId, action_id: actionId, ...chosen, ...held };
    await act(key, { path: "click", body });
    return true;
  };
  return { busy: busy.has(key), trouble: troubles.get(key), click };
}

/** A field's value: the modal's when it stands in one, its own when it stands in a message. */
export function useFieldValue(
  blockId: string,
  element: FieldElement,
): readonly [InputValue, (value: InputValue) => void] {
  const { form } = useSite();
  const [own, setOwn] = useState<InputValue>();
  if (form === undefined) return [own ?? initialValue(element), setOwn];
  return [valueOf(form.edits, blockId, element), (value) => form.change(blockId, element.action_id, value)];
}
