// What goes over the wire between Slack and the app, newest first; secrets have been taken out before it comes here.
import { useEffect, useRef, useState, type ReactElement } from "react";
import type { Exchange, Traffic, Wire } from "../../slack/protocol.ts";
import { useWorkspace } from "../workspace.ts";
import { panelPaths, readPath } from "./client.ts";
import { Field, Moment, Nothing, Problem } from "./parts.tsx";

const DIRECTIONS = ["everything", "to the app", "to Slack"] as const;
type Direction = (typeof DIRECTIONS)[number];

export function TrafficPanel(): ReactElement {
  const { entries, problem } = useTraffic();
  const [direction, setDirection] = useState<Direction>("everything");
  const shown = entries.filter((entry) => direction === "everything" || entry.direction === direction);
  return (
    <>
      <Field label="Show">
        {(id) => (
          <select
            id={id}
            className="control"
            value={direction}
            onChange={(event) =>
              setDirection(DIRECTIONS.find((one) => one === event.target.value) ?? "everything")
            }
          >
            {DIRECTIONS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </Field>
      <Problem text={problem} />
      {shown.length === 0 && <Nothing>Nothing went over the wire yet.</Nothing>}
      <ul className="panel-list">
        {shown.map((entry) => (
          <li key={entry.number}>
            <OneExchange entry={entry} />
          </li>
        ))}
      </ul>
    </>
  );
}

const KEPT = 200;

/** Newest first. Only what is new since the last time is fetched. */
function useTraffic(): { readonly entries: readonly Exchange[]; readonly problem: string } {
  const { pulse } = useWorkspace();
  const [entries, setEntries] = useState<readonly Exchange[]>([]);
  const [problem, setProblem] = useState("");
  const seen = useRef(0);
  useEffect(() => {
    let isWanted = true;
    void readPath<Traffic>(panelPaths.traffic(seen.current)).then((read) => {
      if (!isWanted) return;
      setProblem(read.problem);
      const fresh = read.value?.entries ?? [];
      if (fresh.length === 0) return;
      seen.current = Math.max(seen.current, ...fresh.map(({ revision }) => revision));
      const numbers = new Set(fresh.map(({ number }) => number));
      setEntries((known) =>
        [...known.filter(({ number }) => !numbers.has(number)), ...fresh]
          .sort((a, b) => b.number - a.number)
          .slice(0, KEPT),
      );
    });
    return () => {
      isWanted = false;
    };
  }, [pulse]);
  return { entries, problem };
}

function OneExchange({ entry }: { readonly entry: Exchange }): ReactElement {
  const { direction, name, at, request, answer, fault } = entry;
  return (
    <details className="exchange">
      <summary>
        <span className="exchange-line">
          <span className={direction === "to the app" ? "to-app" : "to-slack"} title={direction}>
            {direction === "to the app" ? "→ app" : "← app"}
          </span>
          <strong>{name}</strong>
          <Outcome answer={answer} />
        </span>
        <span className="panel-muted">
          <Moment at={at} />
          {fault !== undefined && <strong className="panel-bad"> · {fault} on purpose</strong>}
        </span>
      </summary>
      <WireText title="Request" wire={request} />
      {answer !== undefined && <WireText title={`Answer ${answer.status}`} wire={answer} />}
    </details>
  );
}

function Outcome({ answer }: { readonly answer: Exchange["answer"] }): ReactElement {
  if (answer === undefined) return <span className="outcome">…</span>;
  const { status, ms, body } = answer;
  const refusal = /"ok": false,\s*"error": "([^"]+)"/.exec(body)?.[1];
  const isGood = status >= 200 && status < 300 && refusal === undefined;
  const said = status === 0 ? "no answer" : String(status);
  return (
    <span className={isGood ? "outcome" : "outcome bad"}>
      {refusal ?? said} · {ms} ms
    </span>
  );
}

function WireText({ title, wire }: { readonly title: string; readonly wire: Wire }): ReactElement {
  const headers = Object.entries(wire.headers).map(([name, value]) => `${name}: ${value}`);
  const body = wire.body === "" ? "(empty)" : wire.body;
  return (
    <>
      <h4>{title}</h4>
      <pre tabIndex={0}>{[...headers, "", body].join("\n").trim()}</pre>
    </>
  );
}
