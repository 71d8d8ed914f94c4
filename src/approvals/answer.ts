// From a decision to the value the waiting node is resumed with: what the node said each answer is, else what its format expects.
import { basisOf, chosenOption, type Decision } from "./decision.ts";
import type { Json, JsonObject } from "./json.ts";
import { type Answers, GUESSES, type Reply } from "./reply.ts";
import type { ChooseRequest, Request } from "./request.ts";
import type { ItemDecision } from "./review.ts";

interface Action {
  readonly name: string;
  readonly args: JsonObject;
}

/** The value `interrupt()` returns in the node. */
export function answerOf(request: Request, decision: Decision): Json {
  return request.kind === "choose" ? choiceOf(request, decision) : replyTo(request, decision);
}

function choiceOf(request: ChooseRequest, decision: Decision): Json {
  if (decision.kind === "responded") return decision.text;
  return decision.kind === "chosen" ? chosenOption(request, decision).value : decision;
}

type Replied = Exclude<Request, ChooseRequest>;

function replyTo(request: Replied, decision: Decision): Json {
  const { action, answers = {}, reply = { kind: "decision" } } = request;
  const stated = statedAnswer(action, answers, decision);
  // Null may be stated, too.
  return stated === undefined ? answerIn(reply, request, decision) : stated;
}

function answerIn(reply: Reply, request: Replied, decision: Decision): Json {
  const parts = partsOf(request, decision);
  switch (reply.kind) {
    case "decision":
      return decidedAnswer(request, decision);
    case "raised":
      return decision;
    case "guess":
    case "form":
      return guessed(decision);
    case "number":
      return decision.kind === "responded" ? Number(decision.text) : guessed(decision);
    case "agent-inbox":
      return parts.map(([asked, part]) => inboxResponse(asked, part));
    case "middleware":
      return { decisions: parts.map(([asked, part]) => middlewareDecision(asked, part, reply.spelling)) };
    case "action":
      return actionAnswer(request.action, decision);
    case "breakpoint":
      // Whatever is said to one continues it.
      return null;
  }
}

/** A node that looks again before it acts needs to know what was agreed to. */
function decidedAnswer(request: Request, decision: Decision): Json {
  const isRevalidated = request.kind === "approve" && request.revalidated === true;
  const isAgreed = decision.kind === "approved" || decision.kind === "edited";
  return isRevalidated && isAgreed ? { ...decision, basis: basisOf(request) } : decision;
}

type Part = readonly [asked: Action, decided: ItemDecision | Decision];

/** Of several actions each by itself, in order. */
function partsOf(request: Exclude<Request, ChooseRequest>, decision: Decision): readonly Part[] {
  if (request.kind !== "review" || decision.kind !== "reviewed") return [[request.action, decision]];
  return request.items.map((item, index) => [
    item,
    decision.items[index] ?? { kind: "rejected", reason: "" },
  ]);
}

/** Undefined where the node has stated nothing for this decision. */
function statedAnswer(action: Action, answers: Answers, decision: Decision): Json | undefined {
  const { approve, reject, edit, respond } = answers;
  switch (decision.kind) {
    case "approved":
      // Who edits would send the text or the arguments: who does not sends them as they are.
      return approve === undefined && edit !== undefined ? partIn(action.args, edit) : approve;
    case "edited":
      return edit === undefined ? approve : partIn(decision.args, edit);
    case "rejected":
      return reject;
    case "responded":
      return respond === undefined ? undefined : decision.text;
    case "expired":
    case "chosen":
    case "reviewed":
      return undefined;
  }
}

function partIn(args: JsonObject, part: NonNullable<Answers["edit"]>): Json {
  return part === "args" ? { ...args } : (args[textFieldOf(args) ?? ""] ?? "");
}

/** The text among the arguments: the draft, else the first one that is a text. */
export function textFieldOf(args: JsonObject): string | undefined {
  if (typeof args["draft"] === "string") return "draft";
  return Object.keys(args).find((name) => typeof args[name] === "string");
}

function guessed(decision: Decision): Json {
  switch (decision.kind) {
    case "approved":
      return GUESSES.approve;
    case "rejected":
      return GUESSES.reject;
    case "edited":
      return { ...decision.args };
    case "responded":
      return decision.text;
    case "expired":
    case "chosen":
    case "reviewed":
      return decision;
  }
}

/** As Agent Inbox answers. */
function inboxResponse({ name, args }: Action, part: ItemDecision | Decision): Json {
  switch (part.kind) {
    case "approved":
      return { type: "accept", args: { action: name, args: { ...args } } };
    case "edited":
      return { type: "edit", args: { action: name, args: { ...part.args } } };
    case "responded":
      return { type: "response", args: part.text };
    case "rejected":
    case "expired":
    case "chosen":
    case "reviewed":
      return { type: "ignore", args: null };
  }
}

/** As LangChain's middleware reads it. */
function middlewareDecision(
  { name }: Action,
  part: ItemDecision | Decision,
  spelling: "javascript" | "python",
): Json {
  switch (part.kind) {
    case "approved":
      return { type: "approve" };
    case "edited": {
      const edited = { name, args: { ...part.args } };
      return spelling === "python"
        ? { type: "edit", edited_action: edited }
        : { type: "edit", editedAction: edited };
    }
    case "responded":
      return { type: "respond", message: part.text };
    case "rejected":
      return { type: "reject", ...(part.reason !== "" && { message: part.reason }) };
    case "expired":
    case "chosen":
    case "reviewed":
      return { type: "reject" };
  }
}

function actionAnswer({ args }: Action, decision: Decision): Json {
  const operator = decision.by;
  switch (decision.kind) {
    case "approved":
      return { type: "approve", approved: true, confirmed: true, args: { ...args }, operator };
    case "edited":
      return { type: "edit", approved: true, confirmed: true, args: { ...decision.args }, operator };
    case "rejected": {
      const { reason } = decision;
      return { type: "reject", approved: false, confirmed: false, reason, args: { ...args }, operator };
    }
    case "responded":
      return {
        ...{ type: "respond", approved: false, confirmed: false, reason: decision.text },
        ...{ args: { ...args }, operator },
      };
    case "expired":
    case "chosen":
    case "reviewed":
      return decision;
  }
}
