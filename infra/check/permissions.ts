// What the functions may do: named actions on our own resources, by nobody but Lambda, and nothing that reads or deletes in bulk.
import {
  at,
  attributeIn,
  isRecord,
  listOf,
  ofType,
  type Resource,
  targetOf,
  type Template,
} from "./template.ts";

/** Scans cost as much as the table is large; whatever is deleted by itself or as a whole is lost. */
const NEVER = new Set(
  [
    "Scan",
    "DeleteItem",
    "DeleteTable",
    "UpdateTable",
    "DeleteBackup",
    "ExecuteStatement",
    "PartiQLDelete",
  ].map((action) => `dynamodb:${action}`),
);

/** Secrets Manager puts a hyphen and six characters of its own behind a secret's name. */
const OWN_SECRET =
  /^arn:\$\{AWS::Partition\}:secretsmanager:\$\{AWS::Region\}:\$\{AWS::AccountId\}:secret:countersign\/[a-z0-9-]+\/[a-z]+-\?{6}$/;

const ELSEWHERE = new Set(
  ["Policy", "RolePolicy", "ManagedPolicy", "User", "UserPolicy", "Group", "GroupPolicy", "AccessKey"].map(
    (type) => `AWS::IAM::${type}`,
  ),
);

export function permissionFindings(template: Template): readonly string[] {
  const elsewhere = Object.entries(template.Resources).filter(([, { Type }]) => ELSEWHERE.has(Type));
  return [
    ...ofType(template, "AWS::IAM::Role").flatMap(([name, role]) => ofRole(name, role, template)),
    ...elsewhere.map(
      ([name, { Type }]) => `${name} is an ${Type}; what may be done stands in the functions' roles.`,
    ),
    ...openFindings(template),
  ];
}

function ofRole(name: string, { Properties }: Resource, template: Template): readonly string[] {
  const trusted = statementsOf(at(Properties, "AssumeRolePolicyDocument"));
  const statements = listOf(at(Properties, "Policies")).flatMap((policy) =>
    statementsOf(at(policy, "PolicyDocument")),
  );
  const findings = [
    ...statements.flatMap((statement) => actionFindings(name, statement)),
    ...statements.flatMap((statement) =>
      listOf(at(statement, "Resource")).flatMap((resource) => resourceFindings(name, resource, template)),
    ),
  ];
  if (trusted.some((statement) => at(statement, "Principal", "Service") !== "lambda.amazonaws.com"))
    findings.push(`${name} may be taken on by somebody else than Lambda.`);
  if (at(Properties, "ManagedPolicyArns") !== undefined)
    findings.push(`${name} has policies of AWS's own; what may be done stands in the role itself.`);
  return findings;
}

function actionFindings(name: string, statement: unknown): readonly string[] {
  const everythingBut = ["NotAction", "NotResource"].filter((key) => at(statement, key) !== undefined);
  return [
    ...everythingBut.map((key) => `${name} says with ${key} what it may not do, and so allows all the rest.`),
    ...listOf(at(statement, "Action")).flatMap((action) => {
      if (typeof action !== "string" || action.includes("*") || action.includes("?"))
        return [`${name} allows ${String(action)}, which is more than one action.`];
      return NEVER.has(action) ? [`${name} allows ${action}, which no function needs.`] : [];
    }),
  ];
}

/** A log group's Arn ends in ":*" by itself, which stands for its streams; that is all there is of wildcards but a secret's six characters. */
function resourceFindings(name: string, resource: unknown, template: Template): readonly string[] {
  const attribute = attributeIn(at(resource, "Fn::GetAtt"));
  if (attribute !== undefined || targetOf(resource) !== undefined) return [];
  const text = at(resource, "Fn::Sub") ?? resource;
  if (typeof text !== "string")
    return [`${name} allows something on ${JSON.stringify(text)}, whatever that is.`];
  if (OWN_SECRET.test(text) || isOwnIndex(text, template)) return [];
  return [`${name} allows something on ${text}, which is not one of our own resources.`];
}

function isOwnIndex(text: string, { Resources }: Template): boolean {
  const [, table = "", index] = /^\$\{(\w+)\.Arn\}\/index\/([\w.-]+)$/.exec(text) ?? [];
  const indexes = listOf(at(Resources[table]?.Properties, "GlobalSecondaryIndexes"));
  return index !== undefined && indexes.some((each) => at(each, "IndexName") === index);
}

/** Topics, queues and buckets say themselves who may use them. */
function openFindings({ Resources }: Template): readonly string[] {
  return Object.entries(Resources).flatMap(([name, { Type, Properties }]) => {
    if (Type === "AWS::IAM::Role") return [];
    const open = statementsOf(at(Properties, "PolicyDocument")).filter(
      (statement) => at(statement, "Effect") === "Allow" && isAnybody(at(statement, "Principal")),
    );
    return open.length === 0 ? [] : [`${name} lets anybody in.`];
  });
}

function isAnybody(principal: unknown): boolean {
  const named = isRecord(principal) ? Object.values(principal).flatMap(listOf) : listOf(principal);
  return named.includes("*");
}

function statementsOf(document: unknown): readonly unknown[] {
  return listOf(at(document, "Statement"));
}
