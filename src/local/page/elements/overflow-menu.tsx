// An overflow menu: a "⋯" button that opens a real menu, worked with pointer or arrow keys.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type { OptionObject, OverflowElement } from "../block-kit.ts";
import { useClick } from "./site.ts";

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export function OverflowMenu({
  element,
  blockId,
}: {
  readonly element: OverflowElement;
  readonly blockId: string;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const { busy, click } = useClick(blockId, element.action_id);
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  function close(): void {
    setOpen(false);
    place.current?.querySelector("button")?.focus();
  }
  return (
    <div
      ref={place}
      className="overflow"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (open && event.key === "Escape") {
          // Otherwise the same key would also close the modal around the menu.
          event.preventDefault();
          close();
        }
      }}
    >
      <button
        type="button"
        className="button"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-busy={busy}
        disabled={busy}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <Menu
          id={id}
          options={element.options}
          onChoose={(value) => {
            close();
            void click(element.confirm, { option: value });
          }}
        />
      )}
    </div>
  );
}

interface MenuProps {
  readonly id: string;
  readonly options: readonly OptionObject[];
  readonly onChoose: (value: string) => void;
}

function Menu({ id, options, onChoose }: MenuProps): ReactElement {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => menu.current?.querySelector("button")?.focus(), []);
  function step(event: KeyboardEvent): void {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const items = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = items.findIndex((item) => item === document.activeElement);
    items.at((at + by) % items.length)?.focus();
  }
  return (
    <div ref={menu} id={id} role="menu" className="menu" onKeyDown={step}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitem"
          className="menu-item"
          onClick={() => onChoose(option.value)}
        >
          {option.text.text}
          {option.description !== undefined && <small>{option.description.text}</small>}
        </button>
      ))}
    </div>
  );
}
