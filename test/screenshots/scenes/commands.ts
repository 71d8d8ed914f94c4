// What commands answer, and the form that opens where fields are missing.
import { SEED } from "../../../src/local/slack/seed.ts";
import { startModal } from "../../../src/slack/modals/start.ts";
import { decided, DECIDED_AT, someApproval, someRun } from "../../slack/fixtures.ts";
import { agentQuestion } from "../asking.ts";
import { catalog, commandOf, type Stored } from "../commands.ts";
import { modalOf, type Scene } from "../scene.ts";

const requester = SEED.users.ana;
const deploying: Stored = {
  run: someRun({
    requester,
    usage: { calls: 4, inputTokens: 12_300, outputTokens: 840 },
    progress: {
      ...{ done: ["plan"], earlier: 0, next: ["approve"], slot: 2 },
      nodes: { plan: { times: 1, from: 0 } },
    },
  }),
  approvals: [{ ...someApproval(), requester }],
};
const emailing: Stored = {
  run: someRun({
    ...{ requester, workflow: "email", thread: "b04e57".padEnd(32, "0"), status: { kind: "queued" } },
    input: { to: "lee@example.com", about: "The release moves to Monday" },
  }),
  approvals: [],
};
const failed: Stored = {
  run: someRun({
    ...{ requester, thread: "c9d210".padEnd(32, "0") },
    status: { kind: "failed", error: "The deployment service answered 503." },
    progress: {
      ...{ done: ["plan", "approve"], earlier: 0, next: ["deploy"], slot: 4 },
      nodes: { plan: { times: 1, from: 0 }, approve: { times: 1, from: 1 } },
    },
  }),
  approvals: [],
};
const over: Stored = {
  run: someRun({
    ...{ requester, thread: "e77120".padEnd(32, "0") },
    status: { kind: "done", outcome: { good: true, text: "Deployed checkout v2.4.1 to prod." } },
  }),
  approvals: [],
};
const stored = [deploying, emailing, failed];

const { thread } = deploying.run;
const clarifying: Stored = { ...deploying, approvals: [{ ...agentQuestion, thread, requester }] };
const twice: Stored = { ...clarifying, approvals: [...clarifying.approvals, ...deploying.approvals] };
const answered: Stored = {
  ...clarifying,
  approvals: clarifying.approvals.map((one) =>
    decided(one, { kind: "responded", by: requester, at: DECIDED_AT, text: "staging-1" }),
  ),
};

const deploy = catalog.find(({ name }) => name === "deploy");
const start = deploy && startModal(deploy, { workflow: "deploy", args: { service: "checkout" } });

export const commandScenes: readonly Scene[] = [
  ...(await Promise.all([
    commandOf("help", "Every command, and how to start each workflow.", { words: "help", stored }),
    commandOf("list", "What can be started.", { words: "list", stored }),
    commandOf("status", "Ana's runs that are not over.", { words: "status", stored }),
    commandOf("status-of-one", "How one run stands.", { words: "status r-7f3a21", stored }),
    commandOf("status-none", "None of hers is under way.", { words: "status", stored: [] }),
    commandOf("pending", "What waits for her decision.", { words: "pending", stored }),
    commandOf("pending-none", "Nothing waits for her.", { words: "pending", stored: [] }),
    commandOf("show", "A run's graph, where it is, and what it waits for.", {
      words: "show r-7f3a21",
      stored,
    }),
    commandOf("show-failed", "A run that has failed.", { words: "show r-c9d210", stored }),
    commandOf("show-unknown", "A run that she may not see, or that is none.", {
      words: "show r-7f3a22",
      stored,
    }),
    commandOf("cancel", "A run is cancelled.", { words: "cancel r-7f3a21 Freeze until 17:00", stored }),
    commandOf("cancel-over", "A run that is over is not cancelled.", {
      words: "cancel r-e77120",
      stored: [over],
    }),
    commandOf("retry", "A failed run runs again.", { words: "retry r-c9d210", stored }),
    commandOf("retry-not-failed", "A run that has not failed.", { words: "retry r-7f3a21", stored }),
    commandOf("replay", "A run is done again.", { words: "replay r-e77120", stored: [over] }),
    commandOf("replay-asked-before", "A step behind a question.", {
      words: "replay r-7f3a21 plan",
      stored: [{ ...deploying, approvals: deploying.approvals.map((one) => ({ ...one, slot: 0 })) }],
    }),
    commandOf("run-unknown", "There is no such workflow.", { words: "run deplyo service=checkout", stored }),
    commandOf("run-started", "A run is started.", {
      words: "run deploy service=checkout version=v2.4.1 env=prod",
      stored,
    }),
    commandOf("run-stray", "A word that is no field.", { words: "run deploy checkout", stored }),
    commandOf("run-form", "Where no form can open, a button opens it.", {
      words: "run deploy service=checkout",
      stored,
    }),
    ...(
      [
        ["mistyped", "What looks like a command is no answer.", "statsu", clarifying],
        ["late", "A mention that is older than the question.", "staging-1", clarifying],
        ["several", "Two questions wait in the thread.", "staging-1", twice],
        ["on-card", "A yes in words.", "go ahead", deploying],
        ["answered", "It was answered before.", "staging-1", answered],
        ["empty", "An answer without words.", "answer:", clarifying],
        ["nothing", "Nothing is asked in the thread.", "answer: yes", over],
      ] as const
    ).map(([name, sees, words, one]) =>
      commandOf(`words-${name}`, sees, { words, stored: [one], isInThread: true }),
    ),
    commandOf("words-elsewhere", "An answer beside the thread.", { words: "answer: yes", stored }),
    commandOf("unclear", "A word that is no command.", { words: "stauts", stored }),
  ])),
  ...(start === undefined
    ? []
    : [modalOf("start-form", "The fields of a workflow, as far as they were typed.", start)]),
];
