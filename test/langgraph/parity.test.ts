// Random graphs on two runtimes: where no hazard is involved, both come to the same state by the same questions.
import fc from "fast-check";
import { expect, test } from "vitest";
import { idsIn, langgraph, ours, questionsIn, type Runtime, stateOf, thread } from "./runtimes.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 40);

interface NodeShape {
  readonly questions: number;
  /** What a Command leads to besides: the node of the next layer with this number. */
  readonly sends: number;
}

const layers = fc.array(
  fc.array(fc.record({ questions: fc.integer({ min: 0, max: 2 }), sends: fc.integer({ min: 0, max: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 3 },
);

function graphOf(runtime: Runtime, shape: readonly (readonly NodeShape[])[]) {
  const State = stateOf(runtime);
  const builder = new runtime.StateGraph<typeof State, unknown, string>(State);
  builder.addNode("extra", ({ from }: { from: string }) => ({ log: [`sent by ${from}`] }));
  let before: readonly string[] = [];
  for (const [level, nodes] of shape.entries()) {
    const names = nodes.map((_, index) => `n${level}${index}`);
    for (const [index, { questions, sends }] of nodes.entries()) {
      const name = names[index] ?? "";
      builder.addNode(name, () => {
        const said = Array.from({ length: questions }, (_, at) =>
          runtime.interrupt<string, string>(`${name} ${at}`),
        );
        return { log: [`${name}: ${said.join(", ")}`] };
      });
      builder.addConditionalEdges(
        name,
        () => Array.from({ length: sends }, (_, at) => new runtime.Send("extra", { from: `${name} ${at}` })),
        ["extra"],
      );
      if (before.length === 0) builder.addEdge(runtime.START, name);
      else builder.addEdge(before, name);
    }
    before = names;
  }
  return builder.compile({ checkpointer: new runtime.MemorySaver() });
}

/** Answers whatever is asked, all of it each time; the questions in the order in which they were put, and the log. */
async function transcriptOf(runtime: Runtime, shape: readonly (readonly NodeShape[])[]): Promise<unknown> {
  const graph = graphOf(runtime, shape);
  const rounds: unknown[] = [];
  let result: unknown = await graph.invoke({ log: ["begun"] }, thread);
  while (idsIn(result).length > 0) {
    const questions = questionsIn(result);
    rounds.push([...questions].sort());
    const resume = Object.fromEntries(
      idsIn(result).map((id, index) => [id, `re ${String(questions[index])}`]),
    );
    result = await graph.invoke(new runtime.Command({ resume }), thread);
  }
  const { values, next } = await graph.getState(thread);
  return { rounds, log: values.log, next };
}

test("the same questions are put, and the same log is written", async () => {
  await fc.assert(
    fc.asyncProperty(layers, async (shape) => {
      expect(await transcriptOf(ours, shape)).toEqual(await transcriptOf(langgraph, shape));
    }),
    { seed: 9, numRuns: RUNS },
  );
});
