// The narrow bar at the very left: the workspace, and the panels that show what happens behind Slack.
import type { ReactElement } from "react";
import { Icon } from "./icons.tsx";
import { PANELS, type PanelName } from "./panels/panel.tsx";
import { useWorkspace } from "./workspace.ts";

interface RailProps {
  readonly open: PanelName | undefined;
  readonly onToggle: (panel: PanelName) => void;
}

export function Rail({ open, onToggle }: RailProps): ReactElement {
  const { snapshot } = useWorkspace();
  return (
    <div className="rail">
      <span className="rail-team" aria-hidden="true">
        {snapshot.team.name.charAt(0)}
      </span>
      <div className="rail-panels" role="group" aria-label="Panels">
        {Object.entries(PANELS).map(([name, { label }]) => (
          <PanelButton
            key={name}
            name={name as PanelName}
            label={label}
            isOpen={open === name}
            onToggle={onToggle}
          />
        ))}
      </div>
    </div>
  );
}

interface PanelButtonProps {
  readonly name: PanelName;
  readonly label: string;
  readonly isOpen: boolean;
  readonly onToggle: (panel: PanelName) => void;
}

function PanelButton({ name, label, isOpen, onToggle }: PanelButtonProps): ReactElement {
  return (
    <button type="button" className="rail-button" aria-pressed={isOpen} onClick={() => onToggle(name)}>
      <span className="rail-icon">
        <Icon name={name} />
      </span>
      <span className="rail-label">{label}</span>
    </button>
  );
}
