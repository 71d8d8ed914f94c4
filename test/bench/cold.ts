// `npm run bench`: cold starts. Import and first signed answer of the Slack function as it is shipped beside plain Bolt, in turn, each in a fresh process.
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, type BuildOptions } from "esbuild";
import * as z from "zod";
import { bundleHandlers, bytesLoaded, bytesWhole, HANDLERS } from "../../infra/bundle.ts";
import { SECRET_CONTENTS } from "../../src/lambda/secret-contents.ts";
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

type Environment = Readonly<Record<string, string>>;

/** With an event also its answer, without one only the import. */
async function coldStart(
  dir: string,
  { handler, event, env: given = NOWHERE }: { handler: string; event?: string; env?: Environment },
): Promise<Started> {
  const args = [join(dir, "cold-start.mjs"), handler, ...(event === undefined ? [] : [event])];
  const env = { PATH: process.env["PATH"] ?? "", ...CREDENTIALS, ...given };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  // Before it stand the lines of the function's own log and numbers.
  return Started.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

/** As API Gateway sends what Slack sends. */
function help(): string {
  const { body, headers } = slashCommand("help");
  return JSON.stringify({ version: "2.0", headers, body: body.toString("base64"), isBase64Encoded: true });
}

/** As deployed: what is secret is read from a server before the first answer. Without TLS, which on AWS comes on top. */
async function startSecrets(): Promise<{ readonly env: Environment; readonly server: Server }> {
  const isSecret = (name: string): boolean => SECRET_CONTENTS.app.some((each) => each === name);
  const where = (wanted: boolean): Environment =>
    Object.fromEntries(Object.entries(NOWHERE).filter(([name]) => isSecret(name) === wanted));
  const answer = JSON.stringify({ SecretString: JSON.stringify(where(true)) });
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end(answer));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const named = { APP_SECRET: "app", AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}` };
  return { env: { ...where(false), ...named }, server };
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

const SIDES = ["deployed", "ours", "bundled", "unbundled"] as const;
const HANDLER_FILES = {
  ...{ deployed: "slack.mjs", ours: "slack.mjs" },
  ...{ bundled: "bundled.cjs", unbundled: "unbundled.cjs" },
};
const WORDS = {
  deployed: "ours, as deployed",
  ours: "ours, given its secrets",
  bundled: "plain Bolt, bundled",
  unbundled: "plain Bolt, unbundled",
};

async function compare(dir: string, deployed: Environment): Promise<void> {
  const starts: Record<(typeof SIDES)[number], Started[]> = {
    ...{ deployed: [], ours: [], bundled: [], unbundled: [] },
  };
  for (let round = 0; round <= ROUNDS; round++)
    for (const side of SIDES) {
      const env = side === "deployed" ? deployed : NOWHERE;
      const start = await coldStart(dir, { handler: join(dir, HANDLER_FILES[side]), event: help(), env });
      // The first time each file is read from the disk.
      if (round > 0) starts[side].push(start);
    }
  console.log(
    `\nCold start: import and first signed answer, medians of ${ROUNDS} fresh processes each, in turn`,
  );
  const wallOf = (side: (typeof SIDES)[number]): number => medianOf(starts[side], "totalMs");
  for (const side of SIDES) {
    const imported = ms(medianOf(starts[side], "importMs"));
    const ratio = (wallOf(side) / wallOf("bundled")).toFixed(2);
    console.log(
      `  ${WORDS[side].padEnd(24)}${ms(wallOf(side))} (import${imported}), ${ms(medianOf(starts[side], "processorMs"))} on the processor   ${ratio} of plain Bolt, bundled`,
    );
  }
  const isMet = wallOf("deployed") / wallOf("bundled") <= AIM;
  console.log(`  The aim is at most ${AIM}: ${isMet ? "met" : "not met"}.`);
}

async function tableOf(dir: string, metafiles: Awaited<ReturnType<typeof bundleHandlers>>): Promise<void> {
  console.log(`\nEach function     loaded    whole   import, median of ${ROUNDS}`);
  for (const name of HANDLERS) {
    const starts: Started[] = [];
    for (let round = 0; round < ROUNDS; round++)
      starts.push(await coldStart(dir, { handler: join(dir, `${name}.mjs`) }));
    const sizes = [bytesLoaded(metafiles[name], `${name}.mjs`), bytesWhole(metafiles[name])].map(kilobytes);
    console.log(`  ${name.padEnd(14)} ${sizes.join(" ")}  ${ms(medianOf(starts, "importMs"))}`);
  }
}

const dir = await mkdtemp(join(tmpdir(), "countersign-cold-"));
const { env: deployed, server } = await startSecrets();
try {
  const [metafiles, rivalBytes] = [await bundleHandlers(dir), await buildRival(dir)];
  await compare(dir, deployed);
  await tableOf(dir, metafiles);
  console.log(`  plain Bolt     ${kilobytes(rivalBytes)} ${kilobytes(rivalBytes)}`);
} finally {
  server.close();
  await rm(dir, { recursive: true });
}
