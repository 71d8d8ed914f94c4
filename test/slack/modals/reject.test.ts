// The form for saying no: a reason in one tap, and a note where one is needed.
import { describe, expect, test } from "vitest";
import { rejectionOf, rejectModal } from "../../../src/slack/modals/reject.ts";
import { someApproval } from "../fixtures.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

describe("the reject form", () => {
  const values = (reason: string | null, note: string | null): object => ({
    reason: { reason: { selected_option: reason === null ? null : { value: reason } } },
    note: { note: { value: note } },
  });

  test("offers its reasons in one tap, and a note", () => {
    const [heading, reason, note, stop] = rejectModal(someApproval()).blocks;
    expect(heading).toEqual({ type: "section", text: mrkdwn("*Deploy checkout v2.4.1 to prod*") });
    const texts = ["Not now", "Wrong target", "Needs more information", "Unsafe", "Other"];
    expect(reason).toEqual({
      ...{ type: "input", block_id: "reason", label: plain("Reason") },
      element: {
        ...{ type: "radio_buttons", action_id: "reason" },
        options: texts.map((text) => ({ text: plain(text), value: text })),
      },
    });
    expect(note).toMatchObject({ type: "input", block_id: "note", optional: true });
    const description = plain("Nothing more of it happens, and its other questions are closed.");
    expect(stop).toMatchObject({
      ...{ type: "input", block_id: "stop", optional: true },
      element: { options: [{ text: plain("Stop the run"), value: "stop", description }] },
    });
  });

  test.each([
    ["Not now", null, "Not now"],
    ["Not now", "  ", "Not now"],
    ["Unsafe", " no rollback ", "Unsafe: no rollback"],
    ["Other", "wrong week", "wrong week"],
    ["Unsafe", "x".repeat(2_000), `Unsafe: ${"x".repeat(1_000)}`],
  ])("reads %s with the note %j as %s", (reason, note, read) => {
    expect(rejectionOf(values(reason, note))).toEqual({ kind: "reason", reason: read, stop: false });
  });

  test("reads the box that stops the run beside a reason", () => {
    const stop = { stop: { selected_options: [{ value: "stop" }] } };
    expect(rejectionOf({ ...values("Not now", null), stop })).toEqual({
      ...{ kind: "reason", reason: "Not now", stop: true },
    });
  });

  test.each([
    [values(null, "x"), { reason: "Please choose a reason." }],
    [values("Because", "x"), { reason: "Please choose a reason." }],
    [undefined, { reason: "Please choose a reason." }],
    [{ reason: "Not now" }, { reason: "Please choose a reason." }],
    [values("Other", null), { note: "Please say why." }],
    [values("Other", " \n"), { note: "Please say why." }],
    [values("Unsafe", null), { note: "Please say why." }],
  ])("says at the input what is missing from %j", (submitted, errors) => {
    expect(rejectionOf(submitted)).toEqual({ kind: "incomplete", errors });
  });

  describe("of a run that tries again", () => {
    const { request, ...approval } = someApproval();
    const again = { ...approval, request: { ...request, again: true } };
    const changed = (note: string | null, stop: readonly string[]): object => ({
      note: { note: { value: note } },
      stop: { stop: { selected_options: stop.map((value) => ({ value })) } },
    });

    test("asks what should change, and offers to stop instead", () => {
      const [, note, stop] = rejectModal(again).blocks;
      expect(note).toMatchObject({ block_id: "note", label: plain("What should change?") });
      expect(note).not.toHaveProperty("optional");
      const text = plain("Stop the run instead of letting it try again");
      expect(stop).toMatchObject({
        ...{ type: "input", block_id: "stop", optional: true },
        element: { type: "checkboxes", options: [{ text, value: "stop" }] },
      });
    });

    test.each([
      [[], false],
      [["stop"], true],
    ])("reads the box %j as stop: %s", (stop, isStopped) => {
      const read = { kind: "reason", reason: "Shorter, please", stop: isStopped };
      expect(rejectionOf(changed(" Shorter, please ", stop))).toEqual(read);
    });

    test.each([null, " "])("says at the input that %j is no reason", (note) => {
      const errors = { note: "Please say what should change, or why not." };
      expect(rejectionOf(changed(note, ["stop"]))).toEqual({ kind: "incomplete", errors });
    });
  });
});
