// One controlled field for every element that holds a value; the component is chosen by the element's type.
import type { ReactElement } from "react";
import type { FieldElement } from "../block-kit.ts";
import { ChoiceField } from "./choice-field.tsx";
import type { FieldProps } from "./control.ts";
import { DateField } from "./date-field.tsx";
import { SelectField } from "./select-field.tsx";
import { TextField } from "./text-field.tsx";

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
