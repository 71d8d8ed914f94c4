// What commands answer, and the form that opens where fields are missing.
import { SEED } from "../../../src/local/slack/seed.ts";
import { startModal } from "../../../src/slack/modals/start.ts";
import { someApproval, someRun } from "../../slack/fixtures.ts";
import { catalog, commandOf, type Stored } from "../commands.ts";
import { modalOf, type Scene } from "../scene.ts";

const requester = SEED.users.ana;
const deploying: Stored = {
  run: someRun({
    requester,
    progress: { done: ["look_up"], earlier: 0, next: ["approve"], slot: 2, nodes: {} },
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
  }),
  approvals: [],
};
const stored = [deploying, emailing, failed];

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
    commandOf("unclear", "A word that is no command.", { words: "stauts", stored }),
  ])),
  ...(start === undefined
    ? []
    : [modalOf("start-form", "The fields of a workflow, as far as they were typed.", start)]),
];
