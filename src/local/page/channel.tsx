// The main pane: a channel's messages and its composer.
import { useMemo, type ReactElement } from "react";
import type { Channel } from "../slack/protocol.ts";
import { Composer } from "./composer.tsx";
import { inChannel } from "./conversation.ts";
import { MessageList } from "./message-list.tsx";
import { useWorkspace } from "./workspace.ts";

export function ChannelPane({ channel }: { readonly channel: Channel }): ReactElement {
  const { me, snapshot } = useWorkspace();
  const messages = useMemo(() => inChannel(snapshot.messages, channel.id), [snapshot.messages, channel.id]);
  const title = channel.kind === "channel" ? `#${channel.name}` : channel.name;
  return (
    <main className="pane channel" key={channel.id}>
      <header className="pane-title">
        <h2>{title}</h2>
        <span className="pane-about">{channel.members.length} members</span>
      </header>
      <MessageList name={`Messages in ${title}`} messages={messages} where="channel" />
      <Composer
        key={`${me}/${channel.id}`}
        channel={channel.id}
        name="Message"
        placeholder={`Message ${title}`}
      />
    </main>
  );
}
