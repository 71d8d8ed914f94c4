// Secrets: the template has their names and nothing else of them, and each function may read exactly those that its environment names.
import { SECRET_KINDS, secretName } from "../../src/lambda/secret-contents.ts";
import { nameOfSecret } from "./configuration.ts";
import { variablesIn } from "./environment.ts";
import { serviceOf } from "./functions.ts";
import { at, listOf, ofType, type Resource, targetOf, type Template } from "./template.ts";

/** Looked up while deploying, it would be in the function's environment for all to see; and what tokens and keys look like. */
const REVEALED = [/\{\{resolve:/, /\bxox[a-z]-/, /\bsk-[A-Za-z0-9]/, /\bwhsec_/, /\bcsk_/, /PRIVATE KEY/];

export function secretFindings(template: Template): readonly string[] {
  return [
    ...Object.entries(template.Resources).flatMap(([name, resource]) => revealedFindings(name, resource)),
    ...ofType(template, "AWS::Lambda::Function").flatMap(([name, { Properties }]) =>
      readingFindings(name, Properties, template),
    ),
  ];
}

function revealedFindings(name: string, resource: Resource): readonly string[] {
  const text = JSON.stringify(resource);
  return REVEALED.some((pattern) => pattern.test(text))
    ? [
        `${name} holds something secret, or has it looked up while deploying; functions read secrets themselves.`,
      ]
    : [];
}

function readingFindings(name: string, properties: unknown, template: Template): readonly string[] {
  const variables = variablesIn(properties);
  const stage = serviceOf(template).replace(/^countersign-/, "");
  const role = targetOf(at(properties, "Role"));
  if (role === undefined) return [];
  const readable = secretsReadableBy(template.Resources[role]);
  const wanted = SECRET_KINDS.map((kind) => [nameOfSecret(kind), secretName(stage, kind)] as const);
  const named = wanted.filter(([variable]) => variable in variables);
  const secrets = named.map(([, secret]) => secret);
  return [
    ...named
      .filter(([variable, secret]) => variables[variable] !== secret)
      .map(
        ([variable, secret]) =>
          `${name} has ${JSON.stringify(variables[variable])} as ${variable}, and the secret is ${secret}.`,
      ),
    ...secrets
      .filter((secret) => !readable.includes(secret))
      .map((secret) => `${name} names the secret ${secret}, which ${role} may not read.`),
    ...readable
      .filter((secret) => !secrets.includes(secret))
      .map((secret) => `${role} may read the secret ${secret}, which ${name} does not name.`),
  ];
}

function secretsReadableBy(role: Resource | undefined): readonly string[] {
  return listOf(at(role?.Properties, "Policies"))
    .flatMap((policy) => listOf(at(policy, "PolicyDocument", "Statement")))
    .filter((statement) => listOf(at(statement, "Action")).includes("secretsmanager:GetSecretValue"))
    .flatMap((statement) => listOf(at(statement, "Resource")))
    .flatMap((resource) => /:secret:(.+)-\?{6}$/.exec(String(at(resource, "Fn::Sub")))?.[1] ?? []);
}
