// Which model writes on this machine, so that nobody takes prepared answers for a model's.
import { useEffect, useState, type ReactElement } from "react";
import type { ModelNote } from "../panels/protocol.ts";
import { readAbout } from "./panels/client.ts";

export function ModelLine(): ReactElement | undefined {
  const [note, setNote] = useState<ModelNote>();
  useEffect(() => {
    void readAbout().then((about) => setNote(about?.model));
  }, []);
  if (note === undefined) return undefined;
  return (
    <p className="model-line">
      {note.kind === "scripted" ? (
        <>
          <strong>The model is scripted.</strong> Its answers are prepared; set OPENAI_API_KEY to ask a real
          one.
        </>
      ) : (
        <>
          <strong>The model is {note.name}</strong> at {note.host}.
        </>
      )}
    </p>
  );
}
