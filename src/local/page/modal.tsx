// Open modals: a real dialog for the top of the stack, its inputs, their errors, and what submitting it said.
import { useEffect, useId, useMemo, useRef, useState, type ReactElement, type RefObject } from "react";
import type { View } from "../slack/protocol.ts";
import { Blocks } from "./blocks.tsx";
import { Icon } from "./icons.tsx";
import { SiteContext, type Site } from "./elements/site.ts";
import { problemsIn, submitValues, withEdit, type Edit, type Edits } from "./values.ts";
import { useWorkspace, type Workspace } from "./workspace.ts";

type Problems = Readonly<Record<string, string>>;

/** The top of this person's stack. What was typed into those below stays until they are on top again. */
export function Modals(): ReactElement | undefined {
  const { me, snapshot } = useWorkspace();
  const [edits, setEdits] = useState<Readonly<Record<string, Edits>>>({});
  const view = snapshot.views.filter(({ user }) => user === me).at(-1);
  if (view === undefined) return undefined;
  const change = (...edit: Edit): void =>
    setEdits((all) => ({ ...all, [view.id]: withEdit(all[view.id] ?? {}, ...edit) }));
  return <Modal key={view.id} view={view} edits={edits[view.id] ?? {}} onChange={change} />;
}

interface ModalProps {
  readonly view: View;
  readonly edits: Edits;
  readonly onChange: (...edit: Edit) => void;
}

function Modal({ view, edits, onChange }: ModalProps): ReactElement {
  const { status } = useWorkspace();
  const { problems, attempts, isSubmitting, submit, close } = useModal(view, edits);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const site: Site = {
    container: { kind: "view", view_id: view.id },
    form: { edits, problems, change: onChange, values: () => submitValues(view.blocks, edits) },
  };
  useOpenDialog(dialog, attempts, isSubmitting);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={title}
      onCancel={(event) => {
        // The server decides what is open; closing here would only hide it until the next snapshot.
        event.preventDefault();
        close("top");
      }}
      // Chromium lets nobody refuse a second Escape in a row.
      onClose={() => close("top")}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header className="dialog-head">
          <h2 id={title} className="dialog-title">
            {view.title}
          </h2>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => close("all")}>
            <Icon name="close" />
          </button>
        </header>
        <div className="dialog-body">
          <SiteContext value={site}>
            <Blocks blocks={view.blocks} />
          </SiteContext>
          <Notice status={status} elsewhere={problemsElsewhere(view)} />
        </div>
        <Buttons view={view} isSubmitting={isSubmitting} onClose={() => close("top")} />
      </form>
    </dialog>
  );
}

interface ModalState {
  readonly problems: Problems;
  /** Counts what was tried to submit, so that each try can move the focus. */
  readonly attempts: number;
  readonly isSubmitting: boolean;
  readonly submit: () => Promise<void>;
  /** The whole stack, as Slack's × does, or only the top of it. */
  readonly close: (what: "top" | "all") => void;
}

function useModal(view: View, edits: Edits): ModalState {
  const { me, act, busy } = useWorkspace();
  const [own, setOwn] = useState<Problems>({});
  const [attempts, setAttempts] = useState(0);
  const submitKey = `submit/${view.id}`;
  const closeKey = `close/${view.id}`;
  const isSubmitting = busy.has(submitKey);
  // What the answer says can be there before the form may be submitted again: whoever reads it types and sends at once.
  const problems = useMemo(
    () => (isSubmitting ? {} : { ...view.errors, ...own }),
    [isSubmitting, view.errors, own],
  );
  async function submit(): Promise<void> {
    if (isSubmitting) return;
    const found = problemsIn(view.blocks, edits);
    setOwn(found);
    setAttempts((count) => count + 1);
    if (Object.keys(found).length > 0) return;
    const body = { as: me, view_id: view.id, values: submitValues(view.blocks, edits) };
    await act(submitKey, { path: "submit", body });
  }
  function close(what: "top" | "all"): void {
    if (!busy.has(closeKey))
      void act(closeKey, { path: "close", body: { as: me, view_id: view.id, clear: what === "all" } });
  }
  return { problems, attempts, isSubmitting, submit, close };
}

interface ButtonsProps {
  readonly view: View;
  readonly isSubmitting: boolean;
  readonly onClose: () => void;
}

function Buttons({ view, isSubmitting, onClose }: ButtonsProps): ReactElement {
  return (
    <div className="dialog-buttons">
      <button type="button" className="button" onClick={onClose}>
        {view.close}
      </button>
      {view.submit !== undefined && (
        <button type="submit" className="button primary" aria-busy={isSubmitting} disabled={isSubmitting}>
          {view.submit}
        </button>
      )}
    </div>
  );
}

// Shown inside, because the status line lies behind the dialog and a screen reader cannot reach it there.
function Notice({
  status,
  elsewhere,
}: {
  readonly status: Workspace["status"];
  readonly elsewhere: string;
}): ReactElement | undefined {
  const text = [status.tone === "quiet" ? "" : status.text, elsewhere].filter((one) => one !== "").join(" ");
  if (text === "") return undefined;
  return (
    <p role="alert" className="dialog-notice">
      {text}
    </p>
  );
}

/** Errors for blocks this modal does not have: a mistake of the app that must not be silent. */
function problemsElsewhere({ errors, blocks }: View): string {
  const strays = Object.entries(errors).filter(([blockId]) =>
    blocks.every((block) => block.block_id !== blockId),
  );
  return strays.map(([blockId, sentence]) => `${blockId}: ${sentence}`).join(" ");
}

/** Opens the dialog, puts the focus where the typing begins, and after each attempt to what has to be corrected. */
function useOpenDialog(
  dialog: RefObject<HTMLDialogElement | null>,
  attempts: number,
  isSubmitting: boolean,
): void {
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    const typed = ".dialog-body :is(input, textarea, select):not([data-focus=false])";
    focusFirst(dialog.current, "[data-focus=true]", typed);
  }, [dialog]);
  useEffect(() => focusFirst(dialog.current, "[aria-invalid=true]"), [dialog, attempts, isSubmitting]);
}

function focusFirst(within: HTMLElement | null, ...selectors: readonly string[]): void {
  for (const selector of selectors) {
    const found = within?.querySelector<HTMLElement>(selector);
    if (found === null || found === undefined) continue;
    found.focus();
    return;
  }
}
