// What points at something in a template: it must be there, with the attribute that is asked for, and nothing may wait for itself in a circle.
import { shapeOf } from "./spec.ts";
import { attributeIn, isRecord, listOf, type Template } from "./template.ts";

const PSEUDO = new Set(
  "AccountId NotificationARNs NoValue Partition Region StackId StackName URLSuffix"
    .split(" ")
    .map((name) => `AWS::${name}`),
);

const FUNCTIONS = new Set(
  "GetAtt Sub Join Select Split If Equals Not And Or Base64 GetAZs FindInMap"
    .split(" ")
    .map((name) => `Fn::${name}`),
);

interface Reference {
  /** Where it stands. */
  readonly path: string;
  readonly to: string;
  readonly kind: "resource" | "condition" | "unknown function";
  /** Without one, the resource itself. */
  readonly attribute?: string;
}

export function referenceFindings(template: Template): readonly string[] {
  const references = [template.Resources, template.Conditions, template.Outputs].flatMap((part) =>
    Object.entries(part).flatMap(([name, value]) => referencesIn(value, name)),
  );
  return [...references.flatMap((reference) => findingOn(reference, template)), ...circlesIn(template)];
}

function findingOn({ path, to, kind, attribute }: Reference, template: Template): readonly string[] {
  if (kind === "unknown function") return [`${path} calls ${to}, which CloudFormation does not know.`];
  if (kind === "condition")
    return to in template.Conditions ? [] : [`${path} depends on the condition ${to}, which is not there.`];
  if (PSEUDO.has(to) && attribute === undefined) return [];
  const resource = template.Resources[to];
  if (resource === undefined) return [`${path} points at ${to}, which is not there.`];
  if (attribute === undefined || shapeOf(resource.Type)?.attributes.has(attribute) !== false) return [];
  return [`${path} asks ${to} for ${attribute}, and ${resource.Type} has no such attribute.`];
}

function referencesIn(value: unknown, path: string): readonly Reference[] {
  if (Array.isArray(value)) return value.flatMap((inner, index) => referencesIn(inner, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): readonly Reference[] => [
    ...referencesBy(key, inner, path),
    ...referencesIn(inner, isFunction(key) || key === "Properties" ? path : `${path}.${key}`),
  ]);
}

function isFunction(key: string): boolean {
  return key === "Ref" || key.startsWith("Fn::");
}

/** What each of these keys says that it needs. */
const READERS: Readonly<Record<string, (given: unknown, path: string) => readonly Reference[]>> = {
  Ref: (given, path) => [{ path, to: String(given), kind: "resource" }],
  "Fn::GetAtt": (given, path) => {
    const { name = String(given), attribute = "" } = attributeIn(given) ?? {};
    return [{ path, to: name, kind: "resource", attribute }];
  },
  "Fn::Sub": substitutedIn,
  "Fn::If": (given, path) => [{ path, to: String(listOf(given)[0]), kind: "condition" }],
  DependsOn: (given, path) => listOf(given).map((to) => ({ path, to: String(to), kind: "resource" })),
  // Of a statement in a policy it is an object, and means something else.
  Condition: (given, path) => (typeof given === "string" ? [{ path, to: given, kind: "condition" }] : []),
};

function referencesBy(key: string, given: unknown, path: string): readonly Reference[] {
  if (key.startsWith("Fn::") && !FUNCTIONS.has(key)) return [{ path, to: key, kind: "unknown function" }];
  return READERS[key]?.(given, path) ?? [];
}

/** Of "${Table.Arn}/index/due", or of the same with names of its own. */
function substitutedIn(given: unknown, path: string): readonly Reference[] {
  const [text, own] = listOf(given);
  const names = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = ""]) => name.trim());
  return names
    .filter((name) => !(isRecord(own) && name in own))
    .map((name): Reference => {
      const [to = "", ...attribute] = name.split(".");
      return { path, to, kind: "resource", ...(attribute.length > 0 && { attribute: attribute.join(".") }) };
    });
}

function circlesIn({ Resources }: Template): readonly string[] {
  const waitsFor = new Map(
    Object.entries(Resources).map(([name, resource]) => [
      name,
      new Set(referencesIn(resource, name).flatMap(({ kind, to }) => (kind === "resource" ? [to] : []))),
    ]),
  );
  // Whoever waits for nobody that is left, or is waited for by nobody, goes; who stays is in a circle.
  let left = [...waitsFor.keys()];
  for (let before = Infinity; left.length < before;) {
    before = left.length;
    const names = new Set(left);
    const awaited = new Set(left.flatMap((name) => [...(waitsFor.get(name) ?? [])]));
    left = left.filter(
      (name) => awaited.has(name) && [...(waitsFor.get(name) ?? [])].some((to) => names.has(to)),
    );
  }
  return left.length === 0 ? [] : [`${left.join(", ")} wait for each other in a circle.`];
}
