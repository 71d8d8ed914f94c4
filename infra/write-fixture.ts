// Keeps the built handlers of this state, so that the tests hold later ones against them: `npm run fixture`, and commit what it writes.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { encodeJob } from "../src/runs/job-text.ts";
import { encodeValue } from "../src/graph/index.ts";
import packageJson from "../package.json" with { type: "json" };
import { bundleHandlers } from "./bundle.ts";

const FIXTURE = fileURLToPath(new URL("../test/fixtures/previous/", import.meta.url));

/** What tells one kept state from another; no date and no commit, so that the same code writes the same files. */
function manifest(): object {
  const job = JSON.parse(encodeJob({ kind: "sweep", team: "", thread: "" })) as { readonly v: number };
  const value = Object.keys(encodeValue(new Map(), "A value") as object)[0];
  return { version: packageJson.version, formats: { job: job.v, value } };
}

const built = await mkdtemp(join(tmpdir(), "countersign-fixture-"));
try {
  await bundleHandlers(built);
  await rm(FIXTURE, { recursive: true, force: true });
  const files = (await readdir(built, { recursive: true })).filter((path) => path.endsWith(".mjs"));
  for (const path of files) {
    const kept = join(FIXTURE, `${path}.gz`);
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(kept, gzipSync(await readFile(join(built, path)), { level: 9 }));
  }
  await writeFile(join(FIXTURE, "manifest.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
} finally {
  await rm(built, { recursive: true });
}
