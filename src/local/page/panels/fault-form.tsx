// Chooses the next fault: which, how often, and for which calls only.
import { useState, type ReactElement } from "react";
import type { Fault } from "../../slack/protocol.ts";
import { FAULTS, METHODS, TYPES } from "./faults.ts";
import { Field } from "./parts.tsx";

type Kind = Fault["kind"];
const KINDS = Object.keys(FAULTS) as readonly Kind[];

export function FaultForm({ onAdd }: { readonly onAdd: (fault: Fault) => void }): ReactElement {
  const [kind, setKind] = useState<Kind>("lose-reply");
  const [only, setOnly] = useState("");
  const [times, setTimes] = useState("1");
  const [number, setNumber] = useState("1");
  const [word, setWord] = useState("");
  const { about, narrows, number: wanted, word: named, make } = FAULTS[kind];
  const names = narrows === "nothing" ? [] : narrows === "method" ? METHODS : TYPES;
  return (
    <form
      className="fault-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(make({ times: Number(times), number: Number(number), word, only }));
      }}
    >
      <KindField
        kind={kind}
        onChange={(next) => {
          setKind(next);
          setOnly("");
          setNumber(String(FAULTS[next].number?.initial ?? 1));
          setWord(FAULTS[next].word?.words[0] ?? "");
        }}
      />
      <p className="panel-muted">{about}</p>
      {names.length > 0 && (
        <Field label="Only for">
          {(id) => (
            <select
              id={id}
              className="control"
              value={only}
              onChange={(event) => setOnly(event.target.value)}
            >
              <option value="">any</option>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      {named !== undefined && (
        <WordField label={named.label} value={word} words={named.words} onChange={setWord} />
      )}
      {wanted !== undefined && (
        <NumberField label={wanted.label} value={number} max={60} onChange={setNumber} />
      )}
      <NumberField label="How often" value={times} max={100} onChange={setTimes} />
      <button type="submit" className="button">
        Let it go wrong
      </button>
    </form>
  );
}

interface KindFieldProps {
  readonly kind: Kind;
  readonly onChange: (kind: Kind) => void;
}

function KindField({ kind, onChange }: KindFieldProps): ReactElement {
  return (
    <Field label="Fault">
      {(id) => (
        <select
          id={id}
          className="control"
          value={kind}
          onChange={(event) => onChange(KINDS.find((one) => one === event.target.value) ?? kind)}
        >
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {FAULTS[one].label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface WordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly words: readonly string[];
  readonly onChange: (value: string) => void;
}

function WordField({ label, value, words, onChange }: WordFieldProps): ReactElement {
  return (
    <Field label={label}>
      {(id) => (
        <select id={id} className="control" value={value} onChange={(event) => onChange(event.target.value)}>
          {words.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly max: number;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, value, max, onChange }: NumberFieldProps): ReactElement {
  return (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          className="control"
          type="number"
          min={1}
          max={max}
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
