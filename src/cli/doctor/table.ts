// Whether the table is there, is Countersign's, and is kept as safely as infra/table.yml says.
import { createDynamo } from "../../aws/dynamodb.ts";
import { type Setting, type Settings, type TableFacts, tableFacts } from "../../aws/table-facts.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import { type DoctorFacts, patienceFor } from "./facts.ts";

type Dynamo = ReturnType<typeof createDynamo>;

export function dynamoOf(facts: DoctorFacts): Dynamo {
  const { values, region, kind } = facts;
  const endpoint = values["AWS_ENDPOINT_URL_DYNAMODB"] || undefined;
  return createDynamo({
    ...patienceFor(facts),
    endpoint,
    ...(region !== undefined && kind === "stage" && { region }),
  });
}

export const tableCheck: Check = {
  name: "Table",
  async look(facts) {
    const { table } = facts;
    if (table.kind === "untold") return [unknown("TABLE_NAME is not known here.")];
    if (table.kind === "none") return [wrong(table.says, table.mend)];
    const dynamo = dynamoOf(facts);
    try {
      return findings(table.value, await tableFacts(dynamo, table.value));
    } finally {
      dynamo.destroy();
    }
  },
};

const DEPLOY = "Deploy again (npm run deploy); infra/table.yml has the table as it should be.";

function findings(name: string, table: TableFacts): readonly Finding[] {
  if (table.kind === "missing")
    return [wrong(`There is no table ${name}.`, "Check TABLE_NAME and the region, or deploy the table.")];
  if (!table.hasOurKeys)
    return [
      wrong(
        `The table ${name} is not Countersign's: its keys are not pk and sk, both texts.`,
        "Name the right one by TABLE_NAME. Nothing was read of this one, and nothing was changed.",
      ),
    ];
  return [...state(name, table), ...settings(table.settings)];
}

function state(
  name: string,
  { status, indexes, isOnDemand }: Extract<TableFacts, { kind: "found" }>,
): readonly Finding[] {
  const broken = Object.entries(indexes).filter(([, is]) => is !== "ACTIVE");
  const problems = [
    ...(status === "ACTIVE"
      ? []
      : [
          wrong(
            `The table ${name} is not in use: it is ${status}.`,
            "Wait until it is ACTIVE, or restore it; docs/operations.md says how.",
          ),
        ]),
    ...broken.map(([index, is]) => indexProblem(index, is)),
    ...(isOnDemand
      ? []
      : [
          wrong(
            `The table ${name} has a capacity that is set, and is throttled beyond it.`,
            `Make it on demand (PAY_PER_REQUEST). ${DEPLOY}`,
          ),
        ]),
  ];
  if (problems.length > 0) return problems;
  return [fine(`${name} is active and on demand, with all ${Object.keys(indexes).length} indexes.`)];
}

function indexProblem(index: string, is: string): Finding {
  switch (is) {
    case "missing":
      return wrong(
        `The index ${index} is missing, so what is listed by it is not found.`,
        `${DEPLOY} DynamoDB adds one index with each update.`,
      );
    case "of other keys":
      return wrong(
        `The index ${index} has other keys than Countersign's.`,
        `Delete it by hand, then: ${DEPLOY}`,
      );
    default:
      return wrong(`The index ${index} is not in use: it is ${is}.`, "Wait until it is ACTIVE.");
  }
}

const SETTINGS: Readonly<Record<keyof Settings, { readonly name: string; readonly without: string }>> = {
  timeToLive: { name: "Time to live on ttl", without: "what should have been deleted is kept for good" },
  recovery: { name: "Point-in-time recovery", without: "nothing can be restored" },
  protection: { name: "Deletion protection", without: "the table can be deleted by mistake" },
  encryption: { name: "Encryption by KMS", without: "it is encrypted by a key that nobody here can audit" },
};

function settings(all: Settings): readonly Finding[] {
  const entries = keys(SETTINGS).map((key) => [SETTINGS[key], all[key]] as const);
  const named = (kind: Setting["kind"]): readonly string[] =>
    entries.flatMap(([{ name }, setting]) => (setting.kind === kind ? [name] : []));
  const off = entries.flatMap(([{ name, without }, { kind }]) =>
    kind === "off" ? [wrong(`${name} is off: ${without}.`, DEPLOY)] : [],
  );
  const untold = entries.flatMap(([{ name }, setting]) =>
    setting.kind === "untold" ? [unknown(`${name}: ${setting.why}`)] : [],
  );
  const [on, none] = [named("on"), named("none")];
  return [
    ...(on.length === 0 ? [] : [fine(`On: ${on.join(", ")}.`)]),
    ...off,
    ...untold,
    ...(none.length === 0 ? [] : [unknown(`A stand-in for DynamoDB has none of it: ${none.join(", ")}.`)]),
  ];
}

function keys<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record).filter((key): key is Key => key in record);
}
