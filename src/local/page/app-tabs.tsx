// The app's own place: its Home, and what it has written to this person.
import type { ReactElement } from "react";
import { Avatar } from "./avatar.tsx";
import { HOME } from "./place.ts";
import { useWorkspace } from "./workspace.ts";

export function AppTabs({ at }: { readonly at: "home" | "messages" }): ReactElement {
  const { snapshot, visit, write } = useWorkspace();
  const app = snapshot.people.find(({ id }) => id === snapshot.app);
  return (
    <header className="pane-title with-tabs">
      <div className="pane-title-line">
        <Avatar person={app} size="small" />
        <h2>{app?.realName ?? "The app"}</h2>
        <span className="badge">APP</span>
      </div>
      <div className="tabs">
        <button
          type="button"
          aria-current={at === "home" ? "page" : undefined}
          onClick={() => visit({ channel: HOME, thread: "" })}
        >
          Home
        </button>
        <button
          type="button"
          aria-current={at === "messages" ? "page" : undefined}
          onClick={() => void write(snapshot.app)}
        >
          Messages
        </button>
      </div>
    </header>
  );
}
