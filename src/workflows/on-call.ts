// Who is on call, for policies that name a schedule: { approvers: [{ schedule: "primary" }] }. Put your own people here.
import { Rotations, weekly } from "../runs/rotation.ts";

export const rotations = Rotations.parse({
  primary: {
    timeZone: "Europe/Berlin",
    from: "2026-01-05T09:00",
    people: ["U0ANA", "U0BO"],
  },
});

export const schedules = weekly(rotations);
