// Parts of files, as pages show them, made into whole ones: what stands above a block says what it is a part of.
import type { Block } from "./pages.ts";

const IMPORTS = `
import * as z from "zod";
import { createAgent } from "../agent/agent.ts";
import { classifier } from "../agent/classifier.ts";
import { allowOnly, atMost, denyPattern } from "../agent/rules.ts";
import { askApproval } from "../approvals/ask.ts";
import type { DeclaredPolicy } from "../approvals/declared-policy.ts";
import type { JsonObject } from "../approvals/json.ts";
import { Annotation, type AssistantMessage, type ChatModel, Command, END, interrupt, NotCarriedOut, START, StateGraph, task } from "../graph/index.ts";
import type { RunContext } from "../runs/allowances.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";
`;

const BASE = `
const State = Annotation.Root({ to: Annotation<string>(), text: Annotation<string>(), env: Annotation<string>(), answer: Annotation<string>() });
const base = {
  name: "part", description: "A part.", example: "env=prod", version: "1", input: z.object({ env: z.string() }),
  graph: () => new StateGraph(State).addNode("ask", () => ({})).addEdge(START, "ask").addEdge("ask", END),
  outcome: () => ({ good: true, text: "Done." }),
};
const policy: DeclaredPolicy = { approvers: ["approvers"], requesterMayApprove: false };
`;

const AROUND = `
declare const services: Services;
declare const { model, ops }: Services;
declare const { messages, tools, output, signal }: Required<Parameters<ChatModel["complete"]>[0]>;
declare const [env, name, version, title, draft, key]: [string, string, string, string, string, string];
declare const args: JsonObject;
declare const idempotencyKey: () => string;
declare const digestOf: (args: unknown) => string;
declare const config: { readonly context: RunContext };
declare const bank: { isOpen(): Promise<boolean>; wire(amount: number): Promise<string> };
`;

/** By the words of the comment, what stands around the block's code. */
const WRAPPERS: Readonly<Record<string, (code: string) => string>> = {
  file: (code) => code,
  line: (code) => code,
  // Part of what defineWorkflow takes.
  field: (code) =>
    `${IMPORTS}${BASE}export default defineWorkflow({ ...base, ${/^policy:/.test(code) ? "" : "policy, "}${asField(code)} });`,
  "agent field": (code) =>
    `${IMPORTS}export default (services: Services) => createAgent(services, { input: z.object({}), task: () => "", prompt: "", tools: [], ${asField(code)} });`,
  nodes: (code) => `${IMPORTS}${BASE}${code}export default graph;`,
  statements: (code) => `${IMPORTS}${AROUND}export default async function part() {\n${code}}`,
  registry: (code) => code.replace(/^(export const workflows)/m, `${REGISTERED}$1`),
};

const REGISTERED =
  'import { registryOf } from "../runs/registry.ts";\nimport { deploy } from "./deploy.ts";\nimport { email } from "./email.ts";\n';

/** What is formatted as a statement, and is a property. */
function asField(code: string): string {
  return code.trim().replace(/[,;]$/, "");
}

/** @throws where the comment names nothing that is known, or is missing. */
export function wrapped({ page, line, mark, code }: Block): string {
  const words = /^as: ([\w ]+?)(?: (\S+\.ts))?$/.exec(mark ?? "");
  const wrapper = WRAPPERS[words?.[1] ?? ""];
  if (wrapper === undefined)
    throw new Error(
      `The code at ${page}:${line} does not say what it is a part of. Put <!-- as: … --> above it, with one of: ${Object.keys(WRAPPERS).join(", ")}.`,
    );
  return wrapper(code);
}

/** Under which name it stands in src/workflows/, if it matters. */
export function nameOf({ mark }: Block): string | undefined {
  return / (\S+\.ts)$/.exec(mark ?? "")?.[1];
}
