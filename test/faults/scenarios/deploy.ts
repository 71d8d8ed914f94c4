// One approval, for which two people click at once.
import type { RunScenario } from "../scenario.ts";
import { approver, ONE } from "./parts.ts";
import { planned, wrongPlan } from "./planned.ts";

export const deploy: RunScenario = {
  name: "deploy",
  workflow: (hands) => planned(hands, "deploy", ONE),
  people: [approver("UANA"), approver("UBO")],
  wrong: wrongPlan,
};
