// One controlled field for every element that holds a value; the component is chosen by the element's type.
import type { ReactElement } from "react";
import type { InputValue } from "../../slack/protocol.ts";
import type { FieldElement } from "../block-kit.ts";
import { ChoiceField } from "./choice-field.tsx";
import { DateField } from "./date-field.tsx";
import { SelectField } from "./select-field.tsx";
import { TextField } from "./text-field.tsx";

/** What ties a field to its label, its hint and its error. */
export interface FieldNaming {
  readonly id: string;
  /** The name when no visible label points at the field. */
  readonly name?: string | undefined;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean;
  readonly required?: boolean;
  readonly busy?: boolean;
}

export interface FieldProps<E> {
  readonly element: E;
  readonly value: InputValue;
  readonly onChange: (value: InputValue) => void;
  readonly naming: FieldNaming;
}

export function Field({ element, ...rest }: FieldProps<FieldElement>): ReactElement {
  switch (element.type) {
    case "static_select":
    case "users_select":
      return <SelectField element={element} {...rest} />;
    case "radio_buttons":
    case "checkboxes":
      return <ChoiceField element={element} {...rest} />;
    case "datepicker":
      return <DateField element={element} {...rest} />;
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
      return <TextField element={element} {...rest} />;
  }
}

/** The attributes every labelled control shares. */
export function controlProps({
  id,
  name,
  describedBy,
  invalid,
  required,
  busy,
}: FieldNaming): Readonly<Record<string, string | boolean>> {
  return {
    id,
    ...(name === undefined ? {} : { "aria-label": name }),
    ...(describedBy === undefined ? {} : { "aria-describedby": describedBy }),
    ...(invalid === true ? { "aria-invalid": true } : {}),
    ...(required === true ? { "aria-required": true } : {}),
    ...(busy === true ? { "aria-busy": true, disabled: true } : {}),
  };
}
