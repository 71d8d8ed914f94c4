// The facts of a request on its card: short ones side by side, long ones each by itself.
import type { KnownBlock } from "@slack/web-api";
import type { Request } from "../../approvals/request.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { escaped, oneLine, visible } from "../text.ts";
import { context, inLine } from "./parts.ts";
import { quoted } from "./quote.ts";

function isOneLine({ value }: Request["facts"][number]): boolean {
  return !value.trim().includes("\n");
}

/** A line each, beside the others that every card has. */
export function shortFacts({ facts }: Request, room: Room): readonly (readonly [string, string])[] {
  return facts.filter(isOneLine).map((fact) => factOf(fact, room));
}

/** Behind a bar, so that no line of a fact passes for another fact. */
export function longFacts({ facts }: Request, room: Room): readonly KnownBlock[] {
  const long = facts.filter((fact) => !isOneLine(fact));
  const left = long.length - MOST_LONG_FACTS;
  return [
    ...long
      .slice(0, MOST_LONG_FACTS)
      .map(({ label, value }) =>
        quoted(
          clip(visible(value.trim()), room(LIMITS.factValue)),
          clip(visible(oneLine(label)), room(LIMITS.factLabel)),
        ),
      ),
    ...(left > 0 ? [context(`… and ${left} more facts that do not fit here`)] : []),
  ];
}

const MOST_LONG_FACTS = 5;

/** Whether a card has all of them, where `beside` other lines stand among the short ones. */
export function hasAllFacts({ facts }: Request, beside: number, room: Room): boolean {
  const isWhole = (fact: Request["facts"][number]): boolean => {
    const value = isOneLine(fact) ? escaped(oneLine(fact.value)) : visible(fact.value.trim());
    const label = escaped(visible(oneLine(fact.label)));
    return value.length <= room(LIMITS.factValue) && label.length <= room(LIMITS.factLabel);
  };
  const short = facts.filter(isOneLine).length;
  const areShown = short + beside <= LIMITS.fields && facts.length - short <= MOST_LONG_FACTS;
  return areShown && facts.every(isWhole);
}

function factOf({ label, value }: Request["facts"][number], room: Room): readonly [string, string] {
  return [inLine(label, room(LIMITS.factLabel)), inLine(value, room(LIMITS.factValue))];
}
