// The form for changing arguments before approving: drawn from the request's JSON Schema, and read back into arguments.
import type { InputBlock, View } from "@slack/web-api";
import type { Approval } from "../../approvals/approval.ts";
import type { JsonObject } from "../../approvals/json.ts";
import type { Request } from "../../approvals/request.ts";
import type { FieldErrors } from "../../approvals/schema.ts";
import { encodeRequestRef, VIEW } from "../action-id.ts";
import { isForm } from "../blocks/answers.ts";
import { heading, plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";
import { argsBlocks, argsForm, argsInputs, argsRead, placedErrors, type Read } from "./args-form.ts";
import { heldIn, INPUT } from "./edit/control.ts";
import type { Form } from "./edit/form.ts";

/** The block that is no argument's. */
const COMMENT_BLOCK = "comment";
const COMMENT_MAX = 1_000;

export function editModal(approval: Approval): View {
  const { request } = approval;
  const form = formOf(request);
  const blocks = argsBlocks(form);
  const canSubmit = blocks.some(({ type }) => type === "input");
  const words = isForm(request) ? ANSWERING : EDITING;
  return {
    type: "modal",
    callback_id: VIEW.edit,
    private_metadata: encodeRequestRef(approval),
    title: plain(words.title, LIMITS.modalTitle),
    ...(canSubmit ? { submit: plain(words.submit, LIMITS.modalTitle) } : {}),
    close: plain("Back", LIMITS.modalTitle),
    blocks: [
      section([`*${heading(request.title)}*`, ...(canSubmit ? whatSubmittingDoes(approval) : [])].join("\n")),
      ...blocks,
      ...(canSubmit ? [commentInput(words.comment)] : []),
    ],
  };
}

interface Words {
  readonly title: string;
  readonly submit: string;
  readonly comment: string;
}

const EDITING: Words = {
  title: "Edit request",
  submit: "Approve with changes",
  comment: "Reason for change",
};
/** Of a question with fields to fill in nothing is approved. */
const ANSWERING: Words = { title: "Answer", submit: "Send", comment: "Comment" };

/** Where one person does not decide alone, the changed request still waits for the others. */
function whatSubmittingDoes({
  request,
  policy: { quorum = 1, everyGroup = false },
}: Approval): readonly string[] {
  const isAlone = quorum === 1 && !everyGroup;
  if (isForm(request)) return isAlone ? [] : ["It counts once others have sent the same."];
  const editing = "You are editing what will run.";
  return isAlone
    ? [`${editing} Submitting approves it with your changes.`]
    : [
        `${editing} With a change, submitting is the first vote on a new revision: earlier votes no longer count, and others have to approve it, too.`,
      ];
}

function formOf(request: Request): Form {
  const schema = request.kind === "approve" ? request.schema : undefined;
  return argsForm({ args: request.action.args, schema });
}

function commentInput(label: string): InputBlock {
  return {
    type: "input",
    block_id: COMMENT_BLOCK,
    optional: true,
    label: plain(label, LIMITS.label),
    hint: plain("Stands on the card, for everybody to read.", LIMITS.label),
    element: { type: "plain_text_input", action_id: INPUT, multiline: true, max_length: COMMENT_MAX },
  };
}

export type Edited =
  | { readonly kind: "args"; readonly args: JsonObject; readonly comment: string }
  | Extract<Read, { kind: "unreadable" }>
  /** Not what this form sends: it has inputs that the form does not have. */
  | { readonly kind: "strange" };

/** The arguments as the form has them now; what it does not offer keeps its value. Whether they fit is for `decide` to say. */
export function editedOf(approval: Approval, submitted: unknown): Edited {
  const { request } = approval;
  const form = formOf(request);
  const held = heldIn(submitted);
  if (held === undefined) return { kind: "strange" };
  const known = inputIds(form);
  if ([...held.keys()].some((block) => !known.includes(block))) return { kind: "strange" };
  const read = argsRead(request.action.args, form, held);
  const comment = (held.get(COMMENT_BLOCK)?.[0] ?? "").trim().slice(0, COMMENT_MAX);
  return read.kind === "args" ? { ...read, comment } : read;
}

function inputIds(form: Form): readonly string[] {
  const inputs = argsInputs(form);
  return inputs.length === 0 ? [] : [...inputs, COMMENT_BLOCK];
}

/** Errors by field as errors by block. */
export function blockErrors(approval: Approval, errors: FieldErrors): FieldErrors {
  return placedErrors(inputIds(formOf(approval.request)), errors);
}
