// What one person is told in private: why a click does not count, what went wrong, what there is.
import type { Approval, Refusal } from "../../../src/approvals/approval.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { attendSentence, refusalSentence, SEVERAL, TROUBLE } from "../../../src/slack/words.ts";
import { approvedByAna, decided, DECIDED_AT, rejectedByBo, someApproval } from "../../slack/fixtures.ts";
import { privateOf, type Scene } from "../scene.ts";
import { NOW } from "../stage.ts";

const { users } = SEED;
const deploy = someApproval();
const approved = decided(deploy, approvedByAna);
const rejected = decided(deploy, rejectedByBo("Freeze until 17:00"));
const expired = someApproval({}, { state: { kind: "expired", at: DECIDED_AT } });

const REFUSALS: Readonly<Record<Refusal, string>> = {
  "own-request": "Rita clicks on what she has asked for.",
  "not-an-approver": "Somebody clicks who is not on call.",
  guest: "A guest clicks.",
  external: "Somebody of another workspace clicks.",
  deactivated: "Somebody clicks whose account is off.",
  unknown: "Somebody clicks whom nobody knows.",
  changed: "The card was older than the question.",
  decided: "Bo was faster.",
  superseded: "The question was replaced.",
  cancelled: "The run was cancelled.",
  expired: "It had expired.",
  voted: "A vote counts once.",
  "not-offered": "An answer that the request does not have.",
  "does-not-fit": "Arguments that do not fit.",
};

const RECORD: Readonly<Partial<Record<Refusal, Approval>>> = { decided: rejected, expired };

function kindsOf<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(record).filter((name): name is Name => name in record);
}

const refusals = kindsOf(REFUSALS).map((because) =>
  privateOf(
    `refused-${because}`,
    REFUSALS[because],
    refusalSentence(because, RECORD[because] ?? deploy, { by: users.ana, now: NOW }),
  ),
);

const troubles = kindsOf(TROUBLE).map((name) =>
  privateOf(`trouble-${dashed(name)}`, "What somebody is told when something went wrong.", TROUBLE[name]),
);

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const snoozed = someApproval(
  {},
  {
    attention: {
      ...{ since: DECIDED_AT, reminders: 0, steps: 0, pings: [] },
      snoozed: { [users.ana]: "2026-05-04T15:40:00.000Z" },
    },
  },
);

export const toldScenes: readonly Scene[] = [
  ...refusals,
  privateOf(
    "refused-decided-by-oneself",
    "Ana clicks once more on what she has approved.",
    refusalSentence("decided", approved, { by: users.ana, now: NOW }),
  ),
  ...troubles,
  privateOf("snoozed", "Ana is reminded later.", attendSentence.snoozed(snoozed, users.ana)),
  privateOf("not-yours-to-attend", "Somebody else's to hand over.", attendSentence.notAllowed(deploy)),
  privateOf("handed-over-later", "Recorded, and shown later.", attendSentence.willShow),
  privateOf(
    "approved-partly",
    "Two of three were approved.",
    SEVERAL.partly(2, 1, ["Rotate the certificate of db-3: @bo rejected this 2 min ago."]),
  ),
  privateOf("approved-agreed", "Others have to agree.", SEVERAL.agreed),
];
