// Random graphs on two runtimes: where no hazard is involved, both come to the same state by the same questions.
import fc from "fast-check";
import { expect, test } from "vitest";
import { graphOf, type Outside } from "../graph/random-graph.ts";
import { type GraphShape, graphShape } from "../graph/random-shape.ts";
import { answerTo } from "../graph/world.ts";
import { idsIn, langgraph, ours, questionsIn, type Runtime, thread } from "./runtimes.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 60);

/** Nothing fails and no wording changes: there, LangGraph.js loses answers or gives them to other questions (hazards.test.ts). */
const nothing: Outside = {
  begins: () => undefined,
  ends: () => undefined,
  wordingOf: (question) => question,
  got: () => undefined,
  called: () => undefined,
  acted: () => undefined,
};

/** Of the questions that wait, in the order of their words, those whose bit is set in the choice; at least one. */
function chosenOf<Waiting>(waiting: readonly Waiting[], choice: number): readonly Waiting[] {
  const some = waiting.filter((_, index) => (choice >> (index % 10)) % 2 === 1);
  return some.length > 0 ? some : waiting.slice(0, 1);
}

/** Answers by id, never bare: a bare answer is taken by every question. What waited in each round, and the log in the end. */
async function transcriptOf(
  runtime: Runtime,
  shape: GraphShape,
  choices: readonly number[],
): Promise<unknown> {
  const graph = graphOf(shape, { runtime, outside: nothing, checkpointer: new runtime.MemorySaver() });
  const rounds: (readonly string[])[] = [];
  let result: unknown = await graph.invoke({ log: ["begun"], at: "" }, thread);
  while (idsIn(result).length > 0) {
    const questions = questionsIn(result);
    const waiting = idsIn(result)
      .map((id, index) => ({ id, question: String(questions[index]) }))
      .sort((one, other) => (one.question < other.question ? -1 : 1));
    const chosen = chosenOf(waiting, choices[rounds.length % choices.length] ?? 0);
    rounds.push(waiting.map(({ question }) => question));
    const resume = Object.fromEntries(chosen.map(({ id, question }) => [id, answerTo(question)]));
    result = await graph.invoke(new runtime.Command({ resume }), thread);
  }
  const { values, next } = await graph.getState(thread);
  // LangGraph.js goes on naming a node that was led to in two ways at once, although it runs no more.
  if (runtime === ours) expect(next).toEqual([]);
  return { rounds, log: values.log };
}

test("the same questions are put, and the same log is written, however many are answered at once", async () => {
  const choices = fc.array(fc.nat({ max: 1_023 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(graphShape({ depth: 2, isPlain: true }), choices, async (shape, chosen) => {
      expect(await transcriptOf(ours, shape, chosen)).toEqual(await transcriptOf(langgraph, shape, chosen));
    }),
    { seed: 9, numRuns: RUNS },
  );
});
