// npm run countersign -- key: API keys on the command line, for who has the deployment's own credentials.
import { closest } from "fastest-levenshtein";
import { CLI } from "../approvals/actor.ts";
import { newSecret } from "../lambda/surroundings.ts";
import { DirectoryUnavailable, StorageUnavailable } from "../runs/errors.ts";
import { keyFromWords } from "../runs/key-words.ts";
import { createKey, type KeyDeps, listKeys, revokeKey, rotateKey } from "../runs/manage-keys.ts";
import type { Directory } from "../runs/ports.ts";
import { SILENT } from "../runs/silent-log.ts";
import { wordsOf } from "../runs/words.ts";
import { createSlackClient } from "../slack/client.ts";
import { createDirectory } from "../slack/directory.ts";
import type { Command } from "./command.ts";
import { createdSaid, listSaid, revokedSaid, rotatedSaid } from "./key-answers.ts";
import { refused, type Said, wrong } from "./said.ts";
import type { Place } from "./where.ts";

const USAGE: readonly string[] = [
  "npm run countersign -- key [list]",
  "npm run countersign -- key create name=ci owner=U0RITA scopes=start,read",
  "npm run countersign -- key rotate ci (the token before counts for another day)",
  "npm run countersign -- key rotate ci now (it ends at once)",
  "npm run countersign -- key revoke ci",
];

interface KeyTools {
  readonly deps: KeyDeps;
  readonly team: string;
  /** Whether it can be found out who somebody is. */
  readonly knowsPeople: boolean;
}

type Handler = (tools: KeyTools, words: readonly string[]) => Promise<Said>;

const HANDLERS = new Map<string, Handler>([
  ["list", list],
  ["create", create],
  ["rotate", rotate],
  ["revoke", revoke],
]);

export const keyCommand: Command = {
  name: "key",
  group: "Access",
  says: "lists, creates, rotates and revokes API keys",
  usage: USAGE,
  options: {},
  async run({ words: [what = "list", ...rest], tools }) {
    const handler = HANDLERS.get(what);
    if (handler === undefined)
      return wrong(`There is no "key ${what}". Did you mean "key ${closest(what, [...HANDLERS.keys()])}"?`);
    const { place, apiKeys } = await tools();
    const deps = {
      ...{ apiKeys, directory: directoryOf(place), clock: place.clock, newSecret, log: SILENT },
      // Who has the deployment's credentials is in none of its groups and needs none.
      groups: { approvers: "", operators: "" },
    };
    try {
      return await handler({ deps, team: place.team, knowsPeople: place.slack.token !== undefined }, rest);
    } catch (error) {
      return troubleSaid(error);
    }
  },
};

function directoryOf({ slack: { token = "", apiUrl }, team, clock }: Place): Directory {
  const client = createSlackClient({ token, apiUrl, timeoutMs: 5_000, log: SILENT });
  return createDirectory(client, { team, nowMs: () => Date.parse(clock.now()) });
}

function troubleSaid(error: unknown): Said {
  if (error instanceof DirectoryUnavailable)
    return refused(`Slack did not say who the owner is, so nothing was created. ${error.message}`);
  if (!(error instanceof StorageUnavailable)) throw error;
  return error.uncertain
    ? refused(
        `It is not certain that this was recorded. "key list" says how things stand; a key whose token you have not seen gets another one by "key rotate". ${error.message}`,
      )
    : refused(`Nothing was changed. ${error.message}`);
}

async function list({ deps, team }: KeyTools, words: readonly string[]): Promise<Said> {
  if (words.length > 0) return wrong(`"key list" takes no more words.`);
  return listSaid(await listKeys(deps, { team, by: CLI }), deps.clock.now());
}

async function create({ deps, team, knowsPeople }: KeyTools, fields: readonly string[]): Promise<Said> {
  const { words, stray } = wordsOf(fields);
  if (stray.length > 0) return wrong(`Write each field once as name=value, and not "${stray.join(" ")}".`);
  const worded = keyFromWords(words);
  if (worded.kind === "refused") {
    const problems = Object.entries(worded.errors).map(([field, error]) => `${field}: ${error}`);
    return wrong(["No key was created.", ...problems].join("\n"));
  }
  if (!knowsPeople)
    return wrong("SLACK_BOT_TOKEN is missing: Slack is asked who the owner is. No key was created.");
  return createdSaid(await createKey(deps, { team, by: CLI, ...worded.key }));
}

async function rotate({ deps, team }: KeyTools, words: readonly string[]): Promise<Said> {
  const [name, when, ...others] = words;
  if (name === undefined || (when !== undefined && when !== "now") || others.length > 0)
    return wrong(`Write "key rotate ci", with "now" behind it if the token before is to end at once.`);
  return rotatedSaid(await rotateKey(deps, { team, by: CLI, name, atOnce: when === "now" }), name);
}

async function revoke({ deps, team }: KeyTools, [name, ...others]: readonly string[]): Promise<Said> {
  if (name === undefined || others.length > 0) return wrong(`Write "key revoke ci".`);
  return revokedSaid(await revokeKey(deps, { team, by: CLI, name }), name);
}
