// The workspace: its people and channels, and everything in it that changes, each change counted by a version.
import { createCollection, type Collection } from "./collection.ts";
import { clockSchema, homeSchema, hookSchema, imSchema, messageSchema, modalSchema } from "./documents.ts";
import {
  triggerSchema,
  type Home,
  type Hook,
  type Modal,
  type StoredMessage,
  type Trigger,
} from "./documents.ts";
import type { Channel, Person } from "./protocol.ts";
import { SEED, SEED_CHANNELS, SEED_GROUPS, seedPeople, type Group } from "./seed.ts";
import type { Store } from "./store.ts";
import { tsFromMicros } from "./timestamps.ts";

export interface Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly messages: Collection<StoredMessage>;
  /** Open modals; of one person, the bottom of the stack first. */
  readonly modals: Collection<Modal>;
  readonly homes: Collection<Home>;
  readonly triggers: Collection<Trigger>;
  readonly hooks: Collection<Hook>;
  now(): number;
  channels(): readonly Channel[];
  channel(id: string): Channel | undefined;
  person(id: string): Person | undefined;
  /** The direct message between a person and the app, opened if it was not. */
  openIm(person: Person): Channel;
  /** Later than every timestamp given before, also over restarts. */
  nextTs(): string;
  nextId(prefix: string): string;
  /** Something nobody can guess, for URLs and triggers that carry authority. */
  secret(): string;
  version(): number;
  onChange(listener: () => void): () => void;
  /** Back to the first day; ids and timestamps go on. */
  reset(): void;
}

export interface WorkspaceOptions {
  readonly store: Store;
  readonly teamId: string;
  readonly now: () => number;
  readonly secret: () => string;
}

export function createWorkspace({ store, teamId, now, secret }: WorkspaceOptions): Workspace {
  const clock = createClock(store, now);
  const onWrite = (): void => clock.changed();
  const { ims, ...collections } = createCollections(store, onWrite);
  const people = seedPeople(teamId);
  const channels = (): readonly Channel[] => [...SEED_CHANNELS, ...ims.all()];
  return {
    ...collections,
    ...clock,
    now,
    secret,
    people,
    groups: SEED_GROUPS,
    team: { id: teamId, name: SEED.teamName, domain: SEED.teamDomain },
    channels,
    channel: (id) => channels().find((channel) => channel.id === id),
    person: (id) => people.find((person) => person.id === id),
    openIm: (person) => {
      const id = `D${person.id.slice(1)}`;
      const im = { id, name: "countersign", kind: "im", members: [person.id, SEED.users.bot] } as const;
      if (ims.get(id) === undefined) ims.put({ ...im, members: [...im.members] });
      return im;
    },
    reset: () => {
      for (const collection of [ims, ...Object.values(collections)]) collection.clear();
    },
  };
}

function createCollections(store: Store, onWrite: () => void) {
  const idOf = ({ id }: { readonly id: string }): string => id;
  return {
    messages: createCollection(store, { kind: "message", schema: messageSchema, idOf: messageKey, onWrite }),
    modals: createCollection(store, { kind: "modal", schema: modalSchema, idOf, onWrite }),
    homes: createCollection(store, { kind: "home", schema: homeSchema, idOf: (home) => home.user, onWrite }),
    ims: createCollection(store, { kind: "im", schema: imSchema, idOf, onWrite }),
    triggers: createCollection(store, { kind: "trigger", schema: triggerSchema, idOf }),
    hooks: createCollection(store, { kind: "hook", schema: hookSchema, idOf: (hook) => hook.token }),
  };
}

export function messageKey({ channel, ts }: { readonly channel: string; readonly ts: string }): string {
  return `${channel}/${ts}`;
}

function createClock(store: Store, now: () => number) {
  const clocks = createCollection(store, { kind: "clock", schema: clockSchema, idOf: ({ id }) => id });
  let clock = clocks.get("clock") ?? { id: "clock" as const, version: 1, lastMicros: 0, lastId: 0 };
  const listeners = new Set<() => void>();
  const advance = (next: Partial<typeof clock>): void => {
    clock = { ...clock, ...next };
    clocks.put(clock);
  };
  return {
    version: () => clock.version,
    changed: () => {
      advance({ version: clock.version + 1 });
      for (const listener of listeners) listener();
    },
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    nextTs: () => {
      advance({ lastMicros: Math.max(Math.floor(now() * 1_000), clock.lastMicros + 1) });
      return tsFromMicros(clock.lastMicros);
    },
    nextId: (prefix: string) => {
      advance({ lastId: clock.lastId + 1 });
      return `${prefix}${String(clock.lastId).padStart(6, "0")}`;
    },
  };
}
