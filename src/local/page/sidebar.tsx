// Left: the workspace, who is acting, and the channels that person sees.
import type { ReactElement } from "react";
import type { Channel, Person } from "../slack/protocol.ts";
import { HOME, placeToUrl, type Go, type Place } from "./place.ts";
import { useWorkspace } from "./workspace.ts";

interface SidebarProps {
  readonly place: Place;
  readonly go: Go;
}

export function Sidebar({ place, go }: SidebarProps): ReactElement {
  const { snapshot } = useWorkspace();
  const ofKind = (kind: Channel["kind"], mark: Entry["mark"]): Entry[] =>
    snapshot.channels.filter((channel) => channel.kind === kind).map(({ id, name }) => ({ id, name, mark }));
  const direct = ofKind("im", "●");
  return (
    <aside className="sidebar">
      <h1 className="team">{snapshot.team.name}</h1>
      <YouAre place={place} go={go} />
      <nav className="places" aria-label="Channels">
        <PlaceList title="Channels" entries={ofKind("channel", "#")} place={place} go={go} />
        {direct.length > 0 && <PlaceList title="Direct messages" entries={direct} place={place} go={go} />}
        <PlaceList title="Apps" entries={[{ id: HOME, name: "App Home", mark: "⌂" }]} place={place} go={go} />
      </nav>
    </aside>
  );
}

function YouAre({ place, go }: SidebarProps): ReactElement {
  const { snapshot } = useWorkspace();
  const people = snapshot.people.filter(({ kind }) => kind !== "bot");
  const me = people.find(({ id }) => id === place.as);
  return (
    <div className="you-are">
      <label htmlFor="you-are">You are</label>
      <select
        id="you-are"
        value={place.as}
        aria-describedby="you-are-title"
        onChange={(event) => go({ as: event.target.value, thread: "" })}
      >
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {personLabel(person)}
          </option>
        ))}
      </select>
      <p id="you-are-title" className="you-are-title">
        {me?.title}
      </p>
    </div>
  );
}

function personLabel({ realName, kind }: Person): string {
  return kind === "member" ? realName : `${realName} (${kind})`;
}

interface PlaceListProps extends SidebarProps {
  readonly title: string;
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly mark: "#" | "●" | "⌂";
}

function PlaceList({ title, entries, place, go }: PlaceListProps): ReactElement {
  return (
    <section>
      <h2 className="places-title">{title}</h2>
      <ul>
        {entries.map(({ id, name, mark }) => (
          <li key={id}>
            <a
              href={placeToUrl({ ...place, channel: id, thread: "" })}
              aria-current={id === place.channel ? "page" : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey) return;
                event.preventDefault();
                go({ channel: id, thread: "" });
              }}
            >
              <span aria-hidden="true">{mark}</span>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
