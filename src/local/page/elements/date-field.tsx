// datepicker, timepicker and datetimepicker: the browser's own fields. A moment is shown in the browser's time zone, as Slack shows it in the reader's.
import type { ReactElement } from "react";
import type { InputValue } from "../../slack/protocol.ts";
import type { DateElement } from "../block-kit.ts";
import { controlProps, type FieldProps } from "./control.ts";

const TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" } as const;

export function DateField({ element, value, onChange, naming }: FieldProps<DateElement>): ReactElement {
  return (
    <input
      {...controlProps(naming)}
      type={TYPES[element.type]}
      className="control"
      data-focus={element.focus_on_load}
      value={shownOf(value)}
      onChange={(event) => onChange(pickedTo(element, event.target.value))}
    />
  );
}

function shownOf(value: InputValue): string {
  if ("selected_date" in value) return value.selected_date ?? "";
  if ("selected_time" in value) return value.selected_time ?? "";
  if (!("selected_date_time" in value) || value.selected_date_time === null) return "";
  const at = new Date(value.selected_date_time * 1_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().replace(/(:00)?\.000Z$/, "");
}

function pickedTo({ type }: DateElement, text: string): InputValue {
  switch (type) {
    case "datepicker":
      return { type, selected_date: text === "" ? null : text };
    case "timepicker":
      return { type, selected_time: text === "" ? null : text };
    case "datetimepicker":
      return { type, selected_date_time: text === "" ? null : Math.floor(new Date(text).getTime() / 1_000) };
  }
}
