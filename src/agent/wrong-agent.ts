// What is wrong with an agent as its author has declared it: all of it is told of before anything runs.
import * as z from "zod";
import { reasonOf } from "../approvals/reason.ts";
import { GraphValueError } from "../graph/index.ts";

interface Declared {
  readonly tools: readonly ToolProblems[];
  readonly output?: z.ZodType;
}

interface ToolProblems {
  readonly declaration: { readonly name: string };
  readonly problems: readonly string[];
}

/** An error for each thing that is wrong. */
export class WrongAgent extends AggregateError {
  override readonly name = "WrongAgent";

  constructor(problems: readonly string[]) {
    super(
      problems.map((problem) => new GraphValueError(problem)),
      problems.join("\n"),
    );
  }
}

/** @throws WrongAgent */
export function refuseWrong({ tools, output }: Declared, others: readonly (() => unknown)[]): void {
  const problems = [
    ...tools.flatMap((tool) => tool.problems),
    ...twinsIn(tools),
    ...problemsOfOutput(output),
    ...others.flatMap(problemsOfCalling),
  ];
  if (problems.length > 0) throw new WrongAgent(problems);
}

function twinsIn(tools: readonly ToolProblems[]): readonly string[] {
  const names = tools.map(({ declaration }) => declaration.name);
  const twins = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twins].map((name) => `Two tools of the agent are named "${name}". Give each a name of its own.`);
}

function problemsOfOutput(output: z.ZodType | undefined): readonly string[] {
  if (output === undefined) return [];
  return problemsOfCalling(() => z.toJSONSchema(output)).map(
    (reason) =>
      `The agent's "output" cannot be told to a model: ${reason.replace(/\.$/, "")}. Use what JSON Schema can express.`,
  );
}

function problemsOfCalling(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    return [reasonOf(error)];
  }
}
