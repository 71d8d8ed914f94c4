// What an author declares: its types follow from the graph, how much it does by itself is handed on, and what is wrong is told of before anything runs.
import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { Annotation, interrupt, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { registryOf } from "../../src/runs/registry.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { bench } from "./support.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  lines: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

const about = { description: "Does something", example: "version=v1", version: "1" };
const policy = { approvers: ["approvers" as const], requesterMayApprove: false, remindAfterMs: [] };
const input = z.object({ version: z.string() });
const graph = () => new StateGraph(State).addNode("only", () => ({ lines: ["ran"] })).addEdge(START, "only");
const outcome = () => ({ good: true, text: "" });
const right = { name: "right", ...about, policy, input, graph, outcome };

test("what outcome, onAnswer and migrate take is the state of the graph, with nothing said about it", () => {
  const workflow = defineWorkflow({
    ...{ name: "typed", ...about, policy, input },
    graph: ({ clock }) =>
      new StateGraph(State).addNode("only", () => ({ lines: [clock.now()] })).addEdge(START, "only"),
    onAnswer: { only: ({ lines }) => ({ version: lines.join("") }) },
    migrate: ({ values }) => ({ values: { version: String(values["version"]) } }),
    outcome: ({ lines }) => {
      expectTypeOf(lines).toEqualTypeOf<readonly string[]>();
      return { good: true, text: lines.join("") };
    },
  });
  expect(workflow.outcome({ lines: ["a", "b"] }).text).toBe("ab");
  // @ts-expect-error The graph takes a version that is a text.
  defineWorkflow({ ...right, input: z.object({ version: z.number() }) });
  // @ts-expect-error There is no such part of the state.
  defineWorkflow({ ...right, migrate: () => ({ values: { versoin: "v1" } }) });
});

describe("how much a workflow does by itself", () => {
  /** Two steps, the second of which asks; both say what they were told of it. */
  const told = (autonomy?: Workflow["autonomy"]): Workflow =>
    defineWorkflow({
      ...{ name: "told", ...about, policy, input },
      ...(autonomy && { autonomy }),
      graph: () =>
        new StateGraph(State)
          .addNode("first", (_: typeof State.State, { context }: NodeConfig) => ({
            lines: [JSON.stringify(context, ["autonomy"])],
          }))
          .addNode("asks", () => ({ lines: [interrupt<string, string>("Go?")] }))
          .addEdge(START, "first")
          .addEdge("first", "asks"),
      outcome: ({ lines }) => ({ good: true, text: lines.join(" ") }),
    });

  /** What was asked, each of it approved or answered, and what the run came to. */
  async function played(workflow: Workflow): Promise<{ asked: string[]; text: string }> {
    const run = await bench(workflow);
    const asked: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      await run.work();
      const open = (await run.approvals()).find(({ state }) => state.kind === "pending");
      const stored = await run.stored();
      if (open === undefined) return { asked, text: JSON.stringify(stored?.status) };
      asked.push(open.request.title);
      await run.decide(
        open,
        open.request.kind === "ask" ? { kind: "respond", text: "yes" } : { kind: "approve" },
      );
    }
    throw new Error("It asked without end.");
  }

  test.each([
    [undefined, "on-action"],
    ["on-action", "on-action"],
    ["full", "full"],
  ] as const)(
    "declared as %s its nodes are told %s, and an explicit question is asked",
    async (given, is) => {
      const { asked, text } = await played(told(given));
      expect(asked).toEqual(["Go?"]);
      expect(text).toContain(is);
      expect(text).toContain("yes");
    },
  );

  test("step by step it also stops after each step, and not once more behind the last one", async () => {
    const { asked, text } = await played(told("step-by-step"));
    expect(asked).toEqual(['After the step "first"', "Go?"]);
    expect(text).toContain("step-by-step");
  });
});

describe("a wrong workflow", () => {
  const two = () =>
    new StateGraph(State)
      .addNode("only", () => ({}))
      .addNode("lost", () => ({}))
      .addEdge(START, "only");
  // As it comes from an author who does not compile.
  const wrong = (change: object): Workflow => defineWorkflow({ ...right, ...change });

  test.each<readonly [string, object, string]>([
    ["a name that no command can have", { name: "Bad Name" }, '"name" is wrong: must be small letters'],
    ["nobody who approves", { policy: { ...policy, approvers: [] } }, '"policy.approvers" names nobody'],
    ["no policy", { policy: undefined }, '"policy" is wrong'],
    [
      "a policy of one step without approvers",
      { policies: { only: { approvers: [], requesterMayApprove: true } } },
      '"policies.only.approvers" names nobody',
    ],
    ["nobody who may start it", { starters: [] }, '"starters" names nobody'],
    ["no operators", { operators: [] }, '"operators" names nobody'],
    ["a channel by its name", { channel: "#deploys" }, '"channel" is wrong: is no channel\'s id'],
    ["an autonomy that there is not", { autonomy: "some" }, '"autonomy" is wrong'],
    [
      "an input that JSON Schema has no words for",
      { input: z.object({ at: z.date() }) },
      '"input" cannot be shown',
    ],
    ["a step that nothing leads to", { graph: two }, 'Node "lost" is not reachable. Lead an edge to it'],
    [
      "a graph that cannot be put together",
      {
        graph: () => {
          throw new Error("Two tools have one name.");
        },
      },
      "Two tools have one name.",
    ],
    ["a policy of no step", { policies: { onyl: policy } }, '"policies" names the step "onyl"'],
    ["answers of no step", { answers: { onyl: { approve: "yes" } } }, '"answers" names the step "onyl"'],
    ["answers that are none", { answers: { only: { edit: "both" } } }, 'for its node "only"'],
    ["a handler of no step", { onAnswer: { onyl: () => ({}) } }, '"onAnswer" names the node "onyl"'],
    ["a stop before no step", { interruptBefore: ["onyl"] }, "Interrupt node `onyl` is not present"],
    ["an example without a field", { example: "" }, '"example" is no input that it takes (version: '],
    [
      "an example with a word too many",
      { example: "version=v1 now" },
      '"example" has "now", which is no field',
    ],
  ])("with %s is told of with its file and the reason", (_, change, problem) => {
    const line = `src/workflows/some-file.ts ("${"name" in change ? String(change.name) : "right"}"): `;
    expect(() => registryOf({ "some-file": wrong(change) })).toThrow(line);
    expect(() => registryOf({ "some-file": wrong(change) })).toThrow(problem);
  });

  test("is told of with all others that are wrong, and a name that is taken is one of them", () => {
    const all = { one: wrong({ name: "Bad" }), two: wrong({ example: "" }), three: wrong({}), x: wrong({}) };
    const message = (() => {
      try {
        registryOf(all);
        return "";
      } catch (error) {
        return String(error);
      }
    })();
    expect(message.split("\n").map((line) => line.slice(0, 60))).toEqual([
      "WrongWorkflows: These workflows cannot run:",
      'src/workflows/one.ts ("Bad"): "name" is wrong: must be small',
      'src/workflows/two.ts ("right"): Its name is that of src/work',
      'src/workflows/two.ts ("right"): "example" is no input that i',
      'src/workflows/x.ts ("right"): Its name is that of src/workfl',
    ]);
  });

  test("right ones are found by their names", () => {
    expect([...registryOf({ "any-file": wrong({}) }).keys()]).toEqual(["right"]);
  });
});
