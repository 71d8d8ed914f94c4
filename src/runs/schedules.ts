// Who is on call: asked at each click, since the answer changes while a question waits.
import { keyOfGroup } from "../approvals/actor.ts";
import { onCallGroup, scheduleOf } from "../approvals/declared-policy.ts";
import type { Person } from "../approvals/policy.ts";
import { DirectoryUnavailable } from "./errors.ts";
import type { Clock, Directory, Memberships } from "./ports.ts";

/** Schedules by name. The rotations of a file implement it, and so can a service that keeps them. */
export interface Schedules {
  /** The Slack ids of those on call at this moment; undefined when there is no such schedule. */
  onCall(schedule: string, at: string): Promise<readonly string[] | undefined>;
  /** Of all there are. */
  names(): Promise<readonly string[]>;
}

/** A directory that knows who is on call as it knows who is in a group. */
export function withSchedules(
  directory: Directory & Memberships,
  schedules: Schedules,
  clock: Clock,
): Directory & Memberships {
  return {
    async groupsOf(user): Promise<readonly string[]> {
      const [own, named] = await Promise.all([directory.groupsOf(user), namesOf(schedules)]);
      const at = clock.now();
      const onCall = await Promise.all(named.map((schedule) => onCallOf(schedules, schedule, at)));
      const theirs = named.filter((_, index) => onCall[index]?.includes(user) === true);
      return [...own, ...theirs.map(onCallGroup)];
    },
    channelsOf: (user) => directory.channelsOf(user),
    membersOf(group): Promise<readonly string[]> {
      const schedule = scheduleOf(group);
      if (schedule !== undefined) return onCallOf(schedules, schedule, clock.now());
      return keyOfGroup(group) === undefined ? directory.membersOf(group) : Promise.resolve([]);
    },
    async person(user, groups): Promise<Person> {
      const named = groups.flatMap((group) => {
        const schedule = scheduleOf(group);
        return schedule === undefined ? [] : [{ group, schedule }];
      });
      // A key is nobody's group.
      const ofSlack = groups.filter(
        (group) => scheduleOf(group) === undefined && keyOfGroup(group) === undefined,
      );
      const [person, ...onCall] = await Promise.all([
        directory.person(user, ofSlack),
        ...named.map(({ schedule }) => onCallOf(schedules, schedule, clock.now())),
      ]);
      if (person.kind !== "member") return person;
      const own = named.filter((_, index) => onCall[index]?.includes(user) === true);
      return { ...person, groups: [...person.groups, ...own.map(({ group }) => group)] };
    },
  };
}

async function namesOf(schedules: Schedules): Promise<readonly string[]> {
  try {
    return await schedules.names();
  } catch (error) {
    throw new DirectoryUnavailable("which schedules there are", error);
  }
}

/** Nobody may decide on a guess: a schedule that cannot be read counts as nobody knowing. */
async function onCallOf(schedules: Schedules, schedule: string, at: string): Promise<readonly string[]> {
  let people: readonly string[] | undefined;
  try {
    people = await schedules.onCall(schedule, at);
  } catch (error) {
    throw new DirectoryUnavailable(`who is on call for ${schedule}`, error);
  }
  if (people !== undefined) return people;
  throw new DirectoryUnavailable(`who is on call for ${schedule}`, new Error("There is no such schedule."));
}
