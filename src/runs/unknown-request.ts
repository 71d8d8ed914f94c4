// What is known of a question that is not stored: its run may be, without its details.
import type { Records } from "./ports.ts";
import type { Run, ThreadKey } from "./run.ts";

export interface UnknownRequest {
  readonly kind: "unknown";
  readonly run: Run | undefined;
}

/** @throws StorageUnavailable */
export async function unknownRequest(
  records: Pick<Records, "run">,
  { team, thread }: ThreadKey,
): Promise<UnknownRequest> {
  return { kind: "unknown", run: await records.run({ team, thread }) };
}
