// Fills a modal's inputs the way a person does: what is not touched keeps its initial value.
import type { InputValues, StoredInput } from "./documents.ts";
import { initialValues, inputValue, overlay } from "./input-values.ts";
import { choicesOf, interactiveElements, type Element } from "./interactive.ts";
import type { View } from "./protocol.ts";

/** By block_id or action_id: the text, the date, the user's id, or the option's value; several for checkboxes. */
export type Filled = Readonly<Record<string, string | readonly string[] | null>>;

export function fillIn(view: View, filled: Filled): InputValues {
  const inputs = interactiveElements(view.blocks).filter(({ isInput }) => isInput);
  const unknown = Object.keys(filled).find(
    (name) => !inputs.some(({ blockId, element }) => blockId === name || element.action_id === name),
  );
  if (unknown !== undefined) {
    const names = inputs.map(({ blockId }) => blockId).join(", ");
    throw new Error(`The modal "${view.title}" has no input ${unknown}; it has: ${names || "none"}.`);
  }
  return inputs.reduce<InputValues>((values, { blockId, element }) => {
    const content = filled[blockId] ?? filled[element.action_id];
    if (content === undefined) return values;
    return overlay(values, { [blockId]: { [element.action_id]: valueFor(element, content) } });
  }, initialValues(view.blocks));
}

function valueFor(element: Element, content: string | readonly string[] | null): StoredInput {
  const wanted = content === null ? [] : [content].flat();
  const options = wanted.map((value) => {
    const text = { type: "plain_text", text: value } as const;
    // An option that is not offered is sent too: refusing it is Slack's part.
    return choicesOf(element).find((choice) => choice.value === value) ?? { text, value };
  });
  const value = wanted[0] ?? null;
  return inputValue(element.type, options, value) ?? { type: "plain_text_input", value };
}
