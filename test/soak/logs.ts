// What the product's processes have written: what it counted, and what it called an error or a warning, by its words.
import { open } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { parsedJson } from "../../src/approvals/json.ts";

export interface Logs {
  /** Lines by level and message. */
  readonly told: Readonly<Record<string, number>>;
  /** Values by metric, and by process and metric for units. */
  readonly counted: Readonly<Record<string, readonly number[]>>;
  /** Reads what is new. */
  read(): Promise<void>;
}

const Line = z.object({ level: z.enum(["WARN", "ERROR"]), message: z.string() });
const Numbers = z.union([z.number(), z.array(z.number())]);
const Emf = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })),
  }),
});

export function readLogs(dataDir: string, names: readonly string[]): Logs {
  const told: Record<string, number> = {};
  const counted: Record<string, number[]> = {};
  const offsets = new Map<string, { at: number; rest: string }>();

  function take(name: string, text: string): void {
    const line = parsedJson(text);
    const said = Line.safeParse(line).data;
    if (said !== undefined) {
      const key = `${said.level} ${said.message}`;
      told[key] = (told[key] ?? 0) + 1;
    }
    const emf = Emf.safeParse(line).data;
    if (emf === undefined) {
      if (text.trim() !== "" && line === undefined) told[`? ${name}: ${text.slice(0, 200)}`] = 1;
      return;
    }
    for (const { Metrics } of emf._aws.CloudWatchMetrics)
      for (const { Name } of Metrics) {
        const values = [Numbers.parse(emf[Name])].flat();
        for (const key of [Name, `${name} ${Name}`]) (counted[key] ??= []).push(...values);
      }
  }

  async function readOne(name: string): Promise<void> {
    const before = offsets.get(name) ?? { at: 0, rest: "" };
    const file = await open(join(dataDir, `${name}.log`)).catch(() => undefined);
    if (file === undefined) return;
    const { size } = await file.stat();
    const buffer = Buffer.alloc(size - before.at);
    await file.read(buffer, 0, buffer.length, before.at);
    await file.close();
    const lines = (before.rest + buffer.toString("utf8")).split("\n");
    const rest = lines.pop() ?? "";
    offsets.set(name, { at: size, rest });
    for (const line of lines) take(name, line);
  }

  return {
    told,
    counted,
    async read(): Promise<void> {
      for (const name of names) await readOne(name);
    },
  };
}
