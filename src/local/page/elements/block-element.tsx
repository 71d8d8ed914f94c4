// An element of an actions block or an accessory: acting on it asks for its confirmation and sends the click.
import { useId, type ReactElement } from "react";
import type { InputValue } from "../../slack/protocol.ts";
import type { Element, FieldElement } from "../block-kit.ts";
import { contentOf, valueToChoice } from "../values.ts";
import { ActionButton } from "./action-button.tsx";
import { Field } from "./field.tsx";
import { OverflowMenu } from "./overflow-menu.tsx";
import { useClick, useFieldValue } from "./site.ts";

interface Placed<E> {
  readonly element: E;
  readonly blockId: string;
}

export function BlockElement({ element, blockId }: Placed<Element>): ReactElement {
  const drawn = <Drawn element={element} blockId={blockId} />;
  return element.type === "image" ? (
    drawn
  ) : (
    <WithTrouble blockId={blockId} actionId={element.action_id} drawn={drawn} />
  );
}

interface WithTroubleProps {
  readonly blockId: string;
  readonly actionId: string;
  readonly drawn: ReactElement;
}

/** What went wrong with a click is said beside what was clicked, as Slack does. */
function WithTrouble({ blockId, actionId, drawn }: WithTroubleProps): ReactElement {
  const { trouble } = useClick(blockId, actionId);
  return (
    <span className="placed">
      {drawn}
      {trouble !== undefined && (
        <span className="trouble">
          <span aria-hidden="true">⚠️</span> {trouble}
        </span>
      )}
    </span>
  );
}

function Drawn({ element, blockId }: Placed<Element>): ReactElement {
  if (element.type === "button") return <ActionButton element={element} blockId={blockId} />;
  if (element.type === "overflow") return <OverflowMenu element={element} blockId={blockId} />;
  if (element.type === "image")
    return <img className="accessory-image" src={element.image_url} alt={element.alt_text} />;
  return <ActingField element={element} blockId={blockId} />;
}

function ActingField({ element, blockId }: Placed<FieldElement>): ReactElement {
  const id = useId();
  const [value, setValue] = useFieldValue(blockId, element);
  const { busy, click } = useClick(blockId, element.action_id);
  async function choose(next: InputValue): Promise<void> {
    const before = value;
    setValue(next);
    if (!isWhole(next)) return;
    const sent = await click("confirm" in element ? element.confirm : undefined, valueToChoice(next));
    if (!sent) setValue(before);
  }
  const name = "placeholder" in element ? element.placeholder?.text : undefined;
  return (
    <div className="acting-field">
      <Field
        element={element}
        value={value}
        onChange={(next) => void choose(next)}
        naming={{ id, name: name ?? "Choose", busy }}
      />
    </div>
  );
}

/** Typed text is not a choice yet, nothing chosen is none, and a year still being typed (0020) is not a date. */
function isWhole(value: InputValue): boolean {
  if ("value" in value) return false;
  if ("selected_date" in value) return value.selected_date !== null && !value.selected_date.startsWith("0");
  return "selected_options" in value || contentOf(value) !== "";
}
