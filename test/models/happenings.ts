// What happens to a question besides clicks, in the plain reference.
import { deadlineOf, type Question } from "./reference.ts";

export type Happening = "sweep" | "consume" | "supersede" | "cancel" | "ask-again" | "refuse-answer";

interface Who {
  readonly by: string;
  readonly now: number;
}

/** The question behind it; the same one where it does not apply. */
export function happened(question: Question, what: Happening, who: Who): Question {
  return HAPPENED[what](question, who);
}

const HAPPENED: Readonly<Record<Happening, (question: Question, who: Who) => Question>> = {
  sweep: (question, { now }) => {
    const isOver = question.deadline !== undefined && now >= question.deadline;
    return question.phase === "pending" && isOver ? closed(question, "expired") : question;
  },
  consume: (question) => {
    if (question.phase !== "decided" || question.isConsumed) return question;
    return { ...telling(question, `resumed:${question.revision}`), isConsumed: true };
  },
  supersede: (question) => (isOpen(question) ? closed(question, "superseded") : question),
  // Of the run, whose history has it.
  cancel: (question) =>
    isOpen(question) ? { ...closed(question, "cancelled"), told: question.told } : question,
  "ask-again": (question, who) => (question.phase === "expired" ? askedAgain(question, who) : question),
  "refuse-answer": (question, who) => {
    const isWaiting = question.phase === "decided" && !question.isConsumed;
    return isWaiting ? askedAgain(question, who) : question;
  },
};

function isOpen({ phase }: Question): boolean {
  return phase === "pending" || phase === "expired";
}

function closed(question: Question, phase: Question["phase"]): Question {
  return { ...telling(question, `${phase}:${question.revision}`), phase, votes: [] };
}

function askedAgain(question: Question, { by, now }: Who): Question {
  const revision = question.revision + 1;
  return {
    ...{ ...telling(question, `reopened:${revision}:${by}`), phase: "pending", revision },
    ...{ deadline: deadlineOf(question.asked, now), votes: [], outcome: undefined },
  };
}

function telling(question: Question, entry: string): Question {
  return { ...question, version: question.version + 1, told: [...question.told, entry] };
}
