// The ops target as it is now: what runs where, what was deployed, what was sent, and what else was done.
import { useState, type ReactElement } from "react";
import type { OpsPicture } from "../../panels/protocol.ts";
import { panelPaths, useReading } from "./client.ts";
import { Moment, Nothing, Problem, Section } from "./parts.tsx";

export function OpsPanel(): ReactElement {
  const { value, problem } = useReading<"ops">(panelPaths.ops);
  if (value === undefined) return <Problem text={problem} />;
  return (
    <>
      <Services services={value.services} />
      <Deployments deployments={value.deployments} />
      <Outbox emails={value.outbox} />
      <Others acts={value.others} />
    </>
  );
}

function Services({ services }: { readonly services: OpsPicture["services"] }): ReactElement {
  const envs = [...new Set(services.map(({ env }) => env))];
  // What has changed since the panel was opened stands out.
  const [opened] = useState(services);
  const isFresh = (one: OpsPicture["services"][number]): boolean =>
    opened.find(({ name, env }) => name === one.name && env === one.env)?.version !== one.version;
  return (
    <Section title="Services">
      <table className="panel-table">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Version</th>
            <th scope="col">Replicas</th>
          </tr>
        </thead>
        {envs.map((env) => (
          <tbody key={env}>
            <tr>
              <th scope="rowgroup" colSpan={3} className="panel-group">
                {env}
              </th>
            </tr>
            {services
              .filter((service) => service.env === env)
              .map((service) => (
                <tr key={service.name}>
                  <td>{service.name}</td>
                  <td>
                    <code className={isFresh(service) ? "fresh" : undefined}>{service.version}</code>
                  </td>
                  <td>{service.replicas}</td>
                </tr>
              ))}
          </tbody>
        ))}
      </table>
    </Section>
  );
}

function Deployments({ deployments }: { readonly deployments: OpsPicture["deployments"] }): ReactElement {
  return (
    <Section title="Deployments">
      {deployments.length === 0 && <Nothing>Nothing was deployed yet.</Nothing>}
      <ul className="panel-list">
        {deployments.map(({ id, service, env, version, previous, at, performed, replays }) => (
          <li key={id}>
            <p>
              <strong>{service}</strong> in {env}: <code>{previous}</code> → <code>{version}</code>
            </p>
            <Done at={at} performed={performed} replays={replays} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Outbox({ emails }: { readonly emails: OpsPicture["outbox"] }): ReactElement {
  return (
    <Section title="Outbox">
      {emails.length === 0 && <Nothing>Nothing was sent yet.</Nothing>}
      <ul className="panel-list">
        {emails.map(({ id, to, subject, body, at, performed, replays }) => (
          <li key={id} className="panel-mail">
            <p className="panel-muted">To {to}</p>
            <p>
              <strong>{subject}</strong>
            </p>
            <p className="panel-mail-body">{body}</p>
            <Done at={at} performed={performed} replays={replays} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Others({ acts }: { readonly acts: OpsPicture["others"] }): ReactElement {
  return (
    <Section title="Other acts">
      {acts.length === 0 && <Nothing>Nothing else was done yet.</Nothing>}
      <ul className="panel-list">
        {acts.map(({ kind, number, said, at, performed, replays }) => (
          <li key={`${kind}-${number}`}>
            <p>
              <strong>{kind}</strong> {said}
            </p>
            <Done at={at} performed={performed} replays={replays} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface DoneProps {
  readonly at: string;
  readonly performed: number;
  readonly replays: number;
}

/** Asked again with the same key, it is not done again. */
function Done({ at, performed, replays }: DoneProps): ReactElement {
  const asked = replays === 0 ? "" : `, asked ${replays + 1} times`;
  return (
    <p className="panel-muted">
      <Moment at={at} /> ·{" "}
      {performed === 1 ? (
        `done once${asked}`
      ) : (
        <strong className="panel-bad">
          done {performed} times{asked}
        </strong>
      )}
    </p>
  );
}
