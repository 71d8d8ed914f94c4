// A model for machines without a key: prepared answers over the same HTTP interface, made from the request, and always the same for the same one.
import type { ChatMessage } from "@copilotkit/aimock";
import { modelHost } from "../agent/openai.ts";
import type { Config } from "../lambda/config.ts";
import type { ModelNote } from "./panels/protocol.ts";

export interface ScriptedModel {
  /** What OPENAI_BASE_URL is for a real one. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Which model answers with this configuration: the one that is configured, otherwise the scripted one. */
export function modelFor({ apiKey, baseUrl, model }: Config["openai"]): ModelNote {
  const isConfigured = apiKey !== undefined || baseUrl !== undefined;
  return isConfigured ? { kind: "configured", name: model, host: modelHost(baseUrl) } : { kind: "scripted" };
}

/** On loopback, on any free port. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  // Loaded only where it is used: it takes longer than all of the local Slack.
  const { LLMock } = await import("@copilotkit/aimock");
  const mock = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  mock.on({ predicate: ({ messages }) => taskIn(messages) !== undefined }, ({ messages }) => {
    const task = taskIn(messages);
    return { content: task === undefined ? WHO_I_AM : JSON.stringify(emailFor(task)) };
  });
  mock.on({}, { content: WHO_I_AM });
  const origin = await mock.start();
  return { url: `${origin}/v1`, stop: () => mock.stop() };
}

const WHO_I_AM =
  "I am the scripted local model and have no answer to this. Set OPENAI_API_KEY or OPENAI_BASE_URL to ask a real one.";

interface EmailTask {
  readonly to: string;
  readonly about: string;
  /** Why the drafts so far were rejected, oldest first. */
  readonly reasons: readonly string[];
}

/** What src/workflows/email.ts asks for, read out of its messages; undefined for everything else. */
function taskIn(messages: readonly ChatMessage[]): EmailTask | undefined {
  const asked = messages.flatMap(({ role, content }) =>
    role === "user" && typeof content === "string" ? [content] : [],
  );
  const [, to, about] = /^Write an e-mail to (\S+)\. It is to say: (.+)$/s.exec(asked[0] ?? "") ?? [];
  if (to === undefined || about === undefined) return undefined;
  const reasons = asked.flatMap((text) => /^This draft was rejected: (.+)\n[^\n]*$/s.exec(text)?.[1] ?? []);
  return { to, about, reasons };
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

function sentence(text: string): string {
  const line = capitalized(text.trim());
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function clipped(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`;
}
