// What the two who decide mean to say to a question. Its id has a part in that, and is another one each time.
import type { Decision } from "../../../src/approvals/decision.ts";
import { chanceOf } from "./chance.ts";
import type { CardName } from "./screen.ts";

/** Where they contradict each other, they do so at the same time. */
export type Intent = "both approve" | "one approves" | "edit" | "reject" | "contest";

export function intentOf(seed: string, { thread, card }: CardName, needsBoth: boolean): Intent {
  return chanceOf(`${seed}/${thread}/${card}`).weighted<Intent>({
    ...{ "both approve": needsBoth ? 70 : 45, reject: 15, contest: 10 },
    ...{ "one approves": needsBoth ? 0 : 12, edit: needsBoth ? 0 : 18 },
  });
}

/** How the question can have been decided, if nothing but what they said was counted. */
export function fittingDecisions(intent: Intent, needsBoth: boolean): readonly Decision["kind"][] {
  switch (intent) {
    case "both approve":
    case "one approves":
      return ["approved"];
    case "edit":
      return ["edited"];
    case "reject":
      return ["rejected"];
    case "contest":
      return needsBoth ? ["rejected"] : ["approved", "rejected"];
  }
}
