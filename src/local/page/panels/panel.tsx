// The side panel beside Slack: what a demo shows of what happens behind it.
import type { ReactElement } from "react";
import { Icon } from "../icons.tsx";
import { KnobsPanel } from "./knobs.tsx";
import { OpsPanel } from "./ops.tsx";
import { RunPanel } from "./run.tsx";
import { TrafficPanel } from "./traffic.tsx";

/** The panels by their name in the URL. */
export const PANELS = {
  ops: { label: "Ops", title: "Ops target", content: OpsPanel },
  run: { label: "Runs", title: "Runs", content: RunPanel },
  traffic: { label: "Traffic", title: "Traffic", content: TrafficPanel },
  knobs: { label: "Faults", title: "Faults and clock", content: KnobsPanel },
} as const;
export type PanelName = keyof typeof PANELS;

interface PanelProps {
  readonly name: PanelName;
  readonly onClose: () => void;
}

export function Panel({ name, onClose }: PanelProps): ReactElement {
  const { title, content: Content } = PANELS[name];
  return (
    <aside className="pane panel" aria-label={title}>
      <header className="pane-title">
        <h2>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close panel" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="panel-body">
        <Content />
      </div>
    </aside>
  );
}
