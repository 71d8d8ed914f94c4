// What the page's side panels and the server behind them say to each other: what a demo shows beside Slack.

/** GET /panels/about: what this machine runs with. */
export interface About {
  readonly model: ModelNote;
}

/** `scripted`: no key is configured, so prepared answers come over the same HTTP interface. */
export type ModelNote =
  | { readonly kind: "scripted" }
  | { readonly kind: "configured"; readonly name: string; readonly host: string };

/** GET /panels/ops: the operations target, as it is now. */
export interface OpsPicture {
  readonly services: readonly {
    readonly name: string;
    readonly env: string;
    readonly version: string;
    readonly replicas: number;
  }[];
  /** Newest first. `performed` counts what was really done, so a double deployment would show. */
  readonly deployments: readonly {
    readonly id: string;
    readonly service: string;
    readonly env: string;
    readonly version: string;
    readonly previous: string;
    readonly at: string;
    readonly performed: number;
    readonly replays: number;
  }[];
  /** Newest first. */
  readonly outbox: readonly {
    readonly id: string;
    readonly to: string;
    readonly subject: string;
    readonly body: string;
    readonly at: string;
    readonly performed: number;
    readonly replays: number;
  }[];
  /** Whatever else was done, newest first: its kind ("payment"), and which one it is in a few words. */
  readonly others: readonly {
    readonly kind: string;
    readonly number: number;
    readonly said: string;
    readonly at: string;
    readonly performed: number;
    readonly replays: number;
  }[];
}

/** GET /panels/runs: newest first, at most fifty. */
export interface Runs {
  readonly runs: readonly RunLine[];
}

export interface RunLine {
  readonly thread: string;
  /** As people see it in Slack: r-86c568. */
  readonly label: string;
  readonly workflow: string;
  readonly status: "running" | "waiting" | "done" | "failed" | "cancelled";
  readonly requester: string;
  /** Where it is shown in Slack. */
  readonly channel: string;
  readonly at: string;
}

/** GET /panels/runs/<thread>: a run's graph with the path it took. */
export interface RunPicture extends RunLine {
  readonly nodes: readonly {
    readonly name: string;
    readonly state: "not reached" | "done" | "running" | "waiting" | "failed";
    /** How often it has finished. */
    readonly times: number;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly conditional: boolean;
    readonly taken: boolean;
  }[];
  /** The nodes in the order in which they finished, one list for each superstep. */
  readonly path: readonly (readonly string[])[];
  /** Why it failed, when it did. */
  readonly error?: string;
}
