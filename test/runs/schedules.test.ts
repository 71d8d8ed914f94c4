// Where people belong, schedules included: whoever is on call is in that schedule's group for as long as it lasts.
import { expect, test } from "vitest";
import { DirectoryUnavailable } from "../../src/runs/errors.ts";
import { type Schedules, withSchedules } from "../../src/runs/schedules.ts";

const people = {
  person: (id: string) => Promise.resolve({ kind: "member" as const, id, groups: [] }),
  groupsOf: () => Promise.resolve(["S1"]),
  channelsOf: (user: string) => Promise.resolve([`D${user}`]),
  membersOf: (group: string) => Promise.resolve([`of ${group}`]),
};
const schedules: Schedules = {
  names: () => Promise.resolve(["primary", "payments"]),
  onCall: (name, at) => Promise.resolve(name === "primary" && at < "2026-02" ? ["UANA"] : ["UBO"]),
};

test("groups of the workspace come first, then whatever one is on call for at this moment", async () => {
  let now = "2026-01-31";
  const known = withSchedules(people, schedules, { now: () => now });
  expect(await known.groupsOf("UANA")).toEqual(["S1", "oncall:primary"]);
  expect(await known.groupsOf("UBO")).toEqual(["S1", "oncall:payments"]);
  expect(await known.membersOf("oncall:primary")).toEqual(["UANA"]);
  now = "2026-02-01";
  expect(await known.groupsOf("UANA")).toEqual(["S1"]);
  expect(await known.groupsOf("UBO")).toEqual(["S1", "oncall:primary", "oncall:payments"]);
  expect(await known.membersOf("oncall:primary")).toEqual(["UBO"]);
});

test("members of a group and channels are the directory's", async () => {
  const known = withSchedules(people, schedules, { now: () => "2026-01-01" });
  expect(await known.membersOf("S1")).toEqual(["of S1"]);
  expect(await known.channelsOf("UANA")).toEqual(["DUANA"]);
});

test("schedules that cannot be read are a failure, not nobody", async () => {
  const away = (): Promise<never> => Promise.reject(new Error("It is away."));
  for (const broken of [
    { ...schedules, names: away },
    { ...schedules, onCall: away },
  ]) {
    const known = withSchedules(people, broken, { now: () => "2026-01-01" });
    await expect(known.groupsOf("UANA")).rejects.toThrow(DirectoryUnavailable);
  }
  const known = withSchedules(people, schedules, { now: () => "2026-01-01" });
  const none = { ...schedules, onCall: () => Promise.resolve(undefined) };
  await expect(withSchedules(people, none, { now: () => "" }).membersOf("oncall:gone")).rejects.toThrow(
    DirectoryUnavailable,
  );
  expect(await known.membersOf("oncall:payments")).toEqual(["UBO"]);
});
