// Plays src/workflows/email.ts: a draft made from what it is to say, and changed as its rejections say.
import { capitalized, type Script, sentence } from "./script.ts";

export const email: Script = ({ asked }) => {
  const [, to, about] = /^Write an e-mail to (\S+)\. It is to say: (.+)$/s.exec(asked[0] ?? "") ?? [];
  if (to === undefined || about === undefined) return undefined;
  const reasons = asked.flatMap((text) => /^This draft was rejected: (.+)\n[^\n]*$/s.exec(text)?.[1] ?? []);
  return JSON.stringify(emailFor({ to, about, reasons }));
};

interface EmailTask {
  readonly to: string;
  readonly about: string;
  /** Why the drafts so far were rejected, oldest first. */
  readonly reasons: readonly string[];
}

function emailFor({ to, about, reasons }: EmailTask): { subject: string; body: string } {
  const wants = (pattern: RegExp): boolean => reasons.some((reason) => pattern.test(reason));
  const isShort = wants(SHORTER);
  const name = capitalized(to.split(/[@.+_-]/)[0] ?? to);
  const greeting = wants(FRIENDLIER) ? `Hi ${name}, I hope you are well.` : `Hello ${name},`;
  const paragraphs = [
    greeting,
    sentence(about),
    ...reasons.filter((reason) => !SHORTER.test(reason) && !FRIENDLIER.test(reason)).map(addition),
    ...(isShort ? [] : ["If anything about this is unclear, just reply to this e-mail."]),
    isShort ? "Best regards" : "Thank you and best regards\nthe on-call team",
  ];
  return { subject: clipped(oneLine(capitalized(about)), 100), body: paragraphs.join("\n\n") };
}

const SHORTER = /\b(short|shorter|brief|briefer|concise|long|lengthy)\b/i;
const FRIENDLIER = /\b(friendly|friendlier|warm|warmer|polite|politer|nice|nicer)\b/i;

/** "Please mention that it is on Monday" as a sentence of the e-mail: "It is on Monday." */
function addition(reason: string): string {
  const said = oneLine(reason).replace(
    /^(please )?(also )?(say|mention|add|include|write|note|tell them)( that)?:? /i,
    "",
  );
  return sentence(said);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function clipped(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`;
}
