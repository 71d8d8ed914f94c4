// What a run, a sweep and a look cost with ever more in the table, side by side.
import type { Result } from "./result.ts";

/** A table in Markdown: a column for each size, and the last one as a multiple of the first. */
type Measured = Pick<Result, "cost" | "latencies" | "looks" | "stored" | "sweeps" | "times">;

export function growthTable(results: readonly Measured[]): string {
  const rows: readonly (readonly [name: string, of: (result: Measured) => number, digits: number])[] = [
    ["items stored before", ({ stored }) => stored?.items ?? 0, 0],
    ["runs among them", ({ stored }) => stored?.runs ?? 0, 0],
    ["of these waiting for people", ({ stored }) => stored?.waiting ?? 0, 0],
    ...COSTS.map((name) => [name, ({ cost }: Measured) => cost[name] ?? 0, 1] as const),
    ["sweep, ms (p50)", ({ sweeps }) => sweeps.p50, 0],
    ...["home", "pending", "status"].map(
      (name) => [`${name}, ms (p50)`, ({ looks }: Measured) => looks[name]?.p50 ?? 0, 0] as const,
    ),
    ["answer to Slack, ms (p50)", ({ latencies }) => latencies["ack"]?.p50 ?? 0, 0],
  ];
  const lines = rows.map(([name, of, digits]) => {
    const values = results.map(of);
    const ratio = (values.at(-1) ?? 0) / (values[0] ?? 1);
    return `| ${[name, ...values.map((value) => value.toFixed(digits)), ratio.toFixed(2)].join(" | ")} |`;
  });
  const head = ["", ...results.map(({ times }) => `${times}x`), "last / first"];
  return [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`, ...lines].join("\n");
}

const COSTS = [
  "read units per run",
  "write units per run",
  "requests per run",
  "read units per sweep",
  "read units per answer to Slack",
] as const;
