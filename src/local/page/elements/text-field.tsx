// plain_text_input (one line or several), number_input, email_text_input and url_text_input.
import type { ChangeEvent, ReactElement } from "react";
import type { TextElement } from "../block-kit.ts";
import { controlProps, type FieldProps } from "./control.ts";

export function TextField({ element, value, onChange, naming }: FieldProps<TextElement>): ReactElement {
  const shared = {
    ...controlProps(naming),
    className: "control",
    placeholder: element.placeholder?.text,
    value: "value" in value ? (value.value ?? "") : "",
    "data-focus": element.focus_on_load,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const text = event.target.value;
      onChange({ type: element.type, value: text === "" ? null : text });
    },
  };
  if (element.type === "plain_text_input" && element.multiline === true)
    return <textarea {...shared} rows={5} />;
  return <input {...shared} type="text" inputMode={inputMode(element)} autoComplete="off" />;
}

// Numbers stay text: a number field of the browser hides what it cannot parse, and then nobody can be told what is wrong.
function inputMode(element: TextElement): "text" | "decimal" | "numeric" | "email" | "url" {
  switch (element.type) {
    case "plain_text_input":
      return "text";
    case "number_input":
      return element.is_decimal_allowed ? "decimal" : "numeric";
    case "email_text_input":
      return "email";
    case "url_text_input":
      return "url";
  }
}
