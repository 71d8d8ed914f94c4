// The functions: each runs a handler that was built, by a role of its own, and what it logs does not stay for ever.
import { at, ofType, type Resource, targetOf, type Template } from "./template.ts";

/** By its path without an ending, such as "dist/slack": what a built file exports. */
export type Built = Readonly<Record<string, readonly string[]>>;

type Named = readonly [string, Resource];

export function functionFindings(template: Template, built: Built): readonly string[] {
  const functions = ofType(template, "AWS::Lambda::Function");
  return [
    ...functions.flatMap((each) => [...handlerFindings(each, built), ...runtimeFindings(each)]),
    ...unusedFindings(functions, built),
    ...roleFindings(functions, template),
    ...functions.flatMap((each) => logFindings(each, template)),
    ...retentionFindings(template),
    ...ofType(template, "AWS::Lambda::Permission").flatMap(callerFindings),
  ];
}

/** What the names of all functions begin with: countersign-<stage>. */
export function serviceOf(template: Template): string {
  const [[, first] = []] = ofType(template, "AWS::Lambda::Function");
  const name = String(at(first?.Properties, "FunctionName"));
  const handler = /\/([\w-]+)\.\w+$/.exec(String(at(first?.Properties, "Handler")))?.[1] ?? "";
  return name.endsWith(`-${handler}`) ? name.slice(0, -handler.length - 1) : name;
}

function handlerFindings([name, { Properties }]: Named, built: Built): readonly string[] {
  const handler = String(at(Properties, "Handler"));
  const dot = handler.lastIndexOf(".");
  const exports = built[handler.slice(0, dot)];
  if (exports === undefined)
    return [`${name}.Handler is ${handler}, and there is no such file among those that are built.`];
  return exports.includes(handler.slice(dot + 1))
    ? []
    : [`${name}.Handler is ${handler}, and that file exports nothing of this name.`];
}

function unusedFindings(functions: readonly Named[], built: Built): readonly string[] {
  const used = functions.map(([, { Properties }]) => String(at(Properties, "Handler")).replace(/\.\w+$/, ""));
  return Object.keys(built)
    .filter((file) => !used.includes(file))
    .map((file) => `${file} is built, and no function runs it.`);
}

function runtimeFindings([name, { Properties }]: Named): readonly string[] {
  const findings: string[] = [];
  if (at(Properties, "Runtime") !== "nodejs24.x") findings.push(`${name}.Runtime is not nodejs24.x.`);
  if (at(Properties, "Architectures", 0) !== "arm64") findings.push(`${name}.Architectures is not arm64.`);
  // Concurrency that is kept for a function is also all that it gets: people's clicks would be refused.
  if (at(Properties, "ReservedConcurrentExecutions") !== undefined)
    findings.push(`${name}.ReservedConcurrentExecutions limits how many requests are answered at once.`);
  return findings;
}

function roleFindings(functions: readonly Named[], template: Template): readonly string[] {
  const holders = new Map<string, string>();
  const findings = functions.flatMap(([name, { Properties }]) => {
    const role = targetOf(at(Properties, "Role"));
    if (role === undefined) return [`${name}.Role is not one of the roles in the template.`];
    const holder = holders.get(role);
    holders.set(role, holder ?? name);
    return holder === undefined ? [] : [`${name} has the same role as ${holder}, ${role}.`];
  });
  const unused = ofType(template, "AWS::IAM::Role").filter(([role]) => !holders.has(role));
  return [...findings, ...unused.map(([role]) => `${role} is a role that no function has.`)];
}

function logFindings([name, { Properties }]: Named, template: Template): readonly string[] {
  const group = `/aws/lambda/${String(at(Properties, "FunctionName"))}`;
  const isThere = ofType(template, "AWS::Logs::LogGroup").some(
    ([, log]) => at(log.Properties, "LogGroupName") === group,
  );
  return isThere ? [] : [`${name} has no log group ${group}, so Lambda makes one that keeps everything.`];
}

function retentionFindings(template: Template): readonly string[] {
  return ofType(template, "AWS::Logs::LogGroup")
    .filter(([, { Properties }]) => typeof at(Properties, "RetentionInDays") !== "number")
    .map(([name]) => `${name}.RetentionInDays is missing, so it keeps everything.`);
}

/** "Any API of anybody's" is what a service's name means without an address. */
function callerFindings([name, { Properties }]: Named): readonly string[] {
  const principal = String(at(Properties, "Principal"));
  const findings: string[] = [];
  if (principal === "*") findings.push(`${name} lets anybody call the function.`);
  if (at(Properties, "SourceArn") === undefined)
    findings.push(`${name}.SourceArn is missing, so others could have ${principal} call the function.`);
  return findings;
}
