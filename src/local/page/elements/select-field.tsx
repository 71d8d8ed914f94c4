// static_select and users_select as the browser's own menu, which every phone and screen reader knows.
import type { ReactElement } from "react";
import type { InputValue, Person } from "../../slack/protocol.ts";
import type { OptionObject, SelectElement } from "../block-kit.ts";
import { optionOrNull } from "../values.ts";
import { useWorkspace } from "../workspace.ts";
import { controlProps, type FieldProps } from "./control.ts";

export function SelectField({ element, value, onChange, naming }: FieldProps<SelectElement>): ReactElement {
  const { snapshot } = useWorkspace();
  const people = snapshot.people.filter((person) => person.kind !== "bot");
  return (
    <select
      {...controlProps(naming)}
      className="control"
      value={chosenOf(value)}
      data-focus={element.focus_on_load}
      onChange={(event) => onChange(chosenToValue(element, event.target.value))}
    >
      <option value="">{element.placeholder?.text ?? "Choose…"}</option>
      {element.type === "users_select" ? (
        <PeopleOptions people={people} />
      ) : (
        <StaticOptions element={element} />
      )}
    </select>
  );
}

function StaticOptions({
  element,
}: {
  readonly element: Extract<SelectElement, { type: "static_select" }>;
}): ReactElement {
  return (
    <>
      <Options options={element.options ?? []} />
      {(element.option_groups ?? []).map((group) => (
        <optgroup key={group.label.text} label={group.label.text}>
          <Options options={group.options} />
        </optgroup>
      ))}
    </>
  );
}

function Options({ options }: { readonly options: readonly OptionObject[] }): ReactElement[] {
  return options.map((option) => (
    <option key={option.value} value={option.value}>
      {option.text.text}
    </option>
  ));
}

function PeopleOptions({ people }: { readonly people: readonly Person[] }): ReactElement[] {
  return people.map((person) => (
    <option key={person.id} value={person.id}>
      {person.realName}
    </option>
  ));
}

function chosenOf(value: InputValue): string {
  if ("selected_user" in value) return value.selected_user ?? "";
  return "selected_option" in value ? (value.selected_option?.value ?? "") : "";
}

function chosenToValue(element: SelectElement, chosen: string): InputValue {
  if (element.type === "users_select")
    return { type: element.type, selected_user: chosen === "" ? null : chosen };
  const options = [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((group) => group.options),
  ];
  const option = options.find((one) => one.value === chosen);
  return { type: element.type, selected_option: optionOrNull(option) };
}
