// A run's graph with the path it took, and the runs to choose from.
import { useState, type ReactElement } from "react";
import type { RunLine, RunPicture } from "../../panels/protocol.ts";
import { useWorkspace } from "../workspace.ts";
import { panelPaths, useReading } from "./client.ts";
import { GraphPicture } from "./graph-picture.tsx";
import { Field, Moment, Nothing, Problem, Section } from "./parts.tsx";

const STATUS: Readonly<Record<RunLine["status"], string>> = {
  running: "is running",
  cancelled: "was cancelled",
  waiting: "waits for a decision",
  done: "is done",
  failed: "has failed",
};

export function RunPanel(): ReactElement {
  const { value, problem } = useReading<"runs">(panelPaths.runs);
  const [chosen, setChosen] = useState("");
  const runs = value?.runs ?? [];
  // The newest one, unless somebody chose another.
  const thread = chosen === "" ? (runs[0]?.thread ?? "") : chosen;
  const picture = useReading<"run">(thread === "" ? "" : panelPaths.run(thread));
  if (value === undefined) return <Problem text={problem} />;
  if (runs.length === 0)
    return (
      <Nothing>No run yet. Type “/countersign run deploy” in a channel and see what it asks for.</Nothing>
    );
  return (
    <>
      <Field label="Run">
        {(id) => (
          <select
            id={id}
            className="control"
            value={thread}
            onChange={(event) => setChosen(event.target.value)}
          >
            {runs.map((run) => (
              <option key={run.thread} value={run.thread}>
                {run.label} · {run.workflow} · {STATUS[run.status]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Problem text={picture.problem} />
      {picture.value !== undefined && <OneRun run={picture.value} />}
    </>
  );
}

function OneRun({ run }: { readonly run: RunPicture }): ReactElement {
  const { snapshot } = useWorkspace();
  const requester = snapshot.people.find(({ id }) => id === run.requester)?.realName ?? run.requester;
  return (
    <>
      <p className="panel-muted">
        Asked for by {requester}, <Moment at={run.at} />
      </p>
      <GraphPicture run={run} />
      <Section title="Path">
        {run.path.length === 0 && <Nothing>No step has finished yet.</Nothing>}
        <ol className="panel-path">
          {run.path.map((names, index) => (
            <li key={index}>{names.join(" and ")}</li>
          ))}
        </ol>
      </Section>
      {run.error !== undefined && (
        <Section title="Error">
          <p className="panel-bad">{run.error}</p>
        </Section>
      )}
    </>
  );
}
