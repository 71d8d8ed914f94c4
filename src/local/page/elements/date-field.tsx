// datepicker: the browser's own date field, whose value already has Slack's form.
import type { ReactElement } from "react";
import type { DateElement } from "../block-kit.ts";
import { controlProps, type FieldProps } from "./control.ts";

export function DateField({ element, value, onChange, naming }: FieldProps<DateElement>): ReactElement {
  return (
    <input
      {...controlProps(naming)}
      type="date"
      className="control"
      data-focus={element.focus_on_load}
      value={"selected_date" in value ? (value.selected_date ?? "") : ""}
      onChange={(event) => {
        const date = event.target.value;
        onChange({ type: element.type, selected_date: date === "" ? null : date });
      }}
    />
  );
}
