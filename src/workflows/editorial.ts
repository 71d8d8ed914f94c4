// Publishes an article once an editor accepts it: title and text are checked first, and a draft can be rewritten as often as it takes.
import * as z from "zod";
import { Annotation, Command, END, interrupt, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

const Article = z.object({
  title: z
    .string()
    .regex(/^[^\r\n]*\S[^\r\n]*$/)
    .max(150)
    .describe("the title, in one line"),
  body: z.string().regex(/\S/).max(2_500).describe("the text, as it is to be published"),
});

const State = Annotation.Root({
  title: Annotation<string>(),
  body: Annotation<string>(),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

const YES_OR_NO = { options: ["Yes", "No"] };

/** Two questions of one node: the second is asked when the first was answered. */
function check({ title, body }: State) {
  const titleIsFine =
    interrupt({ question: "Is the title acceptable?", Title: title, ...YES_OR_NO }) === "Yes";
  const bodyIsFine =
    interrupt({ question: "Is the text acceptable?", Title: title, Text: body, ...YES_OR_NO }) === "Yes";
  return new Command({ goto: titleIsFine && bodyIsFine ? "review" : "revise" });
}

function review({ title, body }: State) {
  const question = `Accept, reject or edit “${title}”?`;
  const answer = interrupt({ question, Text: body, options: ["Accept", "Reject", "Edit"] });
  if (answer === "Accept") return new Command({ goto: "publish" });
  if (answer === "Edit") return new Command({ goto: "revise" });
  const text = `Not published: the editor rejected “${title}”.`;
  return new Command({ update: { outcome: { good: false, text } }, goto: END });
}

/** What somebody writes as a draft: a title, and the text below it. An answer that is none is asked for again. */
const Draft = z
  .string()
  .trim()
  .overwrite((draft) => draft.replaceAll("\r\n", "\n"))
  .regex(/^.+\n\s*\S/, "must have the title in its first line, and the text below it")
  .transform((draft) => {
    const [title = "", ...lines] = draft.split("\n");
    return { title: title.trim(), body: lines.join("\n").trim() };
  })
  .pipe(Article);

function revise({ title, body }: State): Partial<State> {
  const question = `Write “${title}” anew: the title in the first line, the text below it.`;
  return interrupt({ question, Title: title, Text: body }, { responseSchema: Draft });
}

function graph({ ops }: Services) {
  async function publish(
    { title, body }: State,
    { idempotencyKey, signal }: NodeConfig,
  ): Promise<Partial<State>> {
    await ops.post(["publications"], { body: { title, body }, key: idempotencyKey(), signal });
    return { outcome: { good: true, text: `Published “${title}”.` } };
  }

  return new StateGraph(State)
    .addNode("check", check, { ends: ["review", "revise"] })
    .addNode("review", review, { ends: ["publish", "revise", END] })
    .addNode("revise", revise)
    .addNode("publish", publish)
    .addEdge(START, "check")
    .addEdge("revise", "review")
    .addEdge("publish", END);
}

export const editorial = defineWorkflow({
  name: "editorial",
  description: "Publishes an article once an editor accepts it, rewritten as often as it takes.",
  example: 'title="We are back" body="The search works again since noon."',
  version: "1",
  input: Article,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  // Whoever asked for it may write it anew, and so may the editors.
  policies: { revise: { approvers: ["requester", "approvers"], requesterMayApprove: true } },
  graph,
  outcome: (state: State) => state.outcome,
});
