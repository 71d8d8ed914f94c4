// Questions, their ids, and how answers find them.
import * as z from "zod";
import { idsIn, questionsIn, type Runtime, stateOf, thread } from "../runtimes.ts";
import { asking, compiled, refused, type Topic } from "../scenario.ts";

/** One node that asks; what came back goes to `a`. */
function one(runtime: Runtime, ask: () => unknown, runs: string[] = []) {
  return compiled(runtime, (builder) =>
    builder
      .addNode("ask", async () => {
        runs.push("ask");
        return { a: await ask() };
      })
      .addEdge(runtime.START, "ask"),
  );
}

const resume = (runtime: Runtime, value: unknown) => new runtime.Command({ resume: value });
const UNKNOWN = "An unknown or consumed id is an error that names what is pending, not a silent skip (H16).";

export const answers: Topic = {
  topic: "Questions and answers",
  scenarios: [
    {
      title: "an id has 32 hexadecimal digits and is the same when null runs the node again",
      play: async (runtime) => {
        const graph = asking(runtime);
        const first = idsIn(await graph.invoke({}, thread));
        const again = idsIn(await graph.invoke(null, thread));
        return [/^[0-9a-f]{32}$/.test(first[0] ?? ""), first[0] === again[0]];
      },
    },
    {
      title: "an id is another one on another thread",
      play: async (runtime) => {
        const graph = asking(runtime);
        const other = { configurable: { thread_id: "other" } };
        return idsIn(await graph.invoke({}, thread))[0] === idsIn(await graph.invoke({}, other))[0];
      },
    },
    {
      title: "two questions of one node have different ids",
      play: async (runtime) => {
        const graph = one(runtime, () => [runtime.interrupt("1?"), runtime.interrupt("2?")]);
        const first = idsIn(await graph.invoke({}, thread));
        return first[0] === idsIn(await graph.invoke(resume(runtime, "x"), thread))[0];
      },
      differs: {
        why: "Every question has an id of its own, as in LangGraph 1.7.",
        langgraph: true,
        ours: false,
      },
    },
    {
      title: "parallel tasks and Sends have different ids",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("each", ({ part }: { part: string }) => ({
              log: [runtime.interrupt<string, string>(part)],
            }))
            .addConditionalEdges(runtime.START, () =>
              ["x", "y", "z"].map((part) => new runtime.Send("each", { part })),
            ),
        );
        return new Set(idsIn(await graph.invoke({}, thread))).size;
      },
    },
    {
      title: "new input gives the same question another id",
      play: async (runtime) => {
        const graph = asking(runtime);
        return idsIn(await graph.invoke({}, thread))[0] === idsIn(await graph.invoke({}, thread))[0];
      },
    },
    {
      title: "an update alone gives the same question another id",
      play: async (runtime) => {
        const graph = asking(runtime);
        const before = idsIn(await graph.invoke({}, thread))[0];
        return before === idsIn(await graph.invoke(new runtime.Command({ update: { a: 1 } }), thread))[0];
      },
    },
    {
      title: "each answer runs the node again from its top: k questions, k + 1 runs",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = one(runtime, () => [1, 2, 3].map((n) => runtime.interrupt(`${n}?`)), runs);
        await graph.invoke({}, thread);
        for (const answer of ["a", "b"]) await graph.invoke(resume(runtime, answer), thread);
        return [await graph.invoke(resume(runtime, "c"), thread), runs.length];
      },
    },
    {
      title: "a loop that asks until the answer will do",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = one(
          runtime,
          () => {
            for (;;) {
              const answer = runtime.interrupt<string, string>("a number?");
              if (/^\d+$/.test(answer)) return answer;
            }
          },
          runs,
        );
        const asked = [questionsIn(await graph.invoke({}, thread))];
        for (const answer of ["x", "y"])
          asked.push(questionsIn(await graph.invoke(resume(runtime, answer), thread)));
        return [asked, await graph.invoke(resume(runtime, "7"), thread), runs.length];
      },
    },
    {
      title: "a condition that asks, and its node runs again",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("decide", () => {
              runs.push("decide");
              return { log: ["decide"] };
            })
            .addNode("yes", () => ({ log: ["yes"] }))
            .addNode("no", () => ({ log: ["no"] }))
            .addEdge(runtime.START, "decide")
            .addConditionalEdges("decide", () => runtime.interrupt<string, string>("which?"), ["yes", "no"]),
        );
        const asked = questionsIn(await graph.invoke({}, thread));
        return [asked, await graph.invoke(resume(runtime, "no"), thread), runs.length];
      },
    },
    {
      title: "a node that catches what interrupt() throws",
      play: async (runtime) => {
        const caught: unknown[] = [];
        const graph = one(runtime, () => {
          try {
            return runtime.interrupt("ok?");
          } catch (error) {
            caught.push(error instanceof Error ? error.name : error);
            return "swallowed";
          }
        });
        return [caught, questionsIn(await graph.invoke({}, thread)).length];
      },
      differs: {
        why: "A question that was asked is asked, also where a node swallows it: no approval is skipped.",
        langgraph: [["GraphInterrupt"], 0],
        ours: [["GraphInterrupt"], 1],
      },
    },
    ...(["text", 5, true, { a: 1 }, [1, 2], [], { foo: 1 }] as const).map((answer) => ({
      title: `the answer ${JSON.stringify(answer)} arrives as it is`,
      play: async (runtime: Runtime) => {
        const graph = one(runtime, () => [runtime.interrupt("ok?")]);
        await graph.invoke({}, thread);
        return graph.invoke(resume(runtime, answer), thread);
      },
    })),
    ...([0, "", false, null] as const).map((answer) => ({
      title: `the answer ${JSON.stringify(answer)}`,
      play: async (runtime: Runtime) => {
        const graph = one(runtime, () => [runtime.interrupt("ok?")]);
        await graph.invoke({}, thread);
        return refused(() => graph.invoke(resume(runtime, answer), thread));
      },
      differs: {
        why: "Falsy values are answers; LangGraph 1.7 takes all but null.",
        langgraph: { refused: "EmptyInputError" },
        ours: { came: { a: [answer], log: [] } },
      },
    })),
    {
      title: "the answer undefined is no answer",
      play: async (runtime) => {
        const graph = asking(runtime);
        await graph.invoke({}, thread);
        return refused(() => graph.invoke(resume(runtime, undefined), thread));
      },
    },
    {
      title: "an empty object as an answer",
      play: async (runtime) => {
        const graph = one(runtime, () => [runtime.interrupt("ok?")]);
        await graph.invoke({}, thread);
        return refused(() => graph.invoke(resume(runtime, {}), thread));
      },
      differs: {
        why: "It is a map that names no question, as in LangGraph's strict mode.",
        langgraph: { came: { a: [{}], log: [] } },
        ours: { refused: "UnknownInterruptError" },
      },
    },
    {
      title: "an answer by id",
      play: async (runtime) => {
        const graph = asking(runtime);
        const asked = await graph.invoke({}, thread);
        return graph.invoke(resume(runtime, { [idsIn(asked)[0] ?? ""]: "yes" }), thread);
      },
    },
    {
      title: "an answer to an id that is unknown",
      play: async (runtime) => {
        const graph = asking(runtime);
        await graph.invoke({}, thread);
        const came = await refused(async () =>
          questionsIn(await graph.invoke(resume(runtime, { ["0".repeat(32)]: "yes" }), thread)),
        );
        return [came, (await graph.getState(thread)).next];
      },
      differs: {
        why: UNKNOWN,
        langgraph: [{ came: ["ok?"] }, ["ask"]],
        ours: [{ refused: "UnknownInterruptError" }, ["ask"]],
      },
    },
    {
      title: "a response schema is told with the question, and parses the answer",
      play: async (runtime) => {
        const responseSchema = z.object({ n: z.number(), note: z.string().default("none") });
        const graph = one(runtime, () => runtime.interrupt("how many?", { responseSchema }));
        const asked = await graph.invoke({}, thread);
        const isTold = JSON.stringify(asked).includes('"response_schema":{');
        return [isTold, await graph.invoke(resume(runtime, { n: 5 }), thread)];
      },
      differs: {
        why: "As in LangGraph 1.7.",
        langgraph: [false, { a: { n: 5 }, log: [] }],
        ours: [true, { a: { n: 5, note: "none" }, log: [] }],
      },
    },
    {
      title: "an answer that does not fit the schema leaves the question open for a better one",
      play: async (runtime) => {
        const responseSchema = z.object({ n: z.number() });
        const graph = one(runtime, () => runtime.interrupt("how many?", { responseSchema }));
        await graph.invoke({}, thread);
        const bad = await refused(() => graph.invoke(resume(runtime, { n: "five" }), thread));
        return [bad, await refused(() => graph.invoke(resume(runtime, { n: 5 }), thread))];
      },
      differs: {
        why: "As in LangGraph 1.7, with one error class for every schema library.",
        langgraph: [{ came: { a: { n: "five" }, log: [] } }, { came: { a: { n: "five" }, log: [] } }],
        ours: [{ refused: "AnswerRefused" }, { came: { a: { n: 5 }, log: [] } }],
      },
    },
    {
      title: "a JSON Schema is told and not checked",
      play: async (runtime) => {
        const responseSchema = { type: "number" };
        const graph = one(runtime, () => runtime.interrupt("how many?", { responseSchema }));
        const asked = await graph.invoke({}, thread);
        const isTold = JSON.stringify(asked).includes('"response_schema":{');
        return [isTold, await graph.invoke(resume(runtime, "five"), thread)];
      },
      differs: {
        why: "As in LangGraph 1.7.",
        langgraph: [false, { a: "five", log: [] }],
        ours: [true, { a: "five", log: [] }],
      },
    },
    {
      title: "a question made of the state",
      play: async (runtime) => {
        const State = stateOf(runtime);
        const graph = new runtime.StateGraph<typeof State, unknown, string>(State)
          .addNode("ask", ({ log }) => ({ a: runtime.interrupt({ seen: log }) }))
          .addEdge(runtime.START, "ask")
          .compile({ checkpointer: new runtime.MemorySaver() });
        return questionsIn(await graph.invoke({ log: ["input"] }, thread));
      },
    },
  ],
};
