// Checks what `npm run package` has made: prints a sentence for everything that is wrong, and fails if there is anything. Run by `npm run check:template`.
import { readFileSync } from "node:fs";
import { HANDLERS } from "../bundle.ts";
import { builtAs } from "./built.ts";
import { findingsIn } from "./check.ts";
import { templateIn } from "./template.ts";

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

const metafiles = HANDLERS.map((name) => [name, JSON.parse(read(`dist/${name}.meta.json`))] as const);
const template = templateIn(read(".serverless/cloudformation-template-update-stack.json"));
const findings = findingsIn(template, builtAs(Object.fromEntries(metafiles)));

for (const finding of findings) console.error(finding);
console.log(`${Object.keys(template.Resources).length} resources were checked. Wrong: ${findings.length}.`);
process.exitCode = findings.length === 0 ? 0 : 1;
