// The workspace: its people and channels, and everything in it that changes, each change counted by a version.
import { changedChannels, changedGroups, changedPeople, changeKey, changeSchema } from "./change.ts";
import { createCollection, type Collection } from "./collection.ts";
import {
  clockSchema,
  fileSchema,
  homeSchema,
  hookSchema,
  imSchema,
  messageSchema,
  modalSchema,
  readSchema,
  triggerSchema,
  type Home,
  type Hook,
  type Modal,
  type ReadMark,
  type StoredFile,
  type StoredMessage,
  type Trigger,
} from "./documents.ts";
import type { Change, Channel, Person } from "./protocol.ts";
import { SEED, SEED_CHANNELS, SEED_GROUPS, seedPeople, type Group } from "./seed.ts";
import type { Store } from "./store.ts";
import { tsFromMicros } from "./timestamps.ts";

export interface Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly messages: Collection<StoredMessage>;
  /** Open modals; of one person, the bottom of the stack first. */
  readonly modals: Collection<Modal>;
  readonly homes: Collection<Home>;
  readonly triggers: Collection<Trigger>;
  readonly hooks: Collection<Hook>;
  readonly reads: Collection<ReadMark>;
  readonly files: Collection<StoredFile>;
  /** What an administrator changed. */
  readonly changes: Collection<Change>;
  now(): number;
  people(): readonly Person[];
  groups(): readonly Group[];
  channels(): readonly Channel[];
  channel(id: string): Channel | undefined;
  person(id: string): Person | undefined;
  /** The direct message between a person and the app or somebody else, opened if it was not. */
  openIm(person: Person, other?: Person): Channel;
  /** Later than every timestamp given before, also over restarts. */
  nextTs(): string;
  nextId(prefix: string): string;
  /** Something nobody can guess, for URLs and triggers that carry authority. */
  secret(): string;
  version(): number;
  /** Tells every page to look again. */
  changed(): void;
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
  const changes = collections.changes;
  const people = (): readonly Person[] => changedPeople(seedPeople(teamId), changes.all());
  const channels = (): readonly Channel[] => changedChannels([...SEED_CHANNELS, ...ims.all()], changes.all());
  return {
    ...collections,
    ...clock,
    now,
    secret,
    people,
    groups: () => changedGroups(SEED_GROUPS, changes.all()),
    team: { id: teamId, name: SEED.teamName, domain: SEED.teamDomain },
    channels,
    channel: (id) => channels().find((channel) => channel.id === id),
    person: (id) => people().find((person) => person.id === id),
    openIm: (person, other) => {
      const isWithApp = other === undefined || other.id === SEED.users.bot;
      const members = isWithApp ? [person.id, SEED.users.bot] : [person.id, other.id].sort();
      const id = `D${(isWithApp ? [person.id] : members).map((member) => member.slice(1)).join("")}`;
      const im = ims.get(id) ?? { id, name: isWithApp ? SEED.appName : "", kind: "im", members };
      if (ims.get(id) === undefined) ims.put(im);
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
    reads: createCollection(store, { kind: "read", schema: readSchema, idOf: readKey, onWrite }),
    files: createCollection(store, { kind: "file", schema: fileSchema, idOf }),
    changes: createCollection<Change>(store, {
      kind: "change",
      schema: changeSchema,
      idOf: changeKey,
      onWrite,
    }),
  };
}

export function readKey({ user, channel }: { readonly user: string; readonly channel: string }): string {
  return `${user}/${channel}`;
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
