// The main pane: a channel's messages and its composer; what is seen there is read.
import { useEffect, useMemo, useState, type ReactElement } from "react";
import type { Channel, Message } from "../slack/protocol.ts";
import { AppTabs } from "./app-tabs.tsx";
import { markRead } from "./client.ts";
import { Composer } from "./composer.tsx";
import { inChannel } from "./conversation.ts";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";
import { useWorkspace } from "./workspace.ts";

interface ChannelPaneProps {
  readonly channel: Channel;
  /** The ts of the message a link led to. */
  readonly linked: string;
}

export function ChannelPane({ channel, linked }: ChannelPaneProps): ReactElement {
  const { me, snapshot } = useWorkspace();
  const messages = useMemo(() => inChannel(snapshot.messages, channel.id), [snapshot.messages, channel.id]);
  const readUntil = useReadMark(channel, messages);
  const title = titleOf(channel);
  return (
    <main className="pane channel">
      <Title channel={channel} />
      <MessageList
        name={`Messages in ${title}`}
        messages={messages}
        where="channel"
        readUntil={readUntil}
        linked={linked}
        opening={<Beginning channel={channel} />}
      />
      {channel.archived === true ? (
        <Archived title={title} />
      ) : (
        <Composer
          key={`${me}/${channel.id}`}
          channel={channel.id}
          name="Message"
          placeholder={`Message ${title}`}
        />
      )}
    </main>
  );
}

function Title({ channel }: { readonly channel: Channel }): ReactElement {
  const { snapshot } = useWorkspace();
  const isApps = channel.kind === "im" && channel.members.includes(snapshot.app);
  if (isApps) return <AppTabs at="messages" />;
  const count = channel.members.length;
  return (
    <header className="pane-title">
      <h2>{titleOf(channel)}</h2>
      {channel.kind === "channel" && (
        <span className="pane-about">
          {count} {count === 1 ? "member" : "members"}
        </span>
      )}
    </header>
  );
}

export function titleOf({ kind, name }: Channel): string {
  return kind === "channel" ? `#${name}` : name;
}

/** Marks what is shown as read while somebody looks, and keeps where this person had read to when they came. */
function useReadMark(channel: Channel, messages: readonly Message[]): string | undefined {
  const { me, snapshot } = useWorkspace();
  const unread = snapshot.unread.find((one) => one.channel === channel.id);
  const [readUntil] = useState(unread?.lastRead);
  const last = messages.at(-1)?.ts;
  const isLooking = useIsLooking();
  useEffect(() => {
    if (unread !== undefined && last !== undefined && isLooking)
      void markRead({ as: me, channel: channel.id, ts: last });
  }, [unread, last, isLooking, me, channel.id]);
  return readUntil;
}

function useIsLooking(): boolean {
  const [isLooking, setIsLooking] = useState(() => !document.hidden);
  useEffect(() => {
    const follow = (): void => setIsLooking(!document.hidden);
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, []);
  return isLooking;
}

function Beginning({ channel }: { readonly channel: Channel }): ReactElement {
  const title = titleOf(channel);
  return (
    <div className="beginning">
      {channel.kind === "channel" && (
        <span className="beginning-mark">
          <Icon name="hash" size={26} />
        </span>
      )}
      <h3>{title}</h3>
      <p>
        {channel.kind === "channel"
          ? `This is the very beginning of the ${title} channel.`
          : `This conversation is just between you and ${channel.name}.`}
      </p>
    </div>
  );
}

function Archived({ title }: { readonly title: string }): ReactElement {
  return (
    <p className="closed">
      You are viewing <strong>{title}</strong>, an archived channel: nobody can write here any more.
    </p>
  );
}
