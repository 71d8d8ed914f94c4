// Where a person types: Enter sends, Shift+Enter starts a line, "/" offers commands, and what was refused stays to be corrected.
import { useId, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import type { SlashCommand } from "../slack/protocol.ts";
import { Icon } from "./icons.tsx";
import { useWorkspace } from "./workspace.ts";

interface ComposerProps {
  readonly channel: string;
  readonly threadTs?: string;
  /** The textbox's accessible name. */
  readonly name: "Message" | "Reply";
  readonly placeholder: string;
}

export function Composer({ channel, threadTs, name, placeholder }: ComposerProps): ReactElement {
  const box = useRef<HTMLTextAreaElement>(null);
  const { text, setText, isSending, say } = useLine(channel, threadTs, box);
  const menu = useCommandMenu(text, setText);
  const listId = useId();
  function onKeyDown(event: KeyboardEvent): void {
    // Enter that ends an input method's composition chooses a word; it does not send.
    if (event.nativeEvent.isComposing || menu.handle(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    void say();
  }
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void say();
      }}
    >
      <CommandList id={listId} menu={menu} />
      <Formatting box={box} onText={setText} />
      <textarea
        ref={box}
        rows={1}
        aria-label={name}
        aria-controls={menu.fitting.length === 0 ? undefined : listId}
        aria-activedescendant={menu.fitting.length === 0 ? undefined : `${listId}-${menu.at}`}
        aria-autocomplete="list"
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-foot">
        <span className="composer-keys" aria-hidden="true">
          <b>Enter</b> sends · <b>Shift + Enter</b> starts a line
        </span>
        <button
          type="submit"
          className="send"
          aria-label={name === "Message" ? "Send" : "Send reply"}
          aria-busy={isSending}
          disabled={isSending || text.trim() === ""}
        >
          <Icon name="send" size={18} />
        </button>
      </div>
    </form>
  );
}

interface Line {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly isSending: boolean;
  readonly say: () => Promise<void>;
}

function useLine(
  channel: string,
  threadTs: string | undefined,
  box: RefObject<HTMLTextAreaElement | null>,
): Line {
  const { me, act, busy } = useWorkspace();
  const [text, setText] = useState("");
  const key = `say/${channel}/${threadTs ?? ""}`;
  const isSending = busy.has(key);
  async function say(): Promise<void> {
    if (text.trim() === "" || isSending) return;
    setText("");
    const where = threadTs === undefined ? {} : { thread_ts: threadTs };
    const acted = await act(key, { path: "say", body: { as: me, channel, text, ...where } });
    // Unless the person has begun something else meanwhile.
    if (!acted.ok) setText((typed) => (typed === "" ? text : typed));
    box.current?.focus();
  }
  return { text, setText, isSending, say };
}

interface CommandMenu {
  readonly fitting: readonly SlashCommand[];
  readonly at: number;
  readonly choose: (command: SlashCommand) => void;
  /** True when the key was meant for the menu. */
  readonly handle: (event: KeyboardEvent) => boolean;
}

/** Offered while the command's name is typed, and shown as a reminder of its form until something follows it. */
function useCommandMenu(text: string, setText: (text: string) => void): CommandMenu {
  const { snapshot } = useWorkspace();
  const [chosen, setChosen] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  // Until the line begins with another slash.
  if (isDismissed && !text.startsWith("/")) setDismissed(false);
  const isNaming = /^\/\S*\s?$/.test(text) && !isDismissed;
  const fitting = isNaming ? snapshot.commands.filter(({ name }) => name.startsWith(text.trim())) : [];
  const at = Math.min(chosen, Math.max(fitting.length - 1, 0));
  const choose = ({ name }: SlashCommand): void => setText(`${name} `);
  function handle(event: KeyboardEvent): boolean {
    const command = fitting[at];
    if (command === undefined) return false;
    const isComplete = text.trim() === command.name;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        setChosen((at + (event.key === "ArrowDown" ? 1 : fitting.length - 1)) % fitting.length);
        break;
      case "Escape":
        setDismissed(true);
        break;
      case "Tab":
      case "Enter":
        // A whole command is sent by Enter, as it stands; Tab leaves the box.
        if (isComplete) return false;
        choose(command);
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }
  return { fitting, at, choose, handle };
}

function CommandList({ id, menu }: { readonly id: string; readonly menu: CommandMenu }): ReactElement {
  return (
    <ul id={id} className="commands" role="listbox" aria-label="Commands" hidden={menu.fitting.length === 0}>
      {menu.fitting.map((command, index) => (
        <li
          key={command.name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === menu.at}
          onMouseDown={(event) => {
            // The box keeps the focus.
            event.preventDefault();
            menu.choose(command);
          }}
        >
          <span>
            <strong>{command.name}</strong> <span className="command-hint">{command.hint}</span>
          </span>
          <small>{command.description}</small>
        </li>
      ))}
    </ul>
  );
}

const MARKS = [
  { name: "Bold", mark: "*", face: <b>B</b> },
  { name: "Italic", mark: "_", face: <i>I</i> },
  { name: "Strikethrough", mark: "~", face: <s>S</s> },
  { name: "Code", mark: "`", face: <code>&lt;/&gt;</code> },
] as const;

interface FormattingProps {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly onText: (text: string) => void;
}

function Formatting({ box, onText }: FormattingProps): ReactElement {
  function wrap(mark: string): void {
    const area = box.current;
    if (area === null) return;
    const { value, selectionStart: from, selectionEnd: to } = area;
    onText(`${value.slice(0, from)}${mark}${value.slice(from, to)}${mark}${value.slice(to)}`);
    area.focus();
    // After React has written the new text.
    requestAnimationFrame(() => area.setSelectionRange(from + mark.length, to + mark.length));
  }
  return (
    <div className="composer-marks" role="group" aria-label="Formatting">
      {MARKS.map(({ name, mark, face }) => (
        <button key={name} type="button" aria-label={name} title={name} onClick={() => wrap(mark)}>
          {face}
        </button>
      ))}
    </div>
  );
}
