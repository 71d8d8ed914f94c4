// Where a person types: Enter sends, Shift+Enter starts a line, and what was refused stays to be corrected.
import { useId, useRef, useState, type ReactElement } from "react";
import { useWorkspace } from "./workspace.ts";

interface ComposerProps {
  readonly channel: string;
  readonly threadTs?: string;
  /** The textbox's accessible name. */
  readonly name: "Message" | "Reply";
  readonly placeholder: string;
}

export function Composer({ channel, threadTs, name, placeholder }: ComposerProps): ReactElement {
  const { me, act, busy } = useWorkspace();
  const [text, setText] = useState("");
  const hints = useId();
  const box = useRef<HTMLTextAreaElement>(null);
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
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void say();
      }}
    >
      <CommandHints id={hints} text={text} />
      <textarea
        ref={box}
        rows={1}
        aria-label={name}
        aria-describedby={hints}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // Enter that ends an input method's composition chooses a word; it does not send.
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void say();
        }}
      />
      <button
        type="submit"
        className="button filled primary"
        aria-busy={isSending}
        disabled={isSending || text.trim() === ""}
      >
        {name === "Message" ? "Send" : "Send reply"}
      </button>
    </form>
  );
}

function CommandHints({ id, text }: { readonly id: string; readonly text: string }): ReactElement {
  const { snapshot } = useWorkspace();
  const [word = ""] = text.split(" ");
  const fitting = text.startsWith("/") ? snapshot.commands.filter(({ name }) => name.startsWith(word)) : [];
  return (
    <ul id={id} className="hints" hidden={fitting.length === 0}>
      {fitting.map(({ name, hint }) => (
        <li key={name}>
          <strong>{name}</strong> {hint}
        </li>
      ))}
    </ul>
  );
}
