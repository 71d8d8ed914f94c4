// /countersign key: API keys, for operators. A token is shown to who asked for it, once, and only behind the command itself.
import { closest } from "fastest-levenshtein";
import { StorageUnavailable } from "../../runs/errors.ts";
import { keyFromWords } from "../../runs/key-words.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "../../runs/manage-keys.ts";
import { wordsOf } from "../../runs/words.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { createdAnswer, keyList, revokedText, rotatedAnswer } from "./key-answers.ts";
import { problemLines, strayText, unclearText } from "./start-words.ts";

type Handler = (slack: SlackContext, asked: Asked, words: readonly string[]) => Promise<Answer>;

const HANDLERS = { list, create, rotate, revoke } as const;
type What = keyof typeof HANDLERS;
const WHATS: readonly string[] = Object.keys(HANDLERS);

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function key(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const [said = "list", ...rest] = words;
  const what = said.toLowerCase();
  if (!isWhat(what)) return answered(unclearText(said, `key ${closest(what, WHATS)}`, slack.command));
  const handler: Handler = HANDLERS[what];
  try {
    return await handler(slack, asked, rest);
  } catch (error) {
    if (!(error instanceof StorageUnavailable) || !error.uncertain) throw error;
    slack.deps.log.error("The store did not answer a command about keys.", { reason: error.message });
    return answered(uncertainText(slack.slash));
  }
}

function isWhat(what: string): what is What {
  return Object.hasOwn(HANDLERS, what);
}

/** The key may have a token now that nobody has seen. */
function uncertainText(command: string): string {
  return `I couldn't confirm that this was recorded: the database stopped answering. \`${command} key list\` says how things stand; a key whose token you have not seen gets another one by \`${command} key rotate\`.`;
}

async function list({ deps, team, slash }: SlackContext, { user }: Asked): Promise<Answer> {
  const listed = await listKeys(deps, { team, by: user });
  return answered(keyList(listed, { command: slash, now: deps.clock.now() }));
}

async function create(slack: SlackContext, asked: Asked, fields: readonly string[]): Promise<Answer> {
  if (asked.trigger === undefined) return answered(onlyByCommand(slack, "create"));
  const { words, stray } = wordsOf(fields);
  if (stray.length > 0) return answered(strayText(stray));
  const worded = keyFromWords(words);
  if (worded.kind === "refused")
    return answered(
      `No key was created.\n${problemLines(worded.errors)}\nTry: \`${slack.command} key create name=ci owner=@rita scopes=start,read\``,
    );
  const { deps, team, command } = slack;
  return createdAnswer(await createKey(deps, { team, by: asked.user, ...worded.key }), command);
}

async function rotate(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  if (asked.trigger === undefined) return answered(onlyByCommand(slack, "rotate"));
  const { deps, team, command } = slack;
  const [name, when, ...others] = words;
  const atOnce = when?.toLowerCase() === "now";
  if (name === undefined || (when !== undefined && !atOnce) || others.length > 0)
    return answered(
      `Please write \`${command} key rotate ci\`, with \`now\` behind it if the token before is to end at once. Nothing was changed.`,
    );
  return rotatedAnswer(await rotateKey(deps, { team, by: asked.user, name, atOnce }), { command, name });
}

async function revoke(
  { deps, team, command }: SlackContext,
  { user: by }: Asked,
  [name, ...others]: readonly string[],
): Promise<Answer> {
  if (name === undefined || others.length > 0)
    return answered(`Please write \`${command} key revoke ci\`. Nothing was changed.`);
  return answered(revokedText(await revokeKey(deps, { team, by, name }), { command, name }));
}

/** Slack may deliver a mention twice, and its answer may never arrive: each would leave a token that nobody has, or one too many. */
function onlyByCommand({ slash }: SlackContext, what: What): string {
  return `A token is shown once, and a mention can reach me twice. Nothing was changed; please type \`${slash} key ${what} …\` into the message field of a channel.`;
}
