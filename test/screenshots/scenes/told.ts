// What one person is told in private: why a click does not count, what went wrong, what there is.
import type { Approval, Refusal } from "../../../src/approvals/approval.ts";
import { DirectoryUnavailable, StorageUnavailable } from "../../../src/runs/errors.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { commandTrouble } from "../../../src/slack/commands/trouble.ts";
import { startedSentence } from "../../../src/slack/commands/start-words.ts";
import type { SlackContext } from "../../../src/slack/listeners/context.ts";
import { revokedSentence } from "../../../src/slack/allow-words.ts";
import { cancelledSentence, retriedSentence } from "../../../src/slack/run-words.ts";
import { attendSentence, refusalSentence, SEVERAL, TROUBLE } from "../../../src/slack/words.ts";
import {
  allowedByAna,
  approvedByAna,
  decided,
  DECIDED_AT,
  rejectedByBo,
  RESTART,
  someApproval,
  someRun,
} from "../../slack/fixtures.ts";
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

const stopped = {
  ...decided(someApproval(RESTART), allowedByAna, true),
  revoked: { by: users.rita, at: DECIDED_AT },
};
const allowance = {
  ...{ action: "restart_service", same: { environment: "staging" }, interrupt: deploy.interrupt },
  ...{ by: [users.ana], at: DECIDED_AT },
};

/** What may come of cancelling, retrying and starting, where the card does not say it by itself. */
const commanded: Readonly<Record<string, string | undefined>> = {
  "cancel-not-allowed": cancelledSentence({ kind: "not-allowed" }),
  "cancel-shown-later": cancelledSentence({ kind: "cancelled", woken: false }),
  "cancel-unknown": cancelledSentence({ kind: "over", run: undefined }),
  "retry-not-allowed": retriedSentence({ kind: "not-allowed" }),
  "retry-later": retriedSentence({ kind: "retrying", woken: false }),
  "stop-allowing": revokedSentence({ kind: "revoked", allowance, woken: true }, NOW),
  "stop-allowing-later": revokedSentence({ kind: "revoked", allowance, woken: false }, NOW),
  "stop-allowing-not-allowed": revokedSentence({ kind: "not-allowed", approval: deploy }, NOW),
  "stop-allowing-twice": revokedSentence({ kind: "not-standing", approval: stopped }, NOW),
  "stop-allowing-asked-again": revokedSentence({ kind: "not-standing", approval: deploy }, NOW),
  "stop-allowing-over": revokedSentence({ kind: "over" }, NOW),
  "start-not-allowed": startedSentence(
    { kind: "not-allowed", because: "not-an-approver", starters: { users: [], groups: [SEED.groups.ops] } },
    SEED.command,
  ),
  "start-nothing-there": startedSentence({ kind: "unknown-workflow", nearest: undefined }, SEED.command),
  "start-later": startedSentence({ kind: "started", run: someRun(), woken: false }, SEED.command),
};

const troubled = {
  "command-away": new StorageUnavailable("Timed out", { uncertain: false, cause: undefined }),
  "command-uncertain": new StorageUnavailable("Timed out", { uncertain: true, cause: undefined }),
  "command-not-checked": new DirectoryUnavailable("who they are", new Error("Timed out")),
  "command-unexpected": new Error("Unexpected"),
};
const quiet = { deps: { log: { error: () => undefined, warn: () => undefined } }, command: SEED.command };

export const toldScenes: readonly Scene[] = [
  ...Object.entries(commanded).map(([name, text = ""]) =>
    privateOf(name, "What comes of a command, or of a button.", text),
  ),
  ...Object.entries(troubled).map(([name, error]) =>
    privateOf(
      name,
      "A command that could not be worked on.",
      commandTrouble(quiet as unknown as SlackContext, error).text,
    ),
  ),
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
