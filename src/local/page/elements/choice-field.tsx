// radio_buttons, checkboxes and multi_static_select: a named group of the browser's own inputs, which scrolls when it is long.
import type { ReactElement } from "react";
import type { InputValue } from "../../slack/protocol.ts";
import type { ChoiceElement, OptionObject } from "../block-kit.ts";
import { RichText } from "../rich-text.tsx";
import { asOption } from "../values.ts";
import { controlProps, type FieldProps } from "./control.ts";

export function ChoiceField({ element, value, onChange, naming }: FieldProps<ChoiceElement>): ReactElement {
  const isRadio = element.type === "radio_buttons";
  const { disabled, ...group } = controlProps(naming);
  return (
    <div
      {...group}
      role={isRadio ? "radiogroup" : "group"}
      className={element.type === "multi_static_select" ? "choices choices-many" : "choices"}
    >
      {element.options.map((option, index) => (
        <label key={option.value} className="choice">
          <input
            type={isRadio ? "radio" : "checkbox"}
            name={naming.id}
            disabled={disabled === true}
            checked={chosenOf(value).includes(option.value)}
            aria-describedby={option.description === undefined ? undefined : `${naming.id}-about-${index}`}
            onChange={() => onChange(toggled(element, value, option))}
          />
          <span>
            <RichText text={option.text} />
            {option.description !== undefined && (
              <span id={`${naming.id}-about-${index}`} className="choice-about">
                <RichText text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}

function chosenOf(value: InputValue): readonly string[] {
  if ("selected_options" in value) return value.selected_options.map((option) => option.value);
  return "selected_option" in value && value.selected_option !== null ? [value.selected_option.value] : [];
}

function toggled(element: ChoiceElement, value: InputValue, option: OptionObject): InputValue {
  if (element.type === "radio_buttons") return { type: element.type, selected_option: asOption(option) };
  const chosen = new Set(chosenOf(value));
  if (!chosen.delete(option.value)) chosen.add(option.value);
  return {
    type: element.type,
    selected_options: element.options.filter((one) => chosen.has(one.value)).map(asOption),
  };
}
