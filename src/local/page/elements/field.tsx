// One controlled field for every element that holds a value; the component is chosen by the element's type.
import type { ReactElement } from "react";
import { isTyped, type FieldElement, type TextElement } from "../block-kit.ts";
import { ChoiceField } from "./choice-field.tsx";
import type { FieldProps } from "./control.ts";
import { DateField } from "./date-field.tsx";
import { SelectField } from "./select-field.tsx";
import { TextField } from "./text-field.tsx";

export function Field({ element, ...rest }: FieldProps<FieldElement>): ReactElement {
  return isTyped(element) ? (
    <TextField element={element} {...rest} />
  ) : (
    <PickedField element={element} {...rest} />
  );
}

function PickedField({ element, ...rest }: FieldProps<Exclude<FieldElement, TextElement>>): ReactElement {
  switch (element.type) {
    case "static_select":
    case "users_select":
      return <SelectField element={element} {...rest} />;
    case "radio_buttons":
    case "checkboxes":
    case "multi_static_select":
      return <ChoiceField element={element} {...rest} />;
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return <DateField element={element} {...rest} />;
  }
}
