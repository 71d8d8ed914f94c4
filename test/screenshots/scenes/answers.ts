// Cards of questions that are answered in another way than by a yes.
import {
  agentChoice,
  agentQuestion,
  articleQuestion,
  breakpoint,
  held,
  formQuestion,
  inbox,
  longQuestion,
  numberQuestion,
  outcomeQuestion,
  poolQuestion,
  raised,
  tools,
  windowQuestion,
  wordsQuestion,
} from "../asking.ts";
import { cardOf, pressed, type Scene } from "../scene.ts";

export const answerScenes: readonly Scene[] = [
  cardOf("choose-buttons", "A question with three answers.", windowQuestion),
  cardOf("choose-menu", "One with a dozen, in a menu.", poolQuestion),
  cardOf("choose-form", "One with more and longer answers than a card holds.", longQuestion),
  cardOf("choose-clipped", "One with a text that a card does not hold.", articleQuestion),
  cardOf("choose-outcome", "Nobody knows whether a task was carried out.", outcomeQuestion),
  pressed(
    cardOf("choose-confirm", "The dangerous answer asks once more, with what it leads to.", outcomeQuestion),
    "Run it again",
  ),
  cardOf("ask", "A question that is answered in words.", wordsQuestion),
  cardOf("ask-number", "One that is answered with a number.", numberQuestion),
  cardOf("ask-form", "One with fields to fill in.", formQuestion),
  cardOf("ask-agent", "An agent has a question for whoever started its run.", agentQuestion),
  cardOf("choose-agent", "One with two answers, or in words of one's own.", agentChoice),
  cardOf("review", "Two calls of tools, each decided by itself.", tools),
  cardOf("breakpoint", "The graph stops before the step that calls a tool.", breakpoint),
  cardOf("held", "The workflow was changed while the run was under way.", held),
  cardOf("raised", "A step has stopped by itself, and can run again.", raised),
  cardOf("agent-inbox", "A question in the format of Agent Inbox, with its own words.", inbox),
];
