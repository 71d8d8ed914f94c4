// Makes a contract of a deal's terms: a model drafts its clauses, a lawyer decides on each that touches liability, and the document is filed.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { JsonObject } from "../approvals/json.ts";
import { Annotation, Command, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";
import { Clause, clausesBy, findings, liabilityWords, placesToReview } from "./contract-clauses.ts";

const Input = z.object({
  contract: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .max(60)
    .describe("the contract's name in lower-case letters, digits and dashes"),
  terms: z.string().min(1).max(5_000).describe("the terms of the deal; left out, those on file").optional(),
});

const Filed = z.object({ contract: z.object({ terms: z.string() }) });

const State = Annotation.Root({
  contract: Annotation<string>(),
  terms: Annotation<string | undefined>(),
  clauses: Annotation<readonly Clause[]>(),
  /** The places of the clauses that wait for a lawyer, in the order of the document. */
  open: Annotation<readonly number[]>(),
  agreed: Annotation<number>({ reducer: (all, more) => all + more, default: () => 0 }),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

function whyAsked(clause: Clause): string {
  const isFound = liabilityWords(clause).length > 0;
  return isFound ? "It touches liability." : "It has letters that are not Latin, and may touch liability.";
}

/** As in "5 clauses: 2 agreed to and 3 that nobody was asked about". */
function counted(all: number, agreed: number): string {
  const counts = [
    ...(agreed === 0 ? [] : [`${agreed} agreed to`]),
    ...(agreed === all ? [] : [`${all - agreed} that nobody was asked about`]),
  ];
  return `${all === 1 ? "1 clause" : `${all} clauses`}: ${counts.join(" and ")}`;
}

function graph({ ops, model }: Services) {
  async function read({ contract, terms }: State): Promise<Partial<State>> {
    if (terms !== undefined) return {};
    return Filed.parse(await ops.get(["contracts", contract])).contract;
  }

  async function draft({ terms = "" }: State, { signal }: NodeConfig): Promise<Partial<State>> {
    const clauses = await clausesBy(model, terms, signal);
    return { clauses, open: placesToReview(clauses) };
  }

  /** One clause; it comes back here for the next one, so that a refusal leaves nothing else to be asked. */
  function review({ contract, terms = "", clauses, open: [place = 0, ...later] }: State) {
    const clause = Clause.parse(clauses[place]);
    const decision = askApproval({
      title: `Agree to clause ${place + 1} of ${contract}`,
      summary: `${whyAsked(clause)} A model drafted it, and the contract is filed once a lawyer has agreed to each such clause.`,
      target: `clause ${place + 1} of ${clauses.length} of ${contract}`,
      facts: [
        ...findings(clause),
        {
          label: "Still to decide",
          value: later.length === 0 ? "this one" : `this one and ${later.length} more`,
        },
      ],
      details: [{ label: "Terms of the deal", value: terms }],
      action: { name: "agree_to_clause", args: clause },
      schema: JsonObject.parse(z.toJSONSchema(Clause)),
      allowed: ["approve", "edit", "reject"],
    });
    if (decision.kind === "rejected") {
      const text = `${contract} was not filed. Clause ${place + 1} was rejected: ${decision.reason}`;
      return new Command({ update: { outcome: { good: false, text } }, goto: END });
    }
    const agreed = decision.kind === "edited" ? Clause.parse(decision.args) : clause;
    return new Command({
      update: { clauses: clauses.with(place, agreed), open: later, agreed: 1 },
      goto: later.length > 0 ? "review" : "file",
    });
  }

  async function file({ contract, clauses, agreed }: State, { idempotencyKey }: NodeConfig) {
    const parts = clauses.map(({ heading, text }, at) => `${at + 1}. ${heading}\n${text}`);
    const body = { contract, text: parts.join("\n\n") };
    await ops.post(["documents"], { body, key: idempotencyKey() });
    const text = `Filed ${contract} with ${counted(clauses.length, agreed)}.`;
    return { outcome: { good: true, text } };
  }

  return new StateGraph(State)
    .addNode("read", read)
    .addNode("draft", draft)
    .addNode("review", review, { ends: ["review", "file", END] })
    .addNode("file", file)
    .addEdge(START, "read")
    .addEdge("read", "draft")
    .addConditionalEdges("draft", ({ open }) => (open.length > 0 ? "review" : "file"), ["review", "file"])
    .addEdge("file", END);
}

export const contract = defineWorkflow({
  name: "contract",
  description:
    "Drafts a contract, has a lawyer decide on each clause with English words on liability, and files it.",
  example: "contract=acme-hosting",
  version: "1",
  input: Input,
  // Your lawyers: put { group: "S…" }, their user group's id, in place of this role.
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph,
  outcome: (state: State) => state.outcome,
});
