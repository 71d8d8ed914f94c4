// `npm run bench`: cold starts. Import and first signed answer of the Slack function as it is shipped beside plain Bolt, in turn, each in a fresh process.
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, type BuildOptions } from "esbuild";
import * as z from "zod";
import { bundleHandlers, bytesLoaded, bytesWhole, HANDLERS } from "../../infra/bundle.ts";
import { localEnvironment } from "../../src/local/config.ts";
import { slashCommand } from "../support/deliver.ts";

const ROUNDS = 15;
const AIM = 0.5;

const NOWHERE = localEnvironment({
  ...{ slackUrl: "http://127.0.0.1:9", opsUrl: "http://127.0.0.1:9", dynamoUrl: "http://127.0.0.1:9" },
  ...{ sqsUrl: "http://127.0.0.1:9", queueUrl: "http://127.0.0.1:9/000000000000/jobs", table: "nowhere" },
});
const CREDENTIALS = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };

const Started = z.object({
  importMs: z.number(),
  totalMs: z.number(),
  processorMs: z.number(),
  answer: z
    .object({ statusCode: z.literal(200), body: z.string().includes("/countersign run deploy") })
    .optional(),
});
type Started = z.infer<typeof Started>;

/** With an event also its answer, without one only the import. */
async function coldStart(dir: string, handler: string, event?: string): Promise<Started> {
  const args = [join(dir, "cold-start.mjs"), handler, ...(event === undefined ? [] : [event])];
  const env = { PATH: process.env["PATH"] ?? "", ...CREDENTIALS, ...NOWHERE };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  // Before it stand the lines of the function's own log and numbers.
  return Started.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

/** As API Gateway sends what Slack sends. */
function help(): string {
  const { body, headers } = slashCommand("help");
  return JSON.stringify({ version: "2.0", headers, body: body.toString("base64"), isBase64Encoded: true });
}

/** With nothing but the switches that everybody sets; and as it is without a bundler, from node_modules. */
async function buildRival(dir: string): Promise<number> {
  const options: BuildOptions = {
    entryPoints: ["test/bench/cold-rival.ts"],
    ...{ platform: "node", target: "node24", format: "cjs", logLevel: "warning" },
  };
  const [{ metafile }] = await Promise.all([
    build({ ...options, bundle: true, minify: true, outfile: join(dir, "bundled.cjs"), metafile: true }),
    build({ ...options, outfile: join(dir, "unbundled.cjs") }),
    build({
      entryPoints: ["test/bench/cold-start.ts"],
      ...{ format: "esm", target: "node24", outfile: join(dir, "cold-start.mjs") },
    }),
    symlink(resolve("node_modules"), join(dir, "node_modules")),
  ]);
  return Object.values(metafile.outputs).reduce((bytes, output) => bytes + output.bytes, 0);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function medianOf(starts: readonly Started[], what: "importMs" | "totalMs" | "processorMs"): number {
  return median(starts.map((start) => start[what]));
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_024)} kB`.padStart(8);
const ms = (value: number): string => `${value.toFixed(0)} ms`.padStart(7);

async function compare(dir: string): Promise<void> {
  const handlers = { ours: "slack.mjs", bundled: "bundled.cjs", unbundled: "unbundled.cjs" } as const;
  const starts: Record<keyof typeof handlers, Started[]> = { ours: [], bundled: [], unbundled: [] };
  for (let round = 0; round <= ROUNDS; round++)
    for (const side of ["ours", "bundled", "unbundled"] as const) {
      const start = await coldStart(dir, join(dir, handlers[side]), help());
      // The first time each file is read from the disk.
      if (round > 0) starts[side].push(start);
    }
  console.log(
    `\nCold start: import and first signed answer, medians of ${ROUNDS} fresh processes each, in turn`,
  );
  const words = {
    ours: "ours, as shipped",
    bundled: "plain Bolt, bundled",
    unbundled: "plain Bolt, unbundled",
  };
  const [total, spent] = [medianOf(starts.ours, "totalMs"), medianOf(starts.ours, "processorMs")];
  for (const side of ["ours", "bundled", "unbundled"] as const) {
    const [wall, processor] = [medianOf(starts[side], "totalMs"), medianOf(starts[side], "processorMs")];
    const ratio =
      side === "ours"
        ? ""
        : `   ours takes ${(total / wall).toFixed(2)} of it, ${(spent / processor).toFixed(2)} on the processor`;
    console.log(
      `  ${words[side].padEnd(22)}${ms(wall)} (import${ms(medianOf(starts[side], "importMs"))}), ${ms(processor)} on the processor${ratio}`,
    );
  }
  const isMet = total / medianOf(starts.bundled, "totalMs") <= AIM;
  console.log(`  The aim is at most ${AIM} of plain Bolt, bundled: ${isMet ? "met" : "not met"}.`);
}

async function tableOf(dir: string, metafiles: Awaited<ReturnType<typeof bundleHandlers>>): Promise<void> {
  console.log(`\nEach function     loaded    whole   import, median of ${ROUNDS}`);
  for (const name of HANDLERS) {
    const starts: Started[] = [];
    for (let round = 0; round < ROUNDS; round++) starts.push(await coldStart(dir, join(dir, `${name}.mjs`)));
    const sizes = [bytesLoaded(metafiles[name], `${name}.mjs`), bytesWhole(metafiles[name])].map(kilobytes);
    console.log(`  ${name.padEnd(14)} ${sizes.join(" ")}  ${ms(medianOf(starts, "importMs"))}`);
  }
}

const dir = await mkdtemp(join(tmpdir(), "countersign-cold-"));
try {
  const [metafiles, rivalBytes] = [await bundleHandlers(dir), await buildRival(dir)];
  await compare(dir);
  await tableOf(dir, metafiles);
  console.log(`  plain Bolt     ${kilobytes(rivalBytes)} ${kilobytes(rivalBytes)}`);
} finally {
  await rm(dir, { recursive: true });
}
