// Which renderer draws which block: the library for what only shows something, our own elements for what can be acted on.
import type { ReactElement } from "react";
import type { Block } from "../slack/protocol.ts";
import {
  decodeActions,
  decodeBlocks,
  decodeContainer,
  decodeContext,
  decodeElement,
  decodeHeader,
  decodeSection,
  type TextObject,
} from "./block-kit.ts";
import { BlockElement } from "./elements/block-element.tsx";
import { InputBlock } from "./elements/input-block.tsx";
import { DisplayBlock, RichText } from "./rich-text.tsx";

export function Blocks({ blocks }: { readonly blocks: readonly Block[] }): ReactElement {
  return (
    <div className="blocks">
      {blocks.map((block) => (
        <OneBlock key={block.block_id} block={block} />
      ))}
    </div>
  );
}

function OneBlock({ block }: { readonly block: Block }): ReactElement {
  switch (block.type) {
    case "section":
      return <SectionBlock block={block} />;
    case "header":
      return <HeaderBlock block={block} />;
    case "context":
      return <ContextBlock block={block} />;
    case "actions":
      return <ActionsBlock block={block} />;
    case "input":
      return <InputBlock block={block} />;
    case "container":
      return <ContainerBlock block={block} />;
    case "divider":
      return <hr className="block-divider" />;
    default:
      return <DisplayBlock block={block} />;
  }
}

function SectionBlock({ block }: { readonly block: Block }): ReactElement {
  const section = decodeSection(block);
  if (section === undefined) return <Undrawn what="section" />;
  const { text, fields, accessory } = section;
  return (
    <div className="block-section">
      <div className="block-section-text">
        {text !== undefined && <RichText text={text} />}
        {fields !== undefined && <Fields fields={fields} />}
      </div>
      {accessory !== undefined && <Placed raw={accessory} blockId={block.block_id} />}
    </div>
  );
}

function Fields({ fields }: { readonly fields: readonly TextObject[] }): ReactElement {
  return (
    <div className="block-fields">
      {fields.map((field, index) => (
        <RichText key={index} text={field} />
      ))}
    </div>
  );
}

function HeaderBlock({ block }: { readonly block: Block }): ReactElement {
  const header = decodeHeader(block);
  if (header === undefined) return <Undrawn what="header" />;
  return (
    <div className="block-header" role="heading" aria-level={3}>
      <RichText text={header.text} />
    </div>
  );
}

function ContextBlock({ block }: { readonly block: Block }): ReactElement {
  const context = decodeContext(block);
  if (context === undefined) return <Undrawn what="context" />;
  return (
    <div className="block-context">
      {context.elements.map((element, index) =>
        element.type === "image" ? (
          <img key={index} src={element.image_url} alt={element.alt_text} />
        ) : (
          <RichText key={index} text={element} />
        ),
      )}
    </div>
  );
}

function ActionsBlock({ block }: { readonly block: Block }): ReactElement {
  const actions = decodeActions(block);
  if (actions === undefined) return <Undrawn what="actions" />;
  return (
    <div className="block-actions">
      {actions.elements.map((raw, index) => (
        <Placed key={index} raw={raw} blockId={block.block_id} />
      ))}
    </div>
  );
}

function ContainerBlock({ block }: { readonly block: Block }): ReactElement {
  const container = decodeContainer(block);
  if (container === undefined) return <Undrawn what="container" />;
  const children = decodeBlocks(container.child_blocks, block.block_id);
  if (!container.is_collapsible) return <Blocks blocks={children} />;
  return (
    <details className="block-container" open={!container.default_collapsed}>
      <summary>{container.title.text}</summary>
      <Blocks blocks={children} />
    </details>
  );
}

function Placed({ raw, blockId }: { readonly raw: unknown; readonly blockId: string }): ReactElement {
  const element = decodeElement(raw);
  return element === undefined ? (
    <Undrawn what="element" />
  ) : (
    <BlockElement element={element} blockId={blockId} />
  );
}

// Shown, not left out: a card with a hole in it must not look complete.
function Undrawn({ what }: { readonly what: string }): ReactElement {
  return <p className="undrawn">The local Slack cannot draw this {what}.</p>;
}
