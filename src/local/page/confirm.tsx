// Block Kit's confirm dialog: asked before a click is sent, answered by promise.
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from "react";
import type { ConfirmObject } from "./block-kit.ts";
import { RichText } from "./rich-text.tsx";

/** Resolves to true when there is nothing to confirm, or it was confirmed. */
type AskConfirm = (confirm: ConfirmObject | undefined) => Promise<boolean>;

interface Asked {
  readonly confirm: ConfirmObject;
  readonly answer: (confirmed: boolean) => void;
}

const ConfirmContext = createContext<AskConfirm>(() => Promise.resolve(false));

export function useConfirm(): AskConfirm {
  return useContext(ConfirmContext);
}

export function ConfirmProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [asked, setAsked] = useState<Asked>();
  const ask = useCallback<AskConfirm>((confirm) => {
    if (confirm === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const answer = (confirmed: boolean): void => {
        setAsked(undefined);
        resolve(confirmed);
      };
      setAsked({ confirm, answer });
    });
  }, []);
  return (
    <ConfirmContext value={ask}>
      {children}
      {asked !== undefined && <ConfirmDialog {...asked} />}
    </ConfirmContext>
  );
}

function ConfirmDialog({ confirm, answer }: Asked): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="dialog dialog-small"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        answer(false);
      }}
      onClose={() => answer(false)}
    >
      <h2 id={title} className="dialog-title">
        {confirm.title.text}
      </h2>
      <div className="dialog-body">
        <RichText text={confirm.text} />
      </div>
      <div className="dialog-buttons">
        {/* First, so that it has the focus: a hurried Enter must not confirm. */}
        <button type="button" className="button" onClick={() => answer(false)}>
          {confirm.deny.text}
        </button>
        <button type="button" className={`button ${confirm.style ?? "primary"}`} onClick={() => answer(true)}>
          {confirm.confirm.text}
        </button>
      </div>
    </dialog>
  );
}
