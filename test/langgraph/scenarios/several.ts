// Several questions at once, and what answers go to which.
import { idsIn, questionsIn, type Runtime, thread } from "../runtimes.ts";
import { branches, compiled, refused, type Topic } from "../scenario.ts";

const resume = (runtime: Runtime, value: unknown) => new runtime.Command({ resume: value });
const byId = (result: unknown, ...answers: readonly unknown[]) =>
  Object.fromEntries(answers.map((answer, index) => [idsIn(result)[index] ?? "none", answer]));
const ASKS_ALL = {
  why: "One bare answer never answers several questions (H16); LangGraph's Python refuses too.",
};
const UNKNOWN = "An unknown or consumed id is an error that names what is pending, not a silent skip (H16).";

export const several: Topic = {
  topic: "Several questions at once",
  scenarios: [
    {
      title: "a bare answer while two branches ask",
      play: async (runtime) => {
        const graph = branches(runtime, ["p1", "p2"]);
        await graph.invoke({}, thread);
        return refused(() => graph.invoke(resume(runtime, "X"), thread), "multiple pending interrupts");
      },
      differs: {
        ...ASKS_ALL,
        langgraph: { came: { log: ["p1:X", "p2:X", "join"] } },
        ours: { refused: "UnknownInterruptError", says: "multiple pending interrupts" },
      },
    },
    {
      title: "a map with one of two: that one goes on, the other still asks",
      play: async (runtime) => {
        const graph = branches(runtime, ["p1", "p2"]);
        const asked = await graph.invoke({}, thread);
        const [, second = ""] = idsIn(asked);
        const result = await graph.invoke(resume(runtime, { [second]: "B" }), thread);
        const { next, values, tasks } = await graph.getState(thread);
        return { result, next, values, tasks: tasks.map(({ name }) => name) };
      },
    },
    {
      title: "and then the other: what went on is not run again",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = branches(runtime, ["p1", "p2"], runs);
        const asked = await graph.invoke({}, thread);
        const [first = "", second = ""] = idsIn(asked);
        await graph.invoke(resume(runtime, { [second]: "B" }), thread);
        const end = await graph.invoke(resume(runtime, { [first]: "A" }), thread);
        return [end, runs.filter((name) => name === "p2").length];
      },
    },
    {
      title: "a branch that was not answered does not run again",
      play: async (runtime) => {
        const runs: string[] = [];
        const graph = branches(runtime, ["p1", "p2"], runs);
        const asked = await graph.invoke({}, thread);
        const [, second = ""] = idsIn(asked);
        await graph.invoke(resume(runtime, { [second]: "B" }), thread);
        return runs.filter((name) => name === "p1").length;
      },
      differs: {
        why: "Only what was answered runs again (H17).",
        langgraph: 2,
        ours: 1,
      },
    },
    {
      title: "a map with both",
      play: async (runtime) => {
        const graph = branches(runtime, ["p1", "p2"]);
        const asked = await graph.invoke({}, thread);
        return graph.invoke(resume(runtime, byId(asked, "A", "B")), thread);
      },
    },
    {
      title: "a map with a known and an unknown id",
      play: async (runtime) => {
        const graph = branches(runtime, ["p1", "p2"]);
        const asked = await graph.invoke({}, thread);
        const map = { ...byId(asked, "A"), ["f".repeat(32)]: "?" };
        return refused(async () => questionsIn(await graph.invoke(resume(runtime, map), thread)));
      },
      differs: {
        why: UNKNOWN,
        langgraph: { came: ["p2?"] },
        ours: { refused: "UnknownInterruptError" },
      },
    },
    {
      title: "an id that was answered already",
      play: async (runtime) => {
        const graph = branches(runtime, ["p1", "p2"]);
        const asked = await graph.invoke({}, thread);
        await graph.invoke(resume(runtime, byId(asked, "A")), thread);
        return refused(async () =>
          questionsIn(await graph.invoke(resume(runtime, byId(asked, "A")), thread)),
        );
      },
      differs: {
        why: UNKNOWN,
        langgraph: { came: ["p2?"] },
        ours: { refused: "UnknownInterruptError" },
      },
    },
    {
      title: "branches with two questions each: a map moves each one that it names by one",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) => {
          for (const name of ["p", "q"]) {
            builder.addNode(name, () => ({
              log: [[1, 2].map((n) => runtime.interrupt<string, string>(`${name}${n}?`)).join()],
            }));
            builder.addEdge(runtime.START, name);
          }
          return builder;
        });
        const rounds: unknown[] = [];
        let result: unknown = await graph.invoke({}, thread);
        for (const answer of ["a", "b"]) {
          const questions = questionsIn(result);
          rounds.push(questions);
          result = await graph.invoke(resume(runtime, byId(result, `${answer}1`, `${answer}2`)), thread);
        }
        return [rounds, result];
      },
    },
    {
      title:
        "three Sends ask and the second one is answered: writes come in the order in which they were sent",
      play: async (runtime) => {
        const graph = compiled(runtime, (builder) =>
          builder
            .addNode("each", ({ part }: { part: number }) => ({
              log: [`${part}:${runtime.interrupt<string, string>(`${part}?`)}`],
            }))
            .addConditionalEdges(runtime.START, () =>
              [1, 2, 3].map((part) => new runtime.Send("each", { part })),
            ),
        );
        const asked = await graph.invoke({}, thread);
        const [first = "", second = "", third = ""] = idsIn(asked);
        const middle = await graph.invoke(resume(runtime, { [second]: "b" }), thread);
        const end = await graph.invoke(resume(runtime, { [first]: "a", [third]: "c" }), thread);
        return [questionsIn(asked), questionsIn(middle), end];
      },
    },
  ],
};
