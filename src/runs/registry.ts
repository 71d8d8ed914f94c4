// The workflows of a deployment, by name. Wrong ones are found before anything runs: all of them are told of, each with its file.
import parseArgs from "string-argv";
import { argsFromWords, checkArgs } from "../approvals/schema.ts";
import { MemorySaver } from "../graph/index.ts";
import { problemsOfCalling } from "./problems.ts";
import { STAND_INS } from "./stand-ins.ts";
import { wordsOf } from "./words.ts";
import type { Workflow } from "./workflow.ts";

/**
 * By the name of their file in src/workflows/.
 *
 * @throws WrongWorkflows
 * @example
 * export const workflows = registryOf({ deploy, "restart-service": restartService });
 */
export function registryOf(files: Readonly<Record<string, Workflow>>): ReadonlyMap<string, Workflow> {
  const all = Object.entries(files).map(([file, workflow]) => ({
    ...{ file: `src/workflows/${file}.ts`, workflow },
    name: workflow.listing.name,
  }));
  const wrong = all.flatMap(({ file, name, workflow }) => {
    const twin = all.find((other) => other.name === name && other.file < file);
    const taken = twin === undefined ? [] : [`Its name is that of ${twin.file} already.`];
    return [...taken, ...problemsOf(workflow)].map((problem) => `${file} ("${name}"): ${problem}`);
  });
  if (wrong.length > 0) throw new WrongWorkflows(wrong);
  return new Map(all.map(({ name, workflow }) => [name, workflow]));
}

/** A line for each thing that is wrong. */
export class WrongWorkflows extends Error {
  override readonly name = "WrongWorkflows";

  constructor(lines: readonly string[]) {
    super(["These workflows cannot run:", ...lines].join("\n"));
    // Where it was found out says nothing, and the first lines are read.
    this.stack = `${this.name}: ${this.message}`;
  }
}

function problemsOf(workflow: Workflow): readonly string[] {
  return workflow.problems.length > 0
    ? workflow.problems
    : [...problemsOfGraph(workflow), ...problemsOfExample(workflow)];
}

function problemsOfGraph(workflow: Workflow): readonly string[] {
  return problemsOfCalling(() => {
    const { nodes } = workflow.compile(STAND_INS, new MemorySaver()).getGraph();
    for (const [field, named] of Object.entries({ policies: workflow.policies, answers: workflow.answers }))
      for (const node of Object.keys(named ?? {}))
        if (!Object.hasOwn(nodes, node))
          throw new Error(
            `"${field}" names the step "${node}", which its graph does not have. Its steps are: ${stepsIn(nodes)}.`,
          );
  });
}

function stepsIn(nodes: Readonly<Record<string, unknown>>): string {
  return Object.keys(nodes)
    .filter((name) => !/^__.*__$/.test(name))
    .join(", ");
}

/** It is what people are told to type. */
function problemsOfExample({ listing: { example, inputSchema } }: Workflow): readonly string[] {
  const { words, stray } = wordsOf(parseArgs(example));
  if (stray.length > 0)
    return [`"example" has "${stray.join(" ")}", which is no field. Write name=value, each name once.`];
  const checked = checkArgs(inputSchema, argsFromWords(inputSchema, words));
  if (checked.kind === "fits") return [];
  const why = Object.entries(checked.errors).map(([field, error]) => `${field}: ${error}`);
  return [`"example" is no input that it takes (${why.join(" ")})`];
}
