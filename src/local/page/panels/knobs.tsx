// What goes wrong on purpose, who belongs to the workspace, and what time it is.
import { useEffect, useState, type ReactElement } from "react";
import type { Fault } from "../../slack/protocol.ts";
import { useWorkspace } from "../workspace.ts";
import { advanceClock, change, changeFaults, panelPaths, useReading } from "./client.ts";
import { FaultForm } from "./fault-form.tsx";
import { FAULTS } from "./faults.ts";
import { Nothing, Problem, Section } from "./parts.tsx";

export function KnobsPanel(): ReactElement {
  const [problem, setProblem] = useState("");
  const tell = async (doing: Promise<string>): Promise<string> => {
    const why = await doing;
    setProblem(why);
    return why;
  };
  return (
    <>
      <Problem text={problem} />
      <FaultsSection tell={tell} />
      <ClockSection tell={tell} />
      <MembershipSection tell={tell} />
    </>
  );
}

interface Telling {
  /** Shows the problem a change ended with, and gives it back; empty when there was none. */
  readonly tell: (doing: Promise<string>) => Promise<string>;
}

function FaultsSection({ tell }: Telling): ReactElement {
  const { value, problem } = useReading<"faults">(panelPaths.faults);
  return (
    <Section title="What goes wrong next">
      <Problem text={problem} />
      {value?.faults.length === 0 && <Nothing>Nothing: Slack behaves.</Nothing>}
      <ul className="panel-list">
        {value?.faults.map((fault, index) => (
          <li key={index} className="panel-row">
            <span>
              {FAULTS[fault.kind].inWords(fault)}
              {fault.times > 1 && ` · ${fault.times} times`}
            </span>
            <button
              type="button"
              className="link"
              onClick={() => void tell(changeFaults((pending) => without(pending, fault)))}
            >
              Undo
            </button>
          </li>
        ))}
      </ul>
      <FaultForm onAdd={(fault) => void tell(changeFaults((pending) => [...pending, fault]))} />
    </Section>
  );
}

/** The first that is the same but for how often it is still to come. */
function without(faults: readonly Fault[], gone: Fault): readonly Fault[] {
  const same = (fault: Fault): string => JSON.stringify({ ...fault, times: 0 });
  const at = faults.findIndex((fault) => same(fault) === same(gone));
  return faults.filter((_, index) => index !== at);
}

const STEPS = [
  { label: "+ 1 minute", seconds: 60 },
  { label: "+ 30 minutes", seconds: 30 * 60 },
  { label: "+ 1 day", seconds: 24 * 60 * 60 },
] as const;

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function ClockSection({ tell }: Telling): ReactElement {
  const { value } = useReading<"clock">(panelPaths.clock);
  const ahead = value === undefined || value.aheadSeconds === 0 ? "" : inHours(value.aheadSeconds);
  return (
    <Section title="Clock" note="for Slack, the app and the ops target">
      <p>
        {value === undefined ? "…" : WHEN.format(new Date(value.now))}
        {ahead !== "" && <span className="panel-muted"> · {ahead} ahead</span>}
      </p>
      <div className="panel-buttons">
        {STEPS.map(({ label, seconds }) => (
          <button
            key={label}
            type="button"
            className="button"
            onClick={() => void tell(advanceClock(seconds))}
          >
            {label}
          </button>
        ))}
      </div>
    </Section>
  );
}

function inHours(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(minutes > 0 ? [`${minutes} min`] : [])].join(" ");
}

function MembershipSection({ tell }: Telling): ReactElement {
  return (
    <Section title="Workspace">
      <PeopleTable tell={tell} />
      <ChannelList tell={tell} />
    </Section>
  );
}

function PeopleTable({ tell }: Telling): ReactElement {
  const { snapshot } = useWorkspace();
  const people = snapshot.people.filter(({ kind }) => kind !== "bot");
  return (
    <table className="panel-table">
      <thead>
        <tr>
          <th scope="col">Person</th>
          {snapshot.groups.map(({ id, handle }) => (
            <th key={id} scope="col">
              @{handle}
            </th>
          ))}
          <th scope="col">active</th>
        </tr>
      </thead>
      <tbody>
        {people.map(({ id: user, realName, deactivated = false }) => (
          <tr key={user}>
            <th scope="row">{realName}</th>
            {snapshot.groups.map(({ id: group, handle, members }) => (
              <td key={group}>
                <Toggle
                  name={`${realName} in @${handle}`}
                  isOn={members.includes(user)}
                  isFixed={deactivated}
                  onChange={(isMember) => tell(change({ kind: "group", group, user, isMember }))}
                />
              </td>
            ))}
            <td>
              <Toggle
                name={`${realName} active`}
                isOn={!deactivated}
                onChange={(isActive) => tell(change({ kind: "deactivate", user, deactivated: !isActive }))}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ChannelList({ tell }: Telling): ReactElement {
  const { snapshot } = useWorkspace();
  return (
    <ul className="panel-list">
      {snapshot.channels
        .filter(({ kind }) => kind === "channel")
        .map(({ id: channel, name, archived = false }) => (
          <li key={channel} className="panel-row">
            <label>
              <Toggle
                name={`#${name} archived`}
                isOn={archived}
                onChange={(isArchived) => tell(change({ kind: "archive", channel, archived: isArchived }))}
              />{" "}
              #{name} is archived
            </label>
          </li>
        ))}
    </ul>
  );
}

interface ToggleProps {
  readonly name: string;
  readonly isOn: boolean;
  readonly isFixed?: boolean;
  /** Resolves to what went wrong, or to nothing. */
  readonly onChange: (isOn: boolean) => Promise<string>;
}

/** Shows at once what was chosen, and what is true as soon as that changes or the change was refused. */
function Toggle({ name, isOn, isFixed = false, onChange }: ToggleProps): ReactElement {
  const [shown, setShown] = useState(isOn);
  useEffect(() => setShown(isOn), [isOn]);
  return (
    <input
      type="checkbox"
      aria-label={name}
      checked={shown}
      disabled={isFixed}
      onChange={(event) => {
        setShown(event.target.checked);
        void onChange(event.target.checked).then((problem) => {
          if (problem !== "") setShown(isOn);
        });
      }}
    />
  );
}
