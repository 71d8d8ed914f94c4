// An input block: label, field, hint and error, tied together for people who cannot see them side by side.
import { useId, type ReactElement } from "react";
import type { Block } from "../../slack/protocol.ts";
import { decodeField, decodeInput, type FieldElement, type TextObject } from "../block-kit.ts";
import { RichText } from "../rich-text.tsx";
import { Field } from "./field.tsx";
import { useFieldValue, useSite } from "./site.ts";

interface Labelled {
  readonly blockId: string;
  readonly label: TextObject;
  readonly hint?: TextObject | undefined;
  readonly optional: boolean;
  readonly element: FieldElement;
}

/** Drawn as several inputs under one name. */
const GROUPS: readonly FieldElement["type"][] = ["radio_buttons", "checkboxes", "multi_static_select"];

export function InputBlock({ block }: { readonly block: Block }): ReactElement {
  const input = decodeInput(block);
  const element = decodeField(input?.element);
  if (input === undefined || element === undefined)
    return <p className="undrawn">The local Slack cannot draw this input.</p>;
  return <LabelledField {...input} blockId={block.block_id} element={element} />;
}

function LabelledField({ blockId, label, hint, optional, element }: Labelled): ReactElement {
  const id = useId();
  const [value, setValue] = useFieldValue(blockId, element);
  const problem = useSite().form?.problems[blockId];
  const isGroup = GROUPS.includes(element.type);
  const describedBy = [
    problem === undefined ? "" : `${id}-problem`,
    hint === undefined ? "" : `${id}-hint`,
  ].filter((one) => one !== "");
  const naming = {
    id,
    // A <label> cannot name a group, only a control.
    name: isGroup ? label.text : undefined,
    describedBy: describedBy.length === 0 ? undefined : describedBy.join(" "),
    invalid: problem !== undefined,
    required: !optional && element.type !== "checkboxes" && element.type !== "multi_static_select",
  };
  return (
    <div className="block-input">
      <div className="input-label">
        {isGroup ? <span>{label.text}</span> : <label htmlFor={id}>{label.text}</label>}
        {optional && <span className="input-optional"> (optional)</span>}
      </div>
      <Field element={element} value={value} onChange={setValue} naming={naming} />
      {problem !== undefined && (
        <p id={`${id}-problem`} className="input-problem">
          {problem}
        </p>
      )}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="input-hint">
          <RichText text={hint} />
        </div>
      )}
    </div>
  );
}
