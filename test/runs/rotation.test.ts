// Who is on call: a week each, in turn, handed over at the same hour of the wall clock in summer and in winter.
import { expect, test } from "vitest";
import { Rotations, weekly } from "../../src/runs/rotation.ts";

const schedules = weekly(
  Rotations.parse({
    primary: { timeZone: "Europe/Berlin", from: "2026-01-05T09:00", people: ["UANA", "UBO", "UCY"] },
  }),
);

test.each([
  ["before the first week", "2026-01-05T07:59:59.000Z", []],
  ["when it begins", "2026-01-05T08:00:00.000Z", ["UANA"]],
  ["at its last moment", "2026-01-12T07:59:59.000Z", ["UANA"]],
  ["when it is handed over", "2026-01-12T08:00:00.000Z", ["UBO"]],
  ["after all had their turn", "2026-01-26T08:00:00.000Z", ["UANA"]],
  ["in summer, an hour before in UTC", "2026-07-06T06:59:59.000Z", ["UBO"]],
  ["in summer, at the same hour there", "2026-07-06T07:00:00.000Z", ["UCY"]],
])("%s", async (_, at, people) => {
  expect(await schedules.onCall("primary", at)).toEqual(people);
});

test("it says which schedules there are", async () => {
  expect(await schedules.names()).toEqual(["primary"]);
});

test("a schedule that is not there is unknown, also when its name means something to JavaScript", async () => {
  expect(await schedules.onCall("secondary", "2026-01-05T08:00:00.000Z")).toBeUndefined();
  expect(await schedules.onCall("constructor", "2026-01-05T08:00:00.000Z")).toBeUndefined();
});

test("a time zone may go by an older name", () => {
  const rotation = { timeZone: "Asia/Calcutta", from: "2026-01-05T09:00", people: ["U1"] };
  expect(Rotations.safeParse({ primary: { ...rotation, timeZone: "US/Pacific" } }).success).toBe(true);
  expect(Rotations.safeParse({ primary: rotation }).success).toBe(true);
});

test.each([
  ["a time zone that is none", { timeZone: "Europe/Atlantis" }],
  ["a beginning that is none", { from: "Monday" }],
  ["nobody in it", { people: [] }],
])("a rotation with %s is refused", (_, change) => {
  const rotation = { timeZone: "UTC", from: "2026-01-05T09:00", people: ["U1"], ...change };
  expect(Rotations.safeParse({ primary: rotation }).success).toBe(false);
});
