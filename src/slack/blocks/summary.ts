// The prose of a request: the author's as it is; what an agent says marked, short, and leading nowhere.
import type { KnownBlock } from "@slack/web-api";
import type { Request } from "../../approvals/request.ts";
import { clip, LIMITS, type Room } from "../limits.ts";
import { piecesOf } from "../modals/pages.ts";
import { visible } from "../text.ts";
import { context, heading } from "./parts.ts";
import { quoted } from "./quote.ts";

const AGENT_SAYS = "The agent says:";

/** Behind a bar. What nobody declared is what the agent says. */
export function summaryBlocks(request: Request, room: Room): readonly KnownBlock[] {
  const { summary, guessed } = request;
  if (guessed === true) return agentBlocks(summary, room);
  const declared = summary.trim() === "" ? [] : [quoted(clip(visible(summary), room(LIMITS.summary)))];
  return [...declared, ...questionBlocks(request, room)];
}

/** What an agent says beside an action stands below it: nobody is to read that first. */
export function besideBlocks({ said = "" }: Request, room: Room): readonly KnownBlock[] {
  return agentBlocks(said, room);
}

/** The title of an agent's question does not say what is asked. */
export function questionBlocks(request: Request, room: Room): readonly KnownBlock[] {
  return agentBlocks(questionIn(request), room);
}

/** Marked, short, and leading nowhere. */
export function agentBlocks(said: string, room: Room): readonly KnownBlock[] {
  if (said.trim() === "") return [];
  const most = Math.min(room(LIMITS.summary), LIMITS.agentProse);
  return [context(AGENT_SAYS), quoted(clip(visible(withoutLinks(said)), most))];
}

/** All of it, in a form: whoever answers has to read it. */
export function wholeSummary({ summary, guessed, said = "" }: Request): readonly KnownBlock[] {
  return guessed === true
    ? pieces(summary, AGENT_SAYS)
    : [...pieces(summary, ""), ...pieces(said, AGENT_SAYS)];
}

function pieces(text: string, label: string): readonly KnownBlock[] {
  return piecesOf(visible(text)).map((piece, at) => quoted(piece, at === 0 ? label : ""));
}

/** On a lock screen. */
export function saidText(request: Request): string {
  const question = questionIn(request);
  return question === "" ? "" : ` The agent says: “${heading(withoutLinks(question))}”`;
}

/** Whether a card has room for all that is said of it. */
export function isWholeSummary(request: Request, room: Room): boolean {
  const { summary, guessed } = request;
  const most = guessed === true ? Math.min(room(LIMITS.summary), LIMITS.agentProse) : room(LIMITS.summary);
  const shown = guessed === true ? withoutLinks(summary) : summary;
  const question = visible(withoutLinks(questionIn(request)));
  return (
    visible(shown).length <= most && question.length <= Math.min(room(LIMITS.summary), LIMITS.agentProse)
  );
}

/** The form to answer by has all of it. */
export function isLongProse(request: Request): boolean {
  return visible(withoutLinks(questionIn(request))).length > LIMITS.agentProse;
}

/** What an agent asks in its own words; empty for what it says beside a question of its author's. */
function questionIn({ kind, said = "" }: Request): string {
  return kind === "ask" || kind === "choose" ? said.trim() : "";
}

function withoutLinks(prose: string): string {
  return prose.replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+|\bwww\.\S+/gi, "(link left out)");
}
