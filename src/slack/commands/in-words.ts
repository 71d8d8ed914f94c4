// Words that are no command, in a run's own thread: they answer its question, if it waits for just one that is answered in words.
import { distance } from "fastest-levenshtein";
import type { Approval } from "../../approvals/approval.ts";
import { maskedText } from "../../approvals/redaction.ts";
import type { Decided } from "../../runs/decide.ts";
import { StorageUnavailable } from "../../runs/errors.ts";
import { runName } from "../../runs/run.ts";
import { answerThere, type AskedThere, askedThere, type Written } from "../../runs/thread-question.ts";
import { heading, inLine } from "../blocks/parts.ts";
import { COMMANDS } from "../command.ts";
import { decidedAnswer } from "../listeners/click.ts";
import type { SlackContext } from "../listeners/context.ts";
import { ofAnswer } from "../words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";

interface Said {
  readonly text: string;
  /** It was said that this is an answer; else it may be a command that was mistyped. */
  readonly isAnswer: boolean;
}

/** Undefined for what answers nothing. @throws StorageUnavailable, DirectoryUnavailable */
export async function inWords(slack: SlackContext, asked: Asked, said: Said): Promise<Answer | undefined> {
  const text = await answerTo(slack, asked, { ...said, text: said.text.toWellFormed() });
  return text === undefined ? undefined : answered(text);
}

async function answerTo(slack: SlackContext, asked: Asked, said: Said): Promise<string | undefined> {
  const { channel, inThread, user: by } = asked;
  const { text, isAnswer } = said;
  if (inThread === undefined) return isAnswer ? ELSEWHERE : undefined;
  if (text === "") return `Please write your answer behind it, as in \`${slack.command} answer: yes\`.`;
  const there = await askedThere(slack.deps, { team: slack.team, channel, threadTs: inThread.threadTs });
  if (there.kind === "question") {
    const isMistyped = !isAnswer && nearestTo(text) !== undefined;
    return isMistyped ? mistyped(slack, text) : recorded(slack, there, { by, text, ts: inThread.ts });
  }
  return isAnswer || nearestTo(text) === undefined ? notAsked(slack, there, { by, isAnswer }) : undefined;
}

function notAsked(
  slack: SlackContext,
  there: Exclude<AskedThere, { kind: "question" }>,
  { by, isAnswer }: { readonly by: string; readonly isAnswer: boolean },
): string | undefined {
  switch (there.kind) {
    case "no-run":
      return isAnswer ? ELSEWHERE : undefined;
    case "nothing":
      // Somebody was faster, or Slack has delivered the message again.
      if (there.last !== undefined) return outcome(slack, decidedBefore(there.last), by);
      return isAnswer ? "Nothing is asked here at the moment, so nothing was recorded." : undefined;
    case "several":
      return `${there.count} questions wait here, so I can't tell which of them this answers. Nothing was recorded; please answer on their cards.`;
    case "not-in-words":
      return onItsCard(there.approval.request.title);
  }
}

const ELSEWHERE =
  "I can take an answer only in the thread of the run that asks. Nothing was recorded; please mention me there, or use the button on its card.";

function onItsCard(title: string): string {
  return `*${heading(title)}* is not decided in words. Nothing was recorded; please use the buttons on its card.`;
}

function decidedBefore(approval: Approval): Decided {
  return { kind: "refused", because: "decided", approval, errors: {} };
}

async function recorded(
  slack: SlackContext,
  there: Extract<AskedThere, { kind: "question" }>,
  written: Written,
): Promise<string> {
  const { by, text } = written;
  const { request } = there.approval;
  // Where there are buttons for a yes and a no, nobody who writes one means to answer in words.
  if (request.kind === "approve" && VERDICT.test(text)) return onItsCard(request.title);
  try {
    const done = await answerThere(slack.deps, there, written);
    switch (done.kind) {
      case "asked-later":
        return `*${heading(request.title)}* was asked after you wrote this, or its card was not here yet. Nothing was recorded; please read it, and answer again.`;
      case "too-long":
        return `Your answer has ${text.length} characters, and ${done.most} are the most. Nothing was recorded; please shorten it.`;
      case "decided":
        return outcome(slack, done.decided, by);
    }
  } catch (error) {
    if (!(error instanceof StorageUnavailable) || !error.uncertain) throw error;
    slack.deps.log.error("The store did not answer a mention.", { reason: error.message, uncertain: true });
    return UNCERTAIN;
  }
}

const VERDICT =
  /^(?:approve|reject|(?:yes|y|yep|ok|okay|sure|lgtm|no|n|nope|deny|denied|decline|go ahead|do it|go|stop|don['’]?t|👍|👎)[\s.!]*$)/iu;

/** Written again it could answer the next question. */
const UNCERTAIN =
  "I couldn't confirm that your answer was recorded: the database stopped answering. Its card will show it; if it still waits in two minutes, please answer there.";

function mistyped({ command }: SlackContext, text: string): string {
  const said = inLine(maskedText(text), 80);
  return `I don't know “${said}”. Did you mean \`${command} ${nearestTo(text) ?? "help"}\`? If it is your answer, write \`${command} answer: ${said}\`. Nothing was recorded.`;
}

/** So many letters of a command may be wrong; of a short one, one. */
function nearestTo(text: string): string | undefined {
  const said = text.toLowerCase();
  return COMMANDS.find((command) => distance(command, said) <= (command.length > 4 ? 2 : 1));
}

function outcome(slack: SlackContext, decided: Decided, by: string): string {
  if (decided.kind === "refused" && decided.because === "does-not-fit")
    return `${Object.values(decided.errors).join(" ")} Your answer was not counted.`;
  const told = decidedAnswer(slack, decided, by);
  if (told !== undefined) return ofAnswer(told);
  const goesOn =
    decided.kind === "recorded"
      ? `${runName(decided.approval.thread)} goes on with it`
      : "others have to agree";
  return `Your answer is recorded; ${goesOn}.`;
}
