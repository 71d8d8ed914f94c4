// Submitted answers in words, and what was decided of several actions one by one.
import { unknownSentence } from "../removed-words.ts";
import { unknownRequest } from "../../runs/unknown-request.ts";
import type { Vote } from "../../approvals/decision.ts";
import { decideRequest } from "../../runs/decide.ts";
import { answerErrors, answerIn } from "../modals/ask.ts";
import { eachErrors, itemsIn } from "../modals/decide-each.ts";
import type { SlackContext } from "./context.ts";
import { listener, notCounted, replyOf, type SubmitListener } from "./submit.ts";

export function onSubmitAnswer(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const answer = answerIn(view.state.values);
    if (answer.kind === "incomplete") return { kind: "errors", errors: answer.errors };
    const vote: Vote = { kind: "respond", text: answer.text };
    const decided = await decideRequest(slack.deps, { ...ref, team: slack.team, by, vote });
    const doesNotFit = decided.kind === "refused" && decided.because === "does-not-fit";
    return doesNotFit
      ? { kind: "errors", errors: answerErrors(decided.errors) }
      : replyOf(slack, decided, by);
  });
}

export function onSubmitEach(slack: SlackContext): SubmitListener {
  return listener(slack, async (ref, view, by) => {
    const { team, deps } = slack;
    const approval = await deps.records.approval({ team, thread: ref.thread }, ref.interrupt);
    if (approval?.request.kind !== "review")
      return notCounted(unknownSentence(await unknownRequest(deps.records, { team, thread: ref.thread })));
    const decided = itemsIn(approval.request, view.state.values);
    if (decided.kind === "incomplete") return { kind: "errors", errors: decided.errors };
    const { items } = decided;
    const vote: Vote = { kind: "review", items: [...items] };
    const counted = await decideRequest(deps, { ...ref, team, by, vote });
    const doesNotFit = counted.kind === "refused" && counted.because === "does-not-fit";
    return doesNotFit
      ? { kind: "errors", errors: eachErrors(counted.errors, items) }
      : replyOf(slack, counted, by);
  });
}
