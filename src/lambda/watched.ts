// What stands around every invocation: its lines carry the id of its request, and what it counted is written once, also when it fails.
import type { Consumed } from "../aws/consumed.ts";
import type { Invocation } from "./log.ts";
import type { Surroundings } from "./surroundings.ts";

/** `consumed` is what the invocation's calls of DynamoDB add up in. */
export function watched<Event, Told extends Invocation | undefined, Answer>(
  { log, metrics }: Pick<Surroundings, "log" | "metrics">,
  consumed: Consumed,
  handle: (event: Event, invocation: Told) => Promise<Answer>,
): (event: Event, invocation: Told) => Promise<Answer> {
  return async (event, invocation) => {
    log.begin(invocation);
    try {
      return await handle(event, invocation);
    } finally {
      const { reads, writes } = consumed.take();
      if (reads > 0) metrics.add("ReadUnits", reads);
      if (writes > 0) metrics.add("WriteUnits", writes);
      metrics.flush();
      log.end();
    }
  };
}
