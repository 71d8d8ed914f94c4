// The runbooks of those who look after the services, by the words of the alerts that they are for.

export interface Runbook {
  readonly name: string;
  readonly title: string;
  /** In small letters; one of them in an alert's name makes it this alert's. */
  readonly alerts: readonly string[];
  readonly steps: readonly string[];
}

export const RUNBOOKS: readonly Runbook[] = [
  {
    ...{ name: "memory-leak", title: "A service runs out of memory" },
    alerts: ["memory", "oom", "heap", "crash"],
    steps: [
      "Restart the service; sessions survive it.",
      "Save a heap dump of one replica before it fills up again.",
      "Open a ticket for the team that owns it, with the dump.",
    ],
  },
  {
    ...{ name: "high-load", title: "A service cannot keep up" },
    alerts: ["load", "latency", "cpu", "queue", "saturation"],
    steps: [
      "Add a quarter more replicas.",
      "See whether one caller is to blame.",
      "Scale back the next day.",
    ],
  },
  {
    ...{ name: "idle-database", title: "A database has more replicas than it needs" },
    alerts: ["idle", "overprovisioned", "replica", "cost"],
    steps: [
      "Make sure that p99 latency is normal and that no report runs.",
      "Take one replica away, with the agreement of whoever is on call.",
      "Watch latency for a day.",
    ],
  },
];
