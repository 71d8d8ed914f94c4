// The version of a workflow: what changes it, and that every slot says which one wrote it.
import { describe, expect, it } from "vitest";
import { Annotation, entrypoint, START, StateGraph } from "../../src/graph/index.ts";
import { onThread, State, watchedSaver } from "./support.ts";

/** The one on all slots that a run writes. */
async function versionOf(compile: (checkpointer: ReturnType<typeof watchedSaver>) => Runs): Promise<string> {
  const saver = watchedSaver();
  await compile(saver).invoke({}, onThread("t"));
  const [version = "", ...others] = new Set(saver.appended.map((slot) => slot.version));
  expect(others).toEqual([]);
  return version;
}

interface Runs {
  invoke(input: object, config: ReturnType<typeof onThread>): Promise<unknown>;
}

const note = () => ({ log: ["noted"] });
const two = () =>
  new StateGraph(State).addNode("first", note).addNode("second", note).addEdge(START, "first");

describe("the version on each slot", () => {
  it("is short, and the same for the same graph wherever it is compiled, in whatever order it is put together", async () => {
    const one = await versionOf((checkpointer) => two().addEdge("first", "second").compile({ checkpointer }));
    const other = await versionOf((checkpointer) =>
      new StateGraph(State)
        .addNode("second", () => ({ log: ["something else"] }))
        .addNode("first", note)
        .addEdge("first", "second")
        .addEdge(START, "first")
        .compile({ checkpointer }),
    );
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(other).toBe(one);
  });

  it("is another one with other nodes, edges, conditions, joins or channels, and when it is declared to be", async () => {
    const versions = await Promise.all([
      versionOf((checkpointer) => two().addEdge("first", "second").compile({ checkpointer })),
      versionOf((checkpointer) => two().addEdge("first", "second").compile({ checkpointer, version: "2" })),
      versionOf((checkpointer) =>
        two()
          .addEdge("first", "second")
          .addNode("third", note)
          .addEdge("second", "third")
          .compile({ checkpointer }),
      ),
      versionOf((checkpointer) => two().addEdge(START, "second").compile({ checkpointer })),
      versionOf((checkpointer) => two().addEdge(["first"], "second").compile({ checkpointer })),
      versionOf((checkpointer) =>
        two()
          .addConditionalEdges("first", () => "second", ["second"])
          .compile({ checkpointer }),
      ),
      versionOf((checkpointer) => {
        const More = Annotation.Root({ ...State.spec, more: Annotation<number>() });
        const graph = new StateGraph(More).addNode("first", note).addNode("second", note);
        return graph.addEdge(START, "first").addEdge("first", "second").compile({ checkpointer });
      }),
    ]);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it("is there of an entrypoint, too", async () => {
    const flow = () => Promise.resolve(1);
    const one = await versionOf((checkpointer) => entrypoint({ name: "flow", checkpointer }, flow));
    const two = await versionOf((checkpointer) =>
      entrypoint({ name: "flow", checkpointer, version: "2" }, flow),
    );
    expect(two).not.toBe(one);
  });
});
