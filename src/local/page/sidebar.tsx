// Left: the workspace, who is acting, and the conversations that person has, with what they have not read.
import type { ReactElement, ReactNode } from "react";
import type { Channel, Person, Unread } from "../slack/protocol.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { ModelLine } from "./model-line.tsx";
import { HOME, placeToUrl, type Go, type Place } from "./place.ts";
import { useWorkspace } from "./workspace.ts";

interface SidebarProps {
  readonly place: Place;
  readonly go: Go;
}

export function Sidebar({ place, go }: SidebarProps): ReactElement {
  const { snapshot } = useWorkspace();
  const channels = snapshot.channels.filter(({ kind }) => kind === "channel");
  const app = snapshot.people.find(({ id }) => id === snapshot.app);
  return (
    <aside className="sidebar">
      <h1 className="team">{snapshot.team.name}</h1>
      <YouAre place={place} go={go} />
      <nav className="places" aria-label="Channels">
        <PlaceList title="Channels">
          {channels.map((channel) => (
            <PlaceLink
              key={channel.id}
              channel={channel}
              mark={<Icon name="hash" size={16} />}
              place={place}
              go={go}
            />
          ))}
        </PlaceList>
        <PlaceList title="Direct messages">
          {othersIn(snapshot).map((person) => (
            <PersonLink key={person.id} person={person} place={place} go={go} />
          ))}
        </PlaceList>
        <PlaceList title="Apps">
          <AppLink app={app} place={place} go={go} />
        </PlaceList>
      </nav>
      <ModelLine />
    </aside>
  );
}

function othersIn({
  people,
  me,
}: {
  readonly people: readonly Person[];
  readonly me: string;
}): readonly Person[] {
  return people.filter(({ id, kind }) => kind !== "bot" && id !== me);
}

function YouAre({ place, go }: SidebarProps): ReactElement {
  const { snapshot } = useWorkspace();
  const people = snapshot.people.filter(({ kind }) => kind !== "bot");
  const me = people.find(({ id }) => id === place.as);
  return (
    <div className="you-are">
      <label htmlFor="you-are">You are</label>
      <div className="you-are-who">
        <Avatar person={me} size="small" />
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
      </div>
      <p id="you-are-title" className="you-are-title">
        {me?.title}
      </p>
    </div>
  );
}

function personLabel({ realName, kind, deactivated }: Person): string {
  if (deactivated === true) return `${realName} (deactivated)`;
  return kind === "member" ? realName : `${realName} (${kind})`;
}

function PlaceList({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section>
      <h2 className="places-title">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

interface PlaceLinkProps extends SidebarProps {
  readonly channel: Pick<Channel, "id" | "name" | "archived">;
  readonly mark: ReactElement;
}

function PlaceLink({ channel, mark, place, go }: PlaceLinkProps): ReactElement {
  const { snapshot } = useWorkspace();
  const { id, name } = channel;
  const unread = id === place.channel ? undefined : snapshot.unread.find((one) => one.channel === id);
  return (
    <li>
      <a
        href={placeToUrl({ ...place, channel: id, thread: "", message: "" })}
        className={unread === undefined ? undefined : "unread"}
        aria-current={id === place.channel ? "page" : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          go({ channel: id, thread: "" });
        }}
      >
        {mark}
        <span className="place-name">{name}</span>
        {channel.archived === true && <small>archived</small>}
        <UnreadMark unread={unread} />
      </a>
    </li>
  );
}

function UnreadMark({ unread }: { readonly unread: Unread | undefined }): ReactElement | undefined {
  if (unread === undefined) return undefined;
  if (unread.mentions === 0) return <span className="sr-only">unread</span>;
  return (
    <span className="mentions">
      {unread.mentions}
      <span className="sr-only"> {unread.mentions === 1 ? "mention" : "mentions"}</span>
    </span>
  );
}

interface PersonLinkProps extends SidebarProps {
  readonly person: Person;
}

/** A conversation that has not been opened yet is opened by going there. */
function PersonLink({ person, place, go }: PersonLinkProps): ReactElement {
  const { snapshot, write } = useWorkspace();
  const im = snapshot.channels.find(({ kind, members }) => kind === "im" && members.includes(person.id));
  const mark = <Avatar person={person} size="tiny" />;
  if (im !== undefined)
    return <PlaceLink channel={{ ...im, name: person.realName }} mark={mark} place={place} go={go} />;
  return (
    <li>
      <button type="button" disabled={person.deactivated === true} onClick={() => void write(person.id)}>
        {mark}
        <span className="place-name">{person.realName}</span>
        {person.deactivated === true && <small>deactivated</small>}
      </button>
    </li>
  );
}

function AppLink({ app, place, go }: SidebarProps & { readonly app: Person | undefined }): ReactElement {
  const { snapshot } = useWorkspace();
  const im = snapshot.channels.find(({ kind, members }) => kind === "im" && members.includes(snapshot.app));
  const isHere = place.channel === HOME || place.channel === im?.id;
  const unread = isHere ? undefined : snapshot.unread.find(({ channel }) => channel === im?.id);
  const target = unread === undefined || im === undefined ? HOME : im.id;
  return (
    <li>
      <a
        href={placeToUrl({ ...place, channel: target, thread: "", message: "" })}
        className={unread === undefined ? undefined : "unread"}
        aria-current={isHere ? "page" : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          go({ channel: target, thread: "" });
        }}
      >
        <Avatar person={app} size="tiny" />
        <span className="place-name">{app?.realName ?? "The app"}</span>
        <UnreadMark unread={unread} />
      </a>
    </li>
  );
}
