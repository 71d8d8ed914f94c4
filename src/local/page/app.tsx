// The whole page: who is acting and where, the panes around that, and the modals above them.
import { useCallback, useEffect, useMemo, type ReactElement } from "react";
import type { Channel, Snapshot } from "../slack/protocol.ts";
import { ChannelPane } from "./channel.tsx";
import { openIm } from "./client.ts";
import { ConfirmProvider } from "./confirm.tsx";
import { HomePane } from "./home.tsx";
import { Modals } from "./modal.tsx";
import { Panel, PANELS, type PanelName } from "./panels/panel.tsx";
import { HOME, usePlace, type Go, type Place } from "./place.ts";
import { Rail } from "./rail.tsx";
import { Sidebar } from "./sidebar.tsx";
import { StatusLine } from "./status-line.tsx";
import { ThreadPane } from "./thread.tsx";
import {
  PulseContext,
  useActing,
  useSnapshot,
  useTheme,
  useWorkspace,
  WorkspaceContext,
  type LiveSnapshot,
  type Workspace,
} from "./workspace.ts";

export function App(): ReactElement {
  const [place, go] = usePlace();
  const beSomebody = useCallback((as: string) => go({ as }, "replace"), [go]);
  const live = useSnapshot(place.as, beSomebody);
  const { snapshot } = live;
  const settled = snapshot === undefined ? place : settle(place, snapshot);
  useEffect(() => {
    // A URL that names nobody, or a channel this person cannot see, is corrected so that it can be shared.
    if (settled.as !== place.as || settled.channel !== place.channel) go(settled, "replace");
  });
  if (snapshot === undefined) return <Opening problem={live.problem} />;
  return <Page live={live} snapshot={snapshot} place={settled} go={go} />;
}

/** While the next person's snapshot is under way, the last one still shows, and it must not decide where they are. */
function settle(place: Place, snapshot: Snapshot): Place {
  if (place.as !== "" && place.as !== snapshot.me) return place;
  const isThere = place.channel === HOME || snapshot.channels.some(({ id }) => id === place.channel);
  return { ...place, as: snapshot.me, channel: isThere ? place.channel : (snapshot.channels[0]?.id ?? "") };
}

interface PageProps {
  readonly live: LiveSnapshot;
  readonly snapshot: Snapshot;
  readonly place: Place;
  readonly go: Go;
}

function Page({ live, snapshot, place, go }: PageProps): ReactElement {
  const { busy, status, troubles, act, tell, forget } = useActing(live.refresh);
  const theme = useTheme();
  const { pulse, refresh } = live;
  // Until the next person's snapshot is there, the page shows and is the last one.
  const { me } = snapshot;
  const visit = useCallback<Go>(
    (change, how) => {
      if (change.as !== undefined || change.channel !== undefined) forget();
      go(change, how);
    },
    [forget, go],
  );
  const channel = snapshot.channels.find(({ id }) => id === place.channel);
  const write = useCallback(
    async (person: string): Promise<void> => {
      const opened = await openIm({ as: me, with: person });
      await refresh();
      if (opened.ok) visit({ channel: opened.channel, thread: "" });
      else tell({ tone: "error", text: opened.error });
    },
    [me, refresh, visit, tell],
  );
  const workspace = useMemo((): Workspace => {
    return { me, snapshot, theme, busy, status, troubles, act, visit, write };
  }, [me, snapshot, theme, busy, status, troubles, act, visit, write]);
  useEffect(() => {
    const unread = snapshot.unread.reduce((sum, { mentions }) => sum + mentions, 0);
    const where = channel === undefined ? "" : `${channel.name} · `;
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${where}Countersign · local Slack`;
  }, [channel, snapshot.unread]);
  return (
    <WorkspaceContext value={workspace}>
      <ConfirmProvider>
        <PulseContext value={pulse}>
          <Panes place={place} channel={channel} go={visit} />
        </PulseContext>
        <StatusLine status={live.problem === "" ? status : { tone: "error", text: live.problem }} />
        <Modals />
      </ConfirmProvider>
    </WorkspaceContext>
  );
}

interface PanesProps {
  readonly place: Place;
  readonly channel: Channel | undefined;
  readonly go: Go;
}

function Panes({ place, channel, go }: PanesProps): ReactElement {
  const panel = panelNamed(place.panel);
  const hasThread = channel !== undefined && place.thread !== "";
  const classes = ["app", ...(hasThread ? ["with-thread"] : []), ...(panel ? ["with-panel"] : [])];
  return (
    <div className={classes.join(" ")}>
      <Rail open={panel} onToggle={(name) => go({ panel: name === panel ? "" : name })} />
      <Sidebar place={place} go={go} />
      <MainPane place={place} channel={channel} />
      {hasThread && (
        <ThreadPane
          channel={channel}
          ts={place.thread}
          linked={place.message}
          onClose={() => go({ thread: "" })}
        />
      )}
      {panel !== undefined && <Panel name={panel} onClose={() => go({ panel: "" })} />}
    </div>
  );
}

function MainPane({ place, channel }: Omit<PanesProps, "go">): ReactElement | undefined {
  const { me, snapshot } = useWorkspace();
  const person = snapshot.people.find(({ id }) => id === me);
  if (person?.deactivated === true) return <SignedOut name={person.realName} />;
  if (place.channel === HOME) return <HomePane key={me} />;
  if (channel === undefined) return undefined;
  return <ChannelPane key={`${me}/${channel.id}`} channel={channel} linked={place.message} />;
}

function panelNamed(name: string): PanelName | undefined {
  return Object.keys(PANELS).find((one): one is PanelName => one === name);
}

function SignedOut({ name }: { readonly name: string }): ReactElement {
  return (
    <main className="pane channel">
      <p className="closed">
        <strong>{name}’s account is deactivated.</strong> It sees no channel and can do nothing here. Choose
        somebody else under “You are”, or turn the account on again under “Faults and clock”.
      </p>
    </main>
  );
}

function Opening({ problem }: { readonly problem: string }): ReactElement {
  return (
    <p className="opening" role="status">
      {problem === "" ? "Opening the workspace…" : problem}
    </p>
  );
}
