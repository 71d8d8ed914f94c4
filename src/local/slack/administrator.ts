// Runs the workspace of the local Slack over HTTP, for tests and scripts: what goes wrong, who belongs, what time it is.
import type { Change, ClockReading, Disconnection, Everything, Exchange, Fault } from "./protocol.ts";

export interface Administrator {
  /** Puts these in the place of what was to go wrong so far; nothing puts everything right. */
  faults(...faults: readonly Fault[]): Promise<void>;
  /** Those that have not been used up. */
  pending(): Promise<readonly Fault[]>;
  change(change: Change): Promise<void>;
  /** Ends the app's connections, in Socket Mode. */
  disconnect(how: Disconnection): Promise<void>;
  advance(seconds: number): Promise<ClockReading>;
  /** Everything that went over the wire, oldest first. */
  traffic(): Promise<readonly Exchange[]>;
  everything(): Promise<Everything>;
  reset(): Promise<void>;
}

/** @throws from every call, with the server's own sentence, when it refuses. */
export function createAdministrator(localSlackUrl: string): Administrator {
  async function ask<T>(path: string, body?: object): Promise<T> {
    const headers = { "Content-Type": "application/json" };
    const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(`${localSlackUrl}/local/${path}`, init);
    // Our own server's words, in the types it wrote them in.
    const answer = (await response.json()) as T & { readonly error?: string };
    if (!response.ok) throw new Error(answer.error ?? `The local Slack answered ${response.status}.`);
    return answer;
  }
  return {
    faults: async (...faults) => {
      await ask("faults", { faults });
    },
    pending: async () => (await ask<{ readonly faults: readonly Fault[] }>("faults")).faults,
    change: async (change) => {
      await ask("change", change);
    },
    disconnect: async (how) => {
      await ask("disconnect", { how });
    },
    advance: (advanceSeconds) => ask("clock", { advanceSeconds }),
    traffic: async () => (await ask<{ readonly entries: readonly Exchange[] }>("traffic")).entries,
    everything: () => ask("everything"),
    reset: async () => {
      await ask("reset", {});
    },
  };
}
