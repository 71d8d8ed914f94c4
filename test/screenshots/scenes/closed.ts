// Cards of questions that nobody can decide any more.
import { SEED } from "../../../src/local/slack/seed.ts";
import { DECIDED_AT, someApproval } from "../../slack/fixtures.ts";
import { cardOf, type Scene } from "../scene.ts";

const at = DECIDED_AT;
const by = SEED.users.rita;

export const closedScenes: readonly Scene[] = [
  cardOf(
    "expired",
    "Nobody decided in time, and nothing was run.",
    someApproval({}, { state: { kind: "expired", at } }),
  ),
  cardOf(
    "cancelled",
    "Rita has cancelled the run before anybody decided.",
    someApproval({}, { state: { kind: "cancelled", by, at } }),
    { status: { kind: "cancelled", by, at } },
  ),
  cardOf(
    "superseded",
    "The graph asks something else now.",
    someApproval({}, { state: { kind: "superseded", at } }),
  ),
  cardOf(
    "no-longer-asked",
    "The run has ended without an answer.",
    someApproval({}, { state: { kind: "superseded", at } }),
    { status: { kind: "done", outcome: { good: true, text: "Nothing was left to do." } } },
  ),
];
