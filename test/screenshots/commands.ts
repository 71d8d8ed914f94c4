// What a command answers when these few runs are all there is.
import { SEED } from "../../src/local/slack/seed.ts";
import type { Approval } from "../../src/approvals/approval.ts";
import { type ApiKey, SECRET_BYTES } from "../../src/runs/api-keys.ts";
import type { Run } from "../../src/runs/run.ts";
import { Listing } from "../../src/runs/workflow.ts";
import { answerTo } from "../../src/slack/commands/answer.ts";
import type { SlackContext } from "../../src/slack/listeners/context.ts";
import manifest from "../../src/workflows/manifest.json" with { type: "json" };
import type { Scene } from "./scene.ts";
import { CHANNEL, NOW, VIEWER } from "./stage.ts";

export const catalog = Listing.array().parse(manifest);

export interface Stored {
  readonly run: Run;
  readonly approvals: readonly Approval[];
}

interface Typed {
  readonly words: string;
  readonly stored: readonly Stored[];
  /** Of the one run that is stored, by a mention. */
  readonly isInThread?: boolean;
  /** The API keys there are. */
  readonly keys?: readonly ApiKey[];
  /** Typed as a command, which forms can be opened for, and not as a mention. */
  readonly trigger?: string;
}

/** As the viewer, who is on call and in the channel, is answered. */
export async function commandOf(
  name: string,
  sees: string,
  { words, stored, isInThread = false, keys = [], trigger }: Typed,
): Promise<Scene> {
  const inThread = { threadTs: "1.000001", ts: "2.000001" };
  const from = { user: VIEWER, channel: CHANNEL, delivery: "scene", ...(trigger && { trigger }) };
  const asked = { ...from, ...(isInThread && { inThread }) };
  const slack = { ...slackWith(stored, keys), ...(isInThread && { command: "@Countersign" }) };
  const answer = await answerTo(slack, asked, words);
  return { name: `command-${name}`, sees, shows: { kind: "private", ...answer } };
}

function slackWith(stored: readonly Stored[], keys: readonly ApiKey[]): SlackContext {
  const nothing = (): undefined => undefined;
  const groups = Object.values(SEED.groups);
  const runs = (query: { of: { kind: string; status?: string } }): object => ({
    items: stored.map(({ run }) => run).filter(({ status }) => isMeant(query.of, status.kind)),
  });
  const deps = {
    ...{ catalog, groups: { approvers: SEED.groups.oncall, operators: SEED.groups.ops } },
    ...{ clock: { now: () => NOW }, log: { info: nothing, warn: nothing, error: nothing } },
    directory: { person: (id: string) => Promise.resolve({ kind: "member", id, groups }) },
    memberships: {
      groupsOf: () => Promise.resolve(groups),
      channelsOf: () => Promise.resolve([CHANNEL]),
    },
    lists: {
      runs: (query: Parameters<typeof runs>[0]) => Promise.resolve(runs(query)),
      approvals: () => Promise.resolve({ items: stored.flatMap(({ approvals }) => approvals) }),
    },
    apiKeys: {
      key: (_: string, name: string) => Promise.resolve(keys.find((key) => key.name === name)),
      keys: () => Promise.resolve(keys),
      save: ({ name, version }: ApiKey) =>
        Promise.resolve(version > 1 || keys.every((key) => key.name !== name)),
    },
    newSecret: () => new Uint8Array(SECRET_BYTES).map((_, at) => at * 7),
    queue: { send: () => Promise.resolve() },
    trail: {},
    records: {
      saveRun: () => Promise.resolve(true),
      saveApproval: () => Promise.resolve(true),
      run: ({ thread }: { thread: string }) =>
        Promise.resolve(stored.find(({ run }) => run.thread === thread)?.run),
      thread: ({ thread }: { thread: string }) =>
        Promise.resolve({ approvals: [], cards: {}, ...stored.find(({ run }) => run.thread === thread) }),
    },
  };
  // Of all that commands may need, what these need.
  return { deps, team: SEED.teamId, command: SEED.command, slash: SEED.command } as unknown as SlackContext;
}

function isMeant(of: { readonly kind: string; readonly status?: string }, status: string): boolean {
  return of.kind !== "status" || of.status === status;
}
