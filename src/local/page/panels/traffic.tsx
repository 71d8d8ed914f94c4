// What goes over the wire between Slack and the app, newest first; secrets have been taken out before it comes here.
import { useEffect, useState, type ReactElement } from "react";
import type { Exchange, Traffic, Wire } from "../../slack/protocol.ts";
import { panelPaths, readPath, useTurn } from "./client.ts";
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

interface Seen {
  readonly epoch: string;
  readonly revision: number;
  /** Newest first. */
  readonly entries: readonly Exchange[];
}

const NOTHING_SEEN: Seen = { epoch: "", revision: 0, entries: [] };

/** Only what is new since the last time is fetched; when the numbering began anew, everything. */
function useTraffic(): { readonly entries: readonly Exchange[]; readonly problem: string } {
  const turn = useTurn();
  const [seen, setSeen] = useState(NOTHING_SEEN);
  const [problem, setProblem] = useState("");
  const { revision, epoch } = seen;
  useEffect(() => {
    let isWanted = true;
    void readPath<Traffic>(panelPaths.traffic(revision)).then((read) => {
      if (!isWanted) return;
      setProblem(read.problem);
      if (read.value !== undefined) setSeen(withNews(read.value, { revision, epoch }));
    });
    return () => {
      isWanted = false;
    };
  }, [turn, revision, epoch]);
  return { entries: seen.entries, problem };
}

function withNews(
  { epoch, entries: fresh }: Traffic,
  asked: Pick<Seen, "epoch" | "revision">,
): (seen: Seen) => Seen {
  return (seen) => {
    const isContinued = epoch === asked.epoch || asked.revision === 0;
    if (!isContinued) return { ...NOTHING_SEEN, epoch };
    if (fresh.length === 0 && epoch === seen.epoch) return seen;
    const numbers = new Set(fresh.map(({ number }) => number));
    const known = epoch === asked.epoch ? seen.entries.filter(({ number }) => !numbers.has(number)) : [];
    const entries = [...known, ...fresh].sort((a, b) => b.number - a.number).slice(0, KEPT);
    return { epoch, entries, revision: Math.max(seen.revision, ...fresh.map((entry) => entry.revision)) };
  };
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
