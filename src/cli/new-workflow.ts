// Begins a workflow of one's own: npm run new-workflow restart-service writes a file that works, a test that passes, and names it in the registry.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { type Named, testText, workflowText } from "./new-workflow-text.ts";

const USAGE =
  "Say what it is to be called, for example: npm run new-workflow restart-service. Small letters, digits and single dashes, a letter first, 40 characters at the most.";
const LONGEST = 40;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const REGISTRY = "src/workflows/registry.ts";

interface Said {
  readonly code: 0 | 1;
  readonly text: string;
}

async function begun(args: readonly string[]): Promise<Said> {
  const [name = "", ...others] = args;
  if (others.length > 0 || !NAME.test(name) || name.length > LONGEST) {
    const given = args.length === 0 ? "" : `"${args.join(" ")}" can't be the name of a workflow. `;
    return { code: 1, text: `${given}${USAGE}` };
  }
  const files = { workflow: `src/workflows/${name}.ts`, test: `test/workflows/${name}.test.ts` };
  const taken = [files.workflow, files.test].find((file) => existsSync(pathOf(file)));
  if (taken !== undefined)
    return { code: 1, text: `There is ${taken} already. Choose another name; nothing was written.` };
  if (listedNames().includes(name))
    return {
      code: 1,
      text: `There is a workflow "${name}" already. Choose another name; nothing was written.`,
    };
  const named: Named = { name, export: exportOf(name) };
  const registry = registryWith(readFileSync(pathOf(REGISTRY), "utf8"), named);
  if (registry === undefined)
    return {
      code: 1,
      text: `${REGISTRY} has no "registryOf({ … })" to add it to, so nothing was written. Put that back, and try again.`,
    };
  await write(files.workflow, workflowText(named));
  await write(files.test, testText(named));
  await write(REGISTRY, registry);
  execFileSync(process.execPath, [pathOf("infra/write-manifest.ts")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return { code: 0, text: nextSteps(named, files) };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}

function listedNames(): readonly unknown[] {
  const listed: unknown = JSON.parse(readFileSync(pathOf("src/workflows/manifest.json"), "utf8"));
  return Array.isArray(listed) ? listed.map((one: { readonly name?: unknown }) => one.name) : [];
}

/** Words of the language, and what the written file calls other things by. */
const NO_EXPORTS =
  /^(await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|graph|ask|act|z|arguments|eval|defineWorkflow|askApproval|registryOf|workflows)$/;

function exportOf(name: string): string {
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return NO_EXPORTS.test(camel) ? `${camel}Workflow` : camel;
}

/** Undefined where it is not to be seen where it belongs. */
function registryWith(source: string, { name, export: exported }: Named): string | undefined {
  const place = /\n\n(export const workflows = registryOf\(\{[^}]*?),?(\s*\}\))/;
  if (!place.test(source)) return undefined;
  const entry = name === exported ? name : `"${name}": ${exported}`;
  const line = `import { ${exported} } from "./${name}.ts";`;
  return source.replace(place, (_, before: string, end: string) => `\n${line}\n\n${before}, ${entry}${end}`);
}

async function write(file: string, text: string): Promise<void> {
  const filepath = pathOf(file);
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

function nextSteps({ name }: Named, files: { readonly workflow: string; readonly test: string }): string {
  return [
    `Written: ${files.workflow} and ${files.test}; ${REGISTRY} and the manifest name it.`,
    "It sends a note once somebody on call has approved it: make it yours, and run `npm run manifest` whenever its name, its input or its steps have changed.",
    `Try it: npm start, then type /countersign run ${name} to=lee@example.com text="We are back."`,
    `Test it: npx vitest run ${files.test}`,
  ].join("\n");
}

const { code, text } = await begun(process.argv.slice(2));
(code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
process.exitCode = code;
