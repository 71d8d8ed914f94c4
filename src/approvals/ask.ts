// What a node calls to ask a human and wait, hours if need be.
import * as z from "zod";
import { AnswerRefused, interrupt } from "../graph/index.ts";
import { questionChoice } from "./choose.ts";
import { ApprovalDecision, basisOf, ExpiredDecision, type ShownParts } from "./decision.ts";
import type { DeclaredPolicy } from "./declared-policy.ts";
import type { JsonObject } from "./json.ts";
import { ApproveRequest, interruptValueOf, questionValueOf, Shown } from "./request.ts";

/** Answered with the decision: a request that is answered otherwise is for nodes that were not written for this. */
interface Asking extends Omit<
  z.input<typeof ApproveRequest>,
  "answers" | "reply" | "allowed" | "revalidated"
> {
  readonly allowed?: ["approve" | "edit" | "reject", ...("approve" | "edit" | "reject")[]];
}

interface AskOptions {
  /** Who decides this one, in place of the workflow's policy. */
  readonly policy?: DeclaredPolicy;
}

/** Nobody may decide in time, and the node goes on all the same. */
interface GoingOn {
  readonly policy: DeclaredPolicy & { readonly onExpiry: "resume" };
}

/** Title, summary, target, facts and risk, as far as they may have changed. */
type ShownNow = Partial<z.input<typeof Shown>>;

interface RevalidateOptions extends AskOptions {
  /**
   * Looks at how things are, once somebody has agreed: given the arguments that will run, it returns what would be shown now. When
   * the facts or the risk are others than those that were agreed to, nothing runs, and the same question is asked again with what
   * has changed.
   */
  readonly revalidate: (args: JsonObject) => Promise<ShownNow>;
}

/**
 * Asks for approval of an action and returns the decision. The run stops here; the node runs again from its top when somebody has decided, so do nothing with
 * effects before this call.
 *
 * @throws when the request is not well formed, or when called outside a node.
 * @example
 * const decision = askApproval({
 *   title: "Deploy checkout v2.4.1 to prod", action: { name: "deploy", args },
 * });
 * if (decision.kind === "rejected") return { outcome: decision.reason };
 * @example
 * const decision = askApproval(request, { policy: { ...policy, expiresAfterMs: 600_000, onExpiry: "resume" } });
 * if (decision.kind === "expired") return { outcome: "Nobody decided in ten minutes." };
 * @example
 * const decision = await askApproval(request, {
 *   revalidate: async () => ({ facts: [{ label: "Running now", value: await running() }] }),
 * });
 */
export function askApproval(
  request: Asking,
  options: RevalidateOptions & GoingOn,
): Promise<ApprovalDecision | ExpiredDecision>;
export function askApproval(request: Asking, options: GoingOn): ApprovalDecision | ExpiredDecision;
export function askApproval(request: Asking, options: RevalidateOptions): Promise<ApprovalDecision>;
export function askApproval(request: Asking, options?: AskOptions): ApprovalDecision;
export function askApproval(
  request: Asking,
  options: AskOptions | RevalidateOptions = {},
): Answered | Promise<Answered> {
  const { policy } = options;
  if (!("revalidate" in options)) return decisionOn(request, policy);
  return revalidated(request, options);
}

type Answered = ApprovalDecision | ExpiredDecision;

function decisionOn(request: z.input<typeof ApproveRequest>, policy?: DeclaredPolicy): Answered {
  const answer = interrupt(interruptValueOf(request, policy));
  const expired = policy?.onExpiry === "resume" ? ExpiredDecision.safeParse(answer) : undefined;
  return expired?.data ?? ApprovalDecision.parse(answer);
}

async function revalidated(request: Asking, { policy, revalidate }: RevalidateOptions): Promise<Answered> {
  const { basis, ...decision } = decisionOn({ ...request, revalidated: true }, policy) as Agreed;
  if (decision.kind === "rejected" || decision.kind === "expired") return decision;
  const asked = ApproveRequest.parse(request);
  const args = decision.kind === "edited" ? decision.args : asked.action.args;
  const shown = Shown.parse({ ...asked, ...(await revalidate(args)) });
  if (basisOf(shown) === basis) return decision;
  throw new RequestChanged(shown);
}

type Agreed = Answered & { readonly basis?: string };

/** What was agreed to is not so any more: the question is asked again, with what is so now. */
export class RequestChanged extends AnswerRefused {
  readonly shown: ShownParts;

  constructor(shown: ShownParts) {
    super([{ path: "", message: "what it was based on has changed" }]);
    this.shown = shown;
  }
}

/** A line for each fact that is another one now. */
export function changedFacts(before: ShownParts, after: ShownParts): readonly string[] {
  const valueIn = ({ facts }: ShownParts, wanted: string): string | undefined =>
    facts.find(({ label }) => label === wanted)?.value;
  const labels = [...new Set([...before.facts, ...after.facts].map(({ label }) => label))];
  const facts = labels.flatMap((label) => {
    const [was, is] = [valueIn(before, label), valueIn(after, label)];
    return was === is ? [] : [`${label}: ${was ?? "nothing"} → ${is ?? "nothing"}`];
  });
  return before.risk === after.risk ? facts : [...facts, `Risk: ${before.risk} → ${after.risk}`];
}

interface QuestionOptions extends AskOptions {
  /** What the card is headed with, in the author's words. */
  readonly title?: string;
  /** What the agent says beside the question. */
  readonly context?: string;
  /** Answers to choose from, at most 100; other words are an answer, too. */
  readonly options?: readonly string[];
}

const OF_REQUESTER: DeclaredPolicy = { approvers: ["requester"], requesterMayApprove: true };

/**
 * Asks in an agent's words and returns the answer: what somebody wrote, or the option they chose. Whoever the run was started for
 * answers, on the card or by mentioning the app in the run's thread; the approvers, where a webhook started it. Title and policy are the
 * author's, and the question is shown as what the agent says.
 *
 * With `onExpiry: "resume"` in the policy it returns undefined when nobody has answered in time.
 *
 * @throws when the question or an option is empty, or when called outside a node.
 * @example
 * const cluster = askQuestion("Which cluster should I use?", { options: ["staging-1", "staging-2"] });
 */
export function askQuestion(question: string, options: QuestionOptions & GoingOn): string | undefined;
export function askQuestion(question: string, options?: QuestionOptions): string;
export function askQuestion(
  question: string,
  { policy = OF_REQUESTER, ...asked }: QuestionOptions = {},
): string | undefined {
  const answer = interrupt(questionValueOf(questionRequest(question, asked), policy));
  const isExpired = policy.onExpiry === "resume" && ExpiredDecision.safeParse(answer).success;
  return isExpired ? undefined : z.string().parse(answer);
}

function questionRequest(
  question: string,
  { title = "The agent has a question", context = "", options = [] }: Omit<QuestionOptions, "policy">,
): Parameters<typeof questionValueOf>[0] {
  const asked = [question, context].map((text) => text.toWellFormed().trim());
  if (asked[0] === "") throw new TypeError("The question is empty. Say what is asked.");
  const said = asked.filter((text) => text !== "").join("\n\n");
  const common = { title, said, risk: "low", action: { name: "ask", args: {} } } as const;
  const choice = questionChoice({ question, options: [...new Set(options)] });
  return choice === undefined
    ? { kind: "ask", ...common, reply: { kind: "guess" } }
    : { kind: "choose", ...common, options: choice.options, inWords: true };
}
