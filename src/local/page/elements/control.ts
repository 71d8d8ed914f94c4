// What every field of a form shares: its value, and what ties it to its label, its hint and its error.
import type { InputValue } from "../../slack/protocol.ts";

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
