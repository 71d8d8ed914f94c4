// The right pane: one thread, its parent message first.
import { useMemo, type ReactElement } from "react";
import type { Channel } from "../slack/protocol.ts";
import { titleOf } from "./channel.tsx";
import { Composer } from "./composer.tsx";
import { inThread } from "./conversation.ts";
import { Icon } from "./icons.tsx";
import { MessageList } from "./message-list.tsx";
import { useWorkspace } from "./workspace.ts";

interface ThreadPaneProps {
  readonly channel: Channel;
  readonly ts: string;
  /** The ts of the message a link led to. */
  readonly linked: string;
  readonly onClose: () => void;
}

export function ThreadPane({ channel, ts, linked, onClose }: ThreadPaneProps): ReactElement {
  const { me, snapshot } = useWorkspace();
  const messages = useMemo(() => {
    const parent = snapshot.messages.filter((message) => message.channel === channel.id && message.ts === ts);
    return [...parent, ...inThread(snapshot.messages, channel.id, ts)];
  }, [snapshot.messages, channel.id, ts]);
  return (
    <section className="pane thread" aria-label="Thread" key={ts}>
      <header className="pane-title">
        <h2>Thread</h2>
        <span className="pane-about">{titleOf(channel)}</span>
        <button type="button" className="icon-button" aria-label="Close thread" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <MessageList name="Messages in the thread" messages={messages} where="thread" linked={linked} />
      {channel.archived !== true && (
        <Composer key={`${me}/${ts}`} channel={channel.id} threadTs={ts} name="Reply" placeholder="Reply…" />
      )}
    </section>
  );
}
