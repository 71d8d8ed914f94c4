// Packages serverless.yml for real, as on a clean machine: no credentials, no home, no network, and with files around that must not be shipped.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { type Template, templateIn } from "../../infra/check/template.ts";
import { buildBundles } from "../support/bundles.ts";

export interface Packaged {
  readonly template: Template;
  readonly networkAttempts: string;
  /** Paths within one function's zip. */
  zip(name: string): Promise<readonly string[]>;
}

const SERVERLESS = resolve("node_modules/serverless/bin/serverless.js");
const NO_NETWORK = resolve("test/infra/no-network.ts");
const DECOYS = [
  ".env",
  "package.json",
  "src/lambda/slack.ts",
  "node_modules/openai/index.js",
  "dist/other.mjs",
];

const dirs: string[] = [];
afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true }))));

export async function packageService(): Promise<Packaged> {
  const dir = await mkdtemp(join(tmpdir(), "countersign-package-"));
  dirs.push(dir);
  await cp("serverless.yml", join(dir, "serverless.yml"));
  await cp("infra", join(dir, "infra"), { recursive: true });
  await cp((await buildBundles()).dir, join(dir, "dist"), { recursive: true });
  for (const decoy of DECOYS) {
    await mkdir(dirname(join(dir, decoy)), { recursive: true });
    await writeFile(join(dir, decoy), "{}");
  }
  const out = join(dir, "out");
  const attempts = join(dir, "attempts");
  await writeFile(attempts, "");
  // Nothing of this environment is passed on, so no credentials either.
  const env = { PATH: process.env["PATH"] ?? "", HOME: dir, NETWORK_ATTEMPTS: attempts };
  const args = ["--import", NO_NETWORK, SERVERLESS, "package", "--stage", "test", "--package", out];
  await promisify(execFile)(process.execPath, args, { cwd: dir, env });
  return {
    template: templateIn(await readFile(join(out, "cloudformation-template-update-stack.json"), "utf8")),
    networkAttempts: await readFile(attempts, "utf8"),
    zip: async (name) => pathsInZip(await readFile(join(out, `${name}.zip`))),
  };
}

/** Read from the directory at a zip's end: 46 bytes for each entry, then its name, its extra field and its comment. */
function pathsInZip(bytes: Buffer): readonly string[] {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const paths: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameBytes = bytes.readUInt16LE(at + 28);
    paths.push(bytes.toString("utf8", at + 46, at + 46 + nameBytes));
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return paths;
}
