// The whole page: who is acting and where, the panes around that, and the modals above them.
import { useCallback, useEffect, useMemo, type ReactElement } from "react";
import type { Snapshot } from "../slack/protocol.ts";
import { ChannelPane } from "./channel.tsx";
import { ConfirmProvider } from "./confirm.tsx";
import { HomePane } from "./home.tsx";
import { Modals } from "./modal.tsx";
import { HOME, usePlace, type Go, type Place } from "./place.ts";
import { Sidebar } from "./sidebar.tsx";
import { StatusLine } from "./status-line.tsx";
import { ThreadPane } from "./thread.tsx";
import {
  useActing,
  useSnapshot,
  useTheme,
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
  const { busy, status, act, forget } = useActing(live.refresh);
  const theme = useTheme();
  const channel = snapshot.channels.find(({ id }) => id === place.channel);
  const workspace = useMemo((): Workspace => {
    return { me: place.as, snapshot, theme, busy, status, act, visit: go };
  }, [place.as, snapshot, theme, busy, status, act, go]);
  useEffect(() => {
    document.title =
      channel === undefined ? "Countersign · local Slack" : `${channel.name} · Countersign · local Slack`;
  }, [channel]);
  const goElsewhere: Go = (change) => {
    forget();
    go(change);
  };
  return (
    <WorkspaceContext value={workspace}>
      <ConfirmProvider>
        <div className={channel === undefined || place.thread === "" ? "app" : "app with-thread"}>
          <Sidebar place={place} go={goElsewhere} />
          {place.channel === HOME && <HomePane key={place.as} />}
          {channel !== undefined && <ChannelPane channel={channel} />}

          {channel !== undefined && place.thread !== "" && (
            <ThreadPane channel={channel} ts={place.thread} onClose={() => go({ thread: "" })} />
          )}
          <StatusLine status={live.problem === "" ? status : { tone: "error", text: live.problem }} />
        </div>
        <Modals />
      </ConfirmProvider>
    </WorkspaceContext>
  );
}

function Opening({ problem }: { readonly problem: string }): ReactElement {
  return (
    <p className="opening" role="status">
      {problem === "" ? "Opening the workspace…" : problem}
    </p>
  );
}
