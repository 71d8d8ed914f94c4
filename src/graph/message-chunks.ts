// The mode "messages": each message that a node wrote, with where it came from.
import type { Namespace, Report } from "./live.ts";
import { stepOf } from "./thread.ts";
import { endedTasks } from "./told.ts";
import { isObject } from "./record.ts";

type Chunk = readonly [message: unknown, metadata: Readonly<Record<string, unknown>>];

/** Messages stand alone or in lists. */
export function messageChunks(report: Report, namespace: Namespace): readonly Chunk[] {
  const { thread, isCheckpoint } = report;
  const step = isCheckpoint ? stepOf(thread) : stepOf(thread) + 1;
  return endedTasks(report).flatMap((task) => {
    if (!("result" in task)) return [];
    const { id, name } = task;
    const metadata = {
      thread_id: thread.id.split("|", 1)[0],
      ...{ langgraph_step: step, langgraph_node: name, langgraph_triggers: [`branch:to:${name}`] },
      langgraph_path: ["__pregel_pull", name],
      langgraph_checkpoint_ns: [...namespace, `${name}:${id}`].join("|"),
      ...{ name, tags: [] },
    };
    return messagesIn(Object.values(task.result)).map((message) => [message, metadata] as const);
  });
}

function messagesIn(values: readonly unknown[]): readonly unknown[] {
  const listed = values.flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
  return listed.filter(isMessage);
}

/** Whatever has a role and content; a removal has none. */
function isMessage(value: unknown): boolean {
  return isObject(value) && "content" in value && typeof value["role"] === "string";
}
