// The functions' environments against the configuration: exactly what it reads, each in the place where it belongs.
import { parseKeeping, parseLogging } from "../../src/lambda/config.ts";
import { SECRET_CONTENTS, SECRET_KINDS } from "../../src/lambda/secret-contents.ts";
import { LOCAL_ONLY, nameOfSecret, NAMES_READ, NAMES_REQUIRED, SECRETLY } from "./configuration.ts";
import { serviceOf } from "./functions.ts";
import { at, isRecord, ofType, type Template } from "./template.ts";

type Variables = Readonly<Record<string, unknown>>;

export function environmentFindings(template: Template): readonly string[] {
  const environments = ofType(template, "AWS::Lambda::Function").map(
    ([name, { Properties }]) => [name, variablesIn(Properties)] as const,
  );
  const set = new Set(environments.flatMap(([, variables]) => Object.keys(variables)));
  const unset = [...NAMES_READ].filter(
    (name) => !set.has(name) && !LOCAL_ONLY.has(name) && !SECRETLY.has(name),
  );
  return [
    ...environments.flatMap(([name, variables]) => [
      ...Object.keys(variables).flatMap((key) => keyFindings(name, key)),
      ...missingFindings(name, variables),
      ...serviceFindings(name, variables, template),
      ...levelFindings(name, variables),
      ...keepingFindings(name, variables),
    ]),
    ...unset.map(
      (name) =>
        `The configuration reads ${name}, which no function has; if only one machine needs it, LOCAL_ONLY must say so.`,
    ),
  ];
}

export function variablesIn(properties: unknown): Variables {
  const variables = at(properties, "Environment", "Variables");
  return isRecord(variables) ? variables : {};
}

function keyFindings(name: string, key: string): readonly string[] {
  const kind = SECRETLY.get(key);
  if (kind !== undefined)
    return [`${name} has ${key} in its environment, which belongs in the secret "${kind}".`];
  if (LOCAL_ONLY.has(key)) return [`${name} has ${key} in its environment, which is only for one machine.`];
  return NAMES_READ.has(key)
    ? []
    : [`${name} has ${key} in its environment, which the configuration does not read.`];
}

function missingFindings(name: string, variables: Variables): readonly string[] {
  const kinds = SECRET_KINDS.filter((kind) => nameOfSecret(kind) in variables);
  const known = new Set([...Object.keys(variables), ...kinds.flatMap((kind) => SECRET_CONTENTS[kind])]);
  return NAMES_REQUIRED.filter((required) => !known.has(required)).map(
    (required) => `${name} has no ${required}, without which the configuration is refused.`,
  );
}

/** Alarms and dashboards go by it. */
function serviceFindings(name: string, { SERVICE_NAME }: Variables, template: Template): readonly string[] {
  return SERVICE_NAME === serviceOf(template)
    ? []
    : [`${name} counts as ${JSON.stringify(SERVICE_NAME)}, and alarms look for ${serviceOf(template)}.`];
}

/** A function that is refused its settings answers nobody. */
function keepingFindings(name: string, variables: Variables): readonly string[] {
  const textOf = (key: string): string | undefined => {
    const value = variables[key];
    return typeof value === "string" || value === undefined ? value : JSON.stringify(value);
  };
  try {
    parseKeeping({
      RETENTION_DAYS: textOf("RETENTION_DAYS"),
      AUDIT_RETENTION_DAYS: textOf("AUDIT_RETENTION_DAYS"),
    });
    return [];
  } catch (error) {
    return [`${name}: ${String(error)}`];
  }
}

function levelFindings(name: string, { LOG_LEVEL }: Variables): readonly string[] {
  const { problem } = parseLogging(typeof LOG_LEVEL === "string" ? { LOG_LEVEL } : {});
  return problem === undefined ? [] : [`${name}: ${problem}`];
}
