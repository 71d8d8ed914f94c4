// Who people are and where they belong, from Slack: what kind of account, which groups, which channels.
import type { WebClient } from "@slack/web-api";
import * as z from "zod";
import type { Person } from "../approvals/policy.ts";
import { DirectoryUnavailable } from "../runs/errors.ts";
import type { Directory, Memberships } from "../runs/ports.ts";

/** Slack allows 20 group look-ups a minute. Somebody taken out of a group can still decide for at most this long. */
const GROUP_TTL_MS = 30_000;
const ACCOUNT_TTL_MS = 60_000;
/** As many as Slack gives at once. */
const CHANNELS_PAGE = 999;
const CHANNEL_TYPES = "public_channel,private_channel,mpim,im";
/** What is known of everybody at once has one name. */
const EVERYBODY = "everybody";

const Account = z.object({
  user: z.object({
    team_id: z.string().optional(),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
  }),
});
const Members = z.object({ users: z.array(z.string()) });
const Groups = z.object({
  usergroups: z.array(z.object({ id: z.string(), users: z.array(z.string()).default([]) })),
});
const Channels = z.object({
  channels: z.array(z.object({ id: z.string() })),
  response_metadata: z.object({ next_cursor: z.string().default("") }).default({ next_cursor: "" }),
});

export interface CachedDirectory extends Directory, Memberships {
  /** Slack says that its members have changed: they are asked for anew. Only this process hears of it; any other one forgets by itself. */
  forgetGroup(group: string): void;
}

/** Keeps nothing longer than the times above, and never a failure: when Slack does not answer and nothing fresh is known, nobody may decide. */
export function createDirectory(
  slack: WebClient,
  options: { readonly team: string; readonly nowMs: () => number },
): CachedDirectory {
  const { team, nowMs } = options;
  const kinds = cached(nowMs, ACCOUNT_TTL_MS, (user) => accountKind(slack, user, team));
  const members = cached(nowMs, GROUP_TTL_MS, (group) => groupMembers(slack, group, team));
  const groupsOfAll = cached(nowMs, GROUP_TTL_MS, () => allGroups(slack, team));
  const channels = cached(nowMs, GROUP_TTL_MS, (user) => channelsOf(slack, user, team));
  return {
    forgetGroup(group) {
      members.forget(group);
      groupsOfAll.forget(EVERYBODY);
    },
    async groupsOf(user): Promise<readonly string[]> {
      const all = await groupsOfAll.get(EVERYBODY);
      return all.filter(({ users }) => users.includes(user)).map(({ id }) => id);
    },
    channelsOf: (user) => channels.get(user),
    membersOf: (group) => members.get(group),
    async person(user, groups): Promise<Person> {
      const [kind, ...memberships] = await Promise.all([
        kinds.get(user),
        ...groups.map((group) => members.get(group)),
      ]);
      if (kind !== "member") return { kind, id: user };
      return { kind, id: user, groups: groups.filter((_, index) => memberships[index]?.includes(user)) };
    },
  };
}

async function accountKind(slack: WebClient, user: string, team: string): Promise<Person["kind"]> {
  let account: z.infer<typeof Account>["user"];
  try {
    account = Account.parse(await slack.users.info({ user })).user;
  } catch (error) {
    if (platformError(error) === "user_not_found") return "unknown";
    throw new DirectoryUnavailable(`who ${user} is`, error);
  }
  if (account.deleted) return "deactivated";
  if (account.is_bot) return "unknown";
  const isOurs = account.team_id === team && !account.is_stranger;
  if (!isOurs) return "external";
  return account.is_restricted || account.is_ultra_restricted ? "guest" : "member";
}

async function groupMembers(slack: WebClient, group: string, team: string): Promise<readonly string[]> {
  try {
    return Members.parse(await slack.usergroups.users.list({ usergroup: group, team_id: team })).users;
  } catch (error) {
    throw new DirectoryUnavailable(`who is in the group ${group}`, error);
  }
}

type GroupsOfAll = z.infer<typeof Groups>["usergroups"];

/** One call for everybody: Slack says who is in a group, and not which groups somebody is in. */
async function allGroups(slack: WebClient, team: string): Promise<GroupsOfAll> {
  try {
    return Groups.parse(await slack.usergroups.list({ include_users: true, team_id: team })).usergroups;
  } catch (error) {
    throw new DirectoryUnavailable("which groups there are", error);
  }
}

async function channelsOf(slack: WebClient, user: string, team: string): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor = "";
  try {
    do {
      const page = await slack.users.conversations({
        ...{ user, team_id: team, types: CHANNEL_TYPES, exclude_archived: true, limit: CHANNELS_PAGE },
        ...(cursor !== "" && { cursor }),
      });
      const { channels, response_metadata: rest } = Channels.parse(page);
      found.push(...channels.map(({ id }) => id));
      cursor = rest.next_cursor;
    } while (cursor !== "");
  } catch (error) {
    throw new DirectoryUnavailable(`which channels ${user} is in`, error);
  }
  return found;
}

const PlatformError = z.object({ data: z.object({ error: z.string() }) });

/** Slack's own name for what was wrong with a call; undefined when the call did not get that far. */
export function platformError(error: unknown): string | undefined {
  return PlatformError.safeParse(error).data?.data.error;
}

/** Who asks while somebody else is asking shares the answer: one click of several voters, or a crowd, is one look-up. */
function cached<T>(nowMs: () => number, ttl: number, load: (key: string) => Promise<T>): Cache<T> {
  const known = new Map<string, { readonly value: T; readonly until: number }>();
  const asked = new Map<string, Promise<T>>();
  function ask(key: string): Promise<T> {
    // What was asked for before it was forgotten may be what it was before.
    const isLatest = (): boolean => asked.get(key) === answer;
    const answer = load(key)
      .then((value) => {
        if (isLatest()) known.set(key, { value, until: nowMs() + ttl });
        return value;
      })
      .finally(() => {
        if (isLatest()) asked.delete(key);
      });
    asked.set(key, answer);
    return answer;
  }
  return {
    get(key) {
      const fresh = known.get(key);
      if (fresh !== undefined && fresh.until > nowMs()) return Promise.resolve(fresh.value);
      return asked.get(key) ?? ask(key);
    },
    forget(key) {
      asked.delete(key);
      known.delete(key);
    },
  };
}

interface Cache<T> {
  get(key: string): Promise<T>;
  forget(key: string): void;
}
