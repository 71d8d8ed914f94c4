// Forms and what else opens over the channel.
import { SEED } from "../../../src/local/slack/seed.ts";
import { approveAllModal } from "../../../src/slack/modals/approve-all.ts";
import { askModal } from "../../../src/slack/modals/ask.ts";
import { chooseModal } from "../../../src/slack/modals/choose.ts";
import { eachModal } from "../../../src/slack/modals/decide-each.ts";
import { detailsModal } from "../../../src/slack/modals/details.ts";
import { handOverModal } from "../../../src/slack/modals/hand-over.ts";
import { noticeModal } from "../../../src/slack/modals/notice.ts";
import { rejectModal } from "../../../src/slack/modals/reject.ts";
import { refusalSentence } from "../../../src/slack/words.ts";
import { approvedByAna, decided, RESTART, someApproval, someRun } from "../../slack/fixtures.ts";
import { articleQuestion, inbox, longQuestion, tools, wordsQuestion } from "../asking.ts";
import { modalOf, type Scene } from "../scene.ts";
import { NOW } from "../stage.ts";

const deploy = someApproval();
const restart = someApproval(RESTART);
const log = Array.from(
  { length: 3_200 },
  (_, at) => `line ${at + 1} of the migration: ALTER TABLE orders_${at + 1} …`,
);
const long = someApproval({
  title: "Run the migration of the orders",
  details: [{ label: "Migration", value: log.join("\n") }],
});
const listed = ["db-1", "db-2", "db-3"].map((host, at) =>
  someApproval(
    { title: `Rotate the certificate of ${host}`, target: `${host} in prod` },
    { interrupt: `${at}`.padEnd(32, "c") },
  ),
);
const ana = { by: SEED.users.bo, now: NOW };

export const modalScenes: readonly Scene[] = [
  modalOf("reject-form", "Why not, in one tap or in words.", rejectModal(deploy)),
  modalOf(
    "reject-form-again",
    "What should change before the next try.",
    rejectModal(someApproval({ again: true })),
  ),
  modalOf(
    "details",
    "The full request, with Approve.",
    detailsModal(deploy, { page: 0, refused: undefined }),
  ),
  modalOf(
    "details-to-read",
    "The full request, for somebody who asked for it.",
    detailsModal(deploy, { page: 0, refused: "own-request" }),
  ),
  modalOf("details-page", "The first of several pages.", detailsModal(long, { page: 0, refused: undefined })),
  modalOf(
    "details-last-page",
    "The last of several pages, where Approve is.",
    detailsModal(long, { page: 9, refused: undefined }),
  ),
  modalOf(
    "allow-form",
    "What is approved now, and what runs from then on without asking.",
    detailsModal(restart, { page: 0, refused: undefined, isForRun: true }),
  ),
  modalOf(
    "allow-form-destructive",
    "The same of what cannot be undone.",
    detailsModal(someApproval({ ...RESTART, risk: "destructive", forRun: [] }), {
      ...{ page: 0, refused: undefined, isForRun: true },
    }),
  ),
  modalOf(
    "allow-form-page",
    "The first of several pages: all of it is read first.",
    detailsModal(someApproval({ ...RESTART, details: [{ label: "Log", value: log.join("\n") }] }), {
      ...{ page: 0, refused: undefined, isForRun: true },
    }),
  ),
  modalOf("answer-form", "A question to answer in words.", askModal(wordsQuestion)),
  modalOf("respond-form", "Words in place of a yes or a no.", askModal(inbox)),
  modalOf("choose-list", "All answers of a long list, and a menu.", chooseModal(longQuestion)),
  modalOf("choose-read", "All of a text, and its answers below it.", chooseModal(articleQuestion)),
  modalOf("decide-each", "Each action with its own decision.", eachModal(tools)),
  modalOf(
    "approve-all",
    "Several requests, each with a tick.",
    approveAllModal({ run: someRun(), listed, onOwnCard: 1 }),
  ),
  modalOf("hand-over", "To whom it is handed over.", handOverModal(deploy)),
  modalOf(
    "notice",
    "A form that came too late says what has happened.",
    noticeModal("Not counted", refusalSentence("decided", decided(deploy, approvedByAna), ana)),
  ),
];
