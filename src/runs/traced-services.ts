// What a run asks of others over HTTP, with its trace: their logs lead to ours, and ours to theirs.
import type { ThreadKey } from "./run.ts";
import { traceparentOf } from "./trace.ts";
import type { Services } from "./workflow.ts";

/** The same services, for one run. Each request is a span of its own. */
export function tracedServices({ model, ops }: Services, key: ThreadKey): Pick<Services, "model" | "ops"> {
  const traceparent = (): string => traceparentOf(key);
  return {
    model: { complete: (request) => model.complete({ ...request, traceparent: traceparent() }) },
    ops: {
      get: (path, options) => ops.get(path, { ...options, traceparent: traceparent() }),
      post: (path, act) => ops.post(path, { ...act, traceparent: traceparent() }),
    },
  };
}
