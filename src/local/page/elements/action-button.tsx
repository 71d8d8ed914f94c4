// A Block Kit button: named exactly by its text, busy until its click is answered.
import type { ReactElement } from "react";
import type { ButtonElement } from "../block-kit.ts";
import { useClick } from "./site.ts";

export function ActionButton({
  element,
  blockId,
}: {
  readonly element: ButtonElement;
  readonly blockId: string;
}): ReactElement {
  const { busy, click } = useClick(blockId, element.action_id);
  async function press(): Promise<void> {
    const sent = await click(element.confirm);
    const { url } = element;
    if (sent && url !== undefined && /^https?:\/\//.test(url)) window.open(url, "_blank", "noopener");
  }
  return (
    <button
      type="button"
      className={`button ${element.style ?? ""}`}
      aria-label={element.accessibility_label}
      aria-busy={busy}
      disabled={busy}
      onClick={() => void press()}
    >
      {element.text.text}
    </button>
  );
}
