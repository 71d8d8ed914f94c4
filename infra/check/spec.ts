// AWS's own description of its resource types, as the CDK publishes it: which properties and attributes each has, and what its metrics are called.
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

/** Loading it takes about a second. */
const database = loadAwsServiceSpecSync();

type ResourceType = ReturnType<typeof resourcesOf>[number];
export type Properties = ResourceType["properties"];
export type Property = Properties[string];
export type PropertyType = Property["type"];

export interface Shape {
  readonly name: string;
  readonly properties: Properties;
}

export interface TypeShape extends Shape {
  readonly attributes: ReadonlySet<string>;
}

/** @example shapeOf("AWS::SQS::Queue")?.attributes.has("Arn"); */
export function shapeOf(type: string): TypeShape | undefined {
  const [found] = resourcesOf(type);
  if (found === undefined) return undefined;
  return { name: type, properties: found.properties, attributes: new Set(Object.keys(found.attributes)) };
}

/** What a property's type refers to, such as the KeySchema of a table. */
export function shapeBehind({ reference }: Extract<PropertyType, { type: "ref" }>): Shape {
  return database.get("typeDefinition", reference.$ref);
}

/** @example isMetric("AWS/SQS", "ApproximateAgeOfOldestMessage"); */
export function isMetric(namespace: string, name: string): boolean {
  return database.lookup("metric", "namespace", "equals", namespace).some((metric) => metric.name === name);
}

function resourcesOf(type: string) {
  return database.lookup("resource", "cloudFormationType", "equals", type);
}
