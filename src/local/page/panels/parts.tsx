// What the panels share: a heading with its content, a moment in time, and what stands there while there is nothing.
import { useId, type ReactElement, type ReactNode } from "react";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

interface SectionProps {
  readonly title: string;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

export function Section({ title, note, children }: SectionProps): ReactElement {
  return (
    <section className="panel-section">
      <h3>
        {title}
        {note !== undefined && <small>{note}</small>}
      </h3>
      {children}
    </section>
  );
}

export function Moment({ at }: { readonly at: string }): ReactElement {
  return (
    <time className="moment" dateTime={at}>
      {CLOCK.format(new Date(at))}
    </time>
  );
}

export function Nothing({ children }: { readonly children: ReactNode }): ReactElement {
  return <p className="panel-nothing">{children}</p>;
}

export function Problem({ text }: { readonly text: string }): ReactElement | undefined {
  if (text === "") return undefined;
  return (
    <p className="panel-problem" role="alert">
      {text}
    </p>
  );
}

interface FieldProps {
  readonly label: string;
  readonly children: (id: string) => ReactElement;
}

/** Label and control side by side: within the label, what a select offers would be part of its name. */
export function Field({ label, children }: FieldProps): ReactElement {
  const id = useId();
  return (
    <div className="panel-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
