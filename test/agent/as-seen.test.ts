// What was judged and approved is what runs, whatever is different when the step runs again.
import { expect, it } from "vitest";
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import type { Allowances, AutomaticNote } from "../../src/agent/agent-context.ts";
import type { ApprovalRule } from "../../src/agent/approval-rule.ts";
import type { Guardrail } from "../../src/agent/guardrails.ts";
import { humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import type { Middleware } from "../../src/agent/middleware.ts";
import { tool } from "../../src/agent/tool.ts";
import { AnswerRefused, Command, MemorySaver } from "../../src/graph/index.ts";
import {
  approved,
  asRita,
  calling,
  clock,
  edited,
  questionsIn,
  rejected,
  scripted,
  toolMessages,
} from "./support.ts";

const input = z.object({ request: z.string() });
const Args = z.object({ on: z.string(), pin: z.string().optional().meta({ format: "password" }) });

interface Made {
  readonly approval?: ApprovalRule<z.infer<typeof Args>>;
  readonly schema?: z.ZodObject;
  readonly middleware?: readonly Middleware[];
  readonly guardrails?: readonly Guardrail[];
}

/** Each call makes the agent anew, as a worker does; the thread stays. */
function thread(done: unknown[], args: object = { on: "a" }) {
  const checkpointer = new MemorySaver();
  const model = scripted(calling(["act", args]), "Done.");
  return ({ approval = "always", schema = Args, ...more }: Made = {}) => {
    const act = tool({
      ...{ name: "act", description: "Acts.", input: schema as typeof Args, approval },
      run: (given) => {
        done.push(given);
        return "done";
      },
    });
    const options = { input, task: () => "Go", prompt: "", tools: [act], ...more };
    return createAgent({ model, clock }, options).compile({ checkpointer });
  };
}

const answerTo = (result: object, answer: unknown): Command =>
  new Command({ resume: { [questionsIn(result)[0]?.id ?? ""]: answer } });

it("runs the default that was on the card, and not another one", async () => {
  let now = 0;
  const done: unknown[] = [];
  const schema = z.object({ on: z.string(), at: z.string().default(() => `t${now++}`) });
  const made = thread(done);
  const asked = await made({ schema }).invoke({ request: "Go" }, asRita());
  const [question] = questionsIn(asked);
  await made({ schema }).invoke(answerTo(asked, approved), asRita());
  expect(done).toEqual([question?.request.action.args]);
});

it("runs and judges what was asked about, whatever a layer makes of the call the next time", async () => {
  const done: unknown[] = [];
  const judged: unknown[] = [];
  const versions = ["v1", "v2", "v3"];
  const latest: Middleware = {
    name: "latest",
    wrapTool: (call, next) => next({ ...call, args: { on: versions.shift() ?? "" } }),
  };
  const watch: Guardrail = {
    ...{ name: "watch", on: ["call"], kind: "rule" },
    check: (subject) => {
      judged.push(subject);
      return { passes: true };
    },
  };
  const made = thread(done);
  const asked = await made({ middleware: [latest], guardrails: [watch] }).invoke({ request: "Go" }, asRita());
  await made({ middleware: [latest], guardrails: [watch] }).invoke(answerTo(asked, approved), asRita());
  expect(done).toEqual([{ on: "v1" }]);
  expect(judged).toEqual([{ kind: "call", tool: "act", args: { on: "v1" } }]);
});

it.each<[string, Made, object]>([
  ["the tool asks nobody any more", { approval: "never" }, {}],
  ["the workflow has been given full autonomy", {}, { autonomy: "full" }],
])("hears a rejection although %s", async (_, later, context) => {
  const done: unknown[] = [];
  const made = thread(done);
  const asked = await made().invoke({ request: "Go" }, asRita());
  const { messages } = await made(later).invoke(answerTo(asked, rejected("No.")), asRita(context));
  expect(done).toEqual([]);
  expect(toolMessages(messages)).toEqual(["A human rejected this call, and it was not carried out: No."]);
});

it("takes an answer to a question from before the tool looked again", async () => {
  const done: unknown[] = [];
  const made = thread(done);
  const asked = await made().invoke({ request: "Go" }, asRita());
  const revalidate = () => Promise.resolve({ facts: [{ label: "Now", value: "other" }] });
  await made({ approval: { revalidate } }).invoke(answerTo(asked, approved), asRita());
  expect(done).toEqual([{ on: "a" }]);
});

it("keeps secrets of the whole input masked where only a part of it can be edited", async () => {
  const made = thread([], { on: "a", pin: "1234" });
  const approval = { schema: z.object({ on: z.string() }) };
  const [question] = questionsIn(await made({ approval }).invoke({ request: "Go" }, asRita()));
  expect(question).toMatchObject({
    request: { schema: { properties: { on: { type: "string" }, pin: { format: "password" } } } },
  });
});

it.each<[string, ApprovalRule<z.infer<typeof Args>>, string, boolean]>([
  ["of the same risk", { forRun: ["on"], risk: () => "high" }, "high", false],
  ["of another risk", { forRun: ["on"], risk: () => "destructive" }, "high", true],
  [
    "that others decide",
    { forRun: ["on"], policy: () => ({ approvers: ["approvers"], requesterMayApprove: false, quorum: 2 }) },
    "medium",
    true,
  ],
])("lets what was allowed for the run speak for an action %s or not", async (_, approval, risk, asks) => {
  const done: unknown[] = [];
  const notes: AutomaticNote[] = [];
  const allowances: Allowances = { find: () => Promise.resolve({ interrupt: "i1", risk }) };
  const note = (one: AutomaticNote) => Promise.resolve(void notes.push(one));
  const asked = await thread(done)({ approval }).invoke({ request: "Go" }, asRita({ allowances, note }));
  expect(questionsIn(asked)).toHaveLength(asks ? 1 : 0);
  expect(done).toHaveLength(asks ? 0 : 1);
  expect(notes).toMatchObject(asks ? [] : [{ kind: "allowed", action: "act", interrupt: "i1" }]);
});

it("has no layer change what another one has had reviewed", () => {
  const changing: Middleware = { name: "changing", wrapTool: (call, next) => next(call) };
  const middleware = [humanInTheLoopMiddleware({ interruptOn: { act: true } }), changing];
  expect(() => thread([])({ middleware })).toThrow(
    /"changing" may change calls that "HumanInTheLoopMiddleware"/,
  );
});

it("runs the edit that was agreed to last, when the tool has refused the one before", async () => {
  const done: unknown[] = [];
  const watch: Guardrail = {
    ...{ name: "watch", on: ["call"], kind: "rule" },
    check: () => ({ passes: true }),
  };
  const checkpointer = new MemorySaver();
  const model = scripted(calling(["act", { on: "a" }]), "Done.");
  const made = () => {
    const act = tool({
      ...{ name: "act", description: "Acts.", input: Args, approval: "always" as const },
      run: (given) => {
        if (given.on === "b") throw new AnswerRefused([{ path: "on", message: "is not there" }]);
        done.push(given);
        return "done";
      },
    });
    const options = { input, task: () => "Go", prompt: "", tools: [act], guardrails: [watch] };
    return createAgent({ model, clock }, options).compile({ checkpointer });
  };
  const asked = await made().invoke({ request: "Go" }, asRita());
  const edit = (on: string): Command => answerTo(asked, edited({ on: "a" }, { on }));
  await expect(made().invoke(edit("b"), asRita())).rejects.toBeInstanceOf(AnswerRefused);
  await made().invoke(edit("c"), asRita());
  expect(done).toEqual([{ on: "c" }]);
});
