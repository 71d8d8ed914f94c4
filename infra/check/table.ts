// The table: what was decided outlives mistakes of every kind, and costs nothing while nobody decides.
import { at, ofType, type Template } from "./template.ts";

const MUST: readonly (readonly [path: readonly string[], value: unknown, why: string])[] = [
  [["DeletionPolicy"], "Retain", "deleting the stack deletes it"],
  [["UpdateReplacePolicy"], "Retain", "a deployment that replaces it deletes it"],
  [["Properties", "DeletionProtectionEnabled"], true, "anybody who may can delete it by mistake"],
  [
    ["Properties", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"],
    true,
    "it cannot be brought back as it was",
  ],
  [
    ["Properties", "SSESpecification", "SSEEnabled"],
    true,
    "it is not encrypted with a key that can be looked after",
  ],
  [["Properties", "TimeToLiveSpecification", "AttributeName"], "ttl", "what is past its time stays"],
  [["Properties", "TimeToLiveSpecification", "Enabled"], true, "what is past its time stays"],
  [["Properties", "BillingMode"], "PAY_PER_REQUEST", "it costs money while nobody decides"],
];

export function tableFindings(template: Template): readonly string[] {
  const tables = ofType(template, "AWS::DynamoDB::Table");
  if (tables.length !== 1) return [`There is to be one table, and there are ${tables.length}.`];
  return tables.flatMap(([name, table]) =>
    MUST.filter(([path, value]) => at(table, ...path) !== value).map(
      ([path, value, why]) =>
        `${[name, ...path.filter((key) => key !== "Properties")].join(".")} must be ${String(value)}: otherwise ${why}.`,
    ),
  );
}
