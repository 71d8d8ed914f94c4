// Draws text objects and display blocks with slack-blocks-to-jsx, names and times resolved for the acting person.
import { useMemo, type ReactElement, type ReactNode } from "react";
import { Message, type Block as DrawnBlock, type MessageProps } from "slack-blocks-to-jsx";
import type { Block } from "../slack/protocol.ts";
import type { TextObject } from "./block-kit.ts";
import { mrkdwnToRichText, plainToRichText } from "./mrkdwn.ts";
import { permalinkToPlace, placeToUrl } from "./place.ts";
import { useWorkspace } from "./workspace.ts";

const HOOKS: NonNullable<MessageProps["hooks"]> = {
  // An unknown name comes back as itself, and Slack shows what was written.
  emoji: (emoji, parse) => {
    const drawn = parse(emoji);
    return drawn === emoji.name ? `:${emoji.name}:` : drawn;
  },
  link: ({ href, children }) => <Link href={href}>{children}</Link>,
  user: ({ id, name }) => <Mention name={name} members={[id]} />,
  usergroup: ({ id, name }) => <GroupMention id={id} name={name} />,
};

/** Stands out to whom it means. */
function Mention({
  name,
  members,
}: {
  readonly name: string;
  readonly members: readonly string[];
}): ReactElement {
  const { me } = useWorkspace();
  return <span className={members.includes(me) ? "mention mine" : "mention"}>@{name}</span>;
}

function GroupMention({ id, name }: { readonly id: string; readonly name: string }): ReactElement {
  const { snapshot } = useWorkspace();
  const members = snapshot.groups.find((group) => group.id === id)?.members ?? [];
  return <Mention name={name} members={members} />;
}

export function RichText({ text }: { readonly text: TextObject }): ReactElement {
  const blocks = useMemo((): DrawnBlock[] => {
    const elements =
      text.type === "mrkdwn"
        ? mrkdwnToRichText(text.text, { verbatim: text.verbatim === true })
        : plainToRichText(text.text, { emoji: text.emoji !== false });
    return [{ type: "rich_text", elements }];
  }, [text.type, text.text, text.verbatim, text.emoji]);
  return <Drawn blocks={blocks} />;
}

/** A block that only shows something, as the library draws it. */
export function DisplayBlock({ block }: { readonly block: Block }): ReactElement {
  // The library makes the block_id a DOM id, and the same block may be on the page twice: in the channel and in its thread.
  const blocks = useMemo(() => decodeDrawn({ ...block, block_id: undefined }), [block]);
  return <Drawn blocks={blocks} />;
}

/** A permalink of this workspace is followed here, as the same person; everything else opens beside the page. */
function Link({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactElement {
  const { me, visit } = useWorkspace();
  const url = URL.canParse(href) ? new URL(href) : undefined;
  const place = url?.origin === window.location.origin ? permalinkToPlace(url) : undefined;
  if (place === undefined) {
    return (
      <a className="text-link" href={href} target="_blank" rel="noreferrer noopener">
        {children}
      </a>
    );
  }
  return (
    <a
      className="text-link"
      href={placeToUrl({ as: me, ...place })}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        visit(place);
      }}
    >
      {children}
    </a>
  );
}

function Drawn({ blocks }: { readonly blocks: DrawnBlock[] }): ReactElement {
  const { snapshot, theme } = useWorkspace();
  const data = useMemo(
    () => ({
      users: snapshot.people.map(({ id, name }) => ({ id, name })),
      channels: snapshot.channels.map(({ id, name }) => ({ id, name })),
      user_groups: snapshot.groups.map(({ id, handle }) => ({ id, name: handle })),
    }),
    [snapshot],
  );
  return (
    <Message
      withoutWrapper
      name=""
      logo=""
      blocks={blocks}
      data={data}
      hooks={HOOKS}
      theme={theme}
      className="drawn"
    />
  );
}

// The server has checked the block's shape; the library draws nothing for a type it does not know.
function decodeDrawn(block: unknown): DrawnBlock[] {
  return [block as DrawnBlock];
}
