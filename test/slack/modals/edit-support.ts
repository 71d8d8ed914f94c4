// A question with arguments to edit, its form, and what Slack sends back from it.
import type { Approval } from "../../../src/approvals/approval.ts";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { initialValues } from "../../../src/local/slack/input-values.ts";
import type { Block } from "../../../src/local/slack/protocol.ts";
import { editModal } from "../../../src/slack/modals/edit.ts";
import { someApproval } from "../fixtures.ts";

export const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
export const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

export function asking(args: JsonObject, properties: JsonObject, required: readonly string[] = []): Approval {
  return askingBy({ type: "object", properties, required: [...required] }, args);
}

export function askingBy(schema: JsonObject, args: JsonObject): Approval {
  return someApproval({ action: { name: "act", args }, schema });
}

/** The blocks between the modal's heading and the reason. */
export function inputsOf(approval: Approval): readonly unknown[] {
  return editModal(approval).blocks.filter(
    (block, index) => index > 0 && !(block.type === "input" && block.block_id === "comment"),
  );
}

export function inputIds(approval: Approval): readonly (string | undefined)[] {
  return editModal(approval).blocks.flatMap((block) => (block.type === "input" ? [block.block_id] : []));
}

/** What Slack sends when nothing was touched. */
export function untouched(approval: Approval): ReturnType<typeof initialValues> {
  return initialValues(editModal(approval).blocks as unknown as readonly Block[]);
}

/** What Slack sends when one input was changed. */
export function changed(approval: Approval, block: string, state: object): object {
  return { ...untouched(approval), [block]: { value: state } };
}

export function typed(approval: Approval, block: string, value: string | null): object {
  return changed(approval, block, { type: "plain_text_input", value });
}

export function picked(approval: Approval, block: string, ...values: readonly string[]): object {
  const options = values.map((value) => ({ text: plain(value), value }));
  return changed(approval, block, { selected_option: options[0] ?? null, selected_options: options });
}
