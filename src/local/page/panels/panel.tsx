// The side panel beside Slack: what a demo shows of what happens behind it.
import type { ReactElement } from "react";

/** The panels by their name in the URL, with the words people see. */
export const PANELS = {
  ops: "Ops target",
  run: "Run",
  traffic: "Traffic",
  knobs: "Faults and clock",
} as const;
export type PanelName = keyof typeof PANELS;

export interface PanelProps {
  readonly name: PanelName;
  readonly onClose: () => void;
  /** Goes to another panel. */
  readonly onOpen: (name: PanelName) => void;
}

export function Panel({ name, onClose }: PanelProps): ReactElement {
  return (
    <aside className="panel" aria-label={PANELS[name]}>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </aside>
  );
}
