// What came of the last thing this person did, in one line below the composers.
import type { ReactElement } from "react";
import type { Status } from "./workspace.ts";

export function StatusLine({ status }: { readonly status: Status }): ReactElement {
  return (
    <p className={`status ${status.tone}`} role="status">
      {status.text}
    </p>
  );
}
