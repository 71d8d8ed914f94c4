// A tool with which an agent asks instead of guessing: the question stands in the run's thread, and the run waits for the answer.
import * as z from "zod";
import { askQuestion } from "../approvals/ask.ts";
import type { DeclaredPolicy } from "../approvals/declared-policy.ts";
import { type Tool, tool } from "./tool.ts";

const Question = z.object({
  question: z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .describe("One question, in the language of the request, that can be answered without further reading."),
  options: z
    .array(z.string().trim().min(1).max(150))
    .max(10)
    .optional()
    .describe("Likely answers to choose from, if there are any; other words are an answer, too."),
});

/**
 * The tool `request_clarification`. Whoever the run was started for answers, and one answer is enough; the workflow's approvers, where
 * no person has started it. Answered on the card, or by mentioning the app in the thread when nothing else is asked there.
 *
 * @example
 * createAgent(services, { ...options, tools: [requestClarification(), restart] });
 */
export function requestClarification({ policy }: { readonly policy?: DeclaredPolicy } = {}): Tool {
  return tool({
    name: "request_clarification",
    description:
      "Asks the person who started this, and waits for the answer. Use it when the request is ambiguous or lacks something that only a human knows, instead of guessing.",
    input: Question,
    run: ({ question, options }) => {
      const asked = { ...(options && { options }), ...(policy && { policy }) };
      // Of a policy that goes on by itself nothing comes.
      const answer: unknown = askQuestion(question, asked);
      return answer ?? "Nobody has answered in time. Go on without, or say what you would need to know.";
    },
  });
}
