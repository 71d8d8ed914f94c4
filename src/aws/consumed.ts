// What DynamoDB charges for: asked for with every call, and added up until somebody takes it.
import type { DynamoDBClient, ServiceOutputTypes } from "@aws-sdk/client-dynamodb";

/** In DynamoDB's units. What a write costs whose condition was not met is charged, and told by nobody. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

export interface Consumed {
  /** Since the last time. */
  take(): Units;
}

const READS = /^(?:Get|BatchGet|Query|Scan)/;
const WRITES = /^(?:Put|Update|Delete|BatchWrite)Item/;

/** Counts what this client consumes from here on. */
export function consumedBy(dynamo: DynamoDBClient): Consumed {
  let units: Units = { reads: 0, writes: 0 };
  dynamo.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const isRead = READS.test(commandName);
        if (!isRead && !WRITES.test(commandName)) return next(args);
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
        const more = unitsIn(answer.output);
        units = isRead ? { ...units, reads: units.reads + more } : { ...units, writes: units.writes + more };
        return answer;
      },
    { step: "initialize", name: "addUpConsumed" },
  );
  return {
    take() {
      const taken = units;
      units = { reads: 0, writes: 0 };
      return taken;
    },
  };
}

function unitsIn(answer: ServiceOutputTypes): number {
  const told = "ConsumedCapacity" in answer ? answer.ConsumedCapacity : undefined;
  return [told ?? []]
    .flat()
    .reduce((units, one) => units + ("CapacityUnits" in one ? (one.CapacityUnits ?? 0) : 0), 0);
}
