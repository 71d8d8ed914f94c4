// Any JSON value up to a megabyte, as arguments, facts or an interrupt's value: every card and form fits, all of it can be read, and twice the same is drawn.
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { type Approval, approvalDigest } from "../../src/approvals/approval.ts";
import type { Json } from "../../src/approvals/json.ts";
import { JsonObject } from "../../src/approvals/json.ts";
import { maskedArgs } from "../../src/approvals/redaction.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { acceptContent } from "../../src/local/slack/message-content.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { acceptModal } from "../../src/local/slack/views.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import { decodePageRef } from "../../src/slack/action-id.ts";
import { argLines } from "../../src/slack/blocks/args.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { runCard } from "../../src/slack/blocks/run-card.ts";
import { bytesOf, LIMITS } from "../../src/slack/limits.ts";
import { chooseModal } from "../../src/slack/modals/choose.ts";
import { detailsModal } from "../../src/slack/modals/details.ts";
import { editModal } from "../../src/slack/modals/edit.ts";
import { rejectModal } from "../../src/slack/modals/reject.ts";
import { approvedByAna, decided, someApproval, someRequest, someRun } from "./fixtures.ts";
import { HOSTILE } from "./hostile.ts";

/** Each is drawn, and read page by page, in many ways; `npm run campaign` tries more. */
const RUNS = process.env["COUNTERSIGN_RUNS"] === undefined ? 4 : 100;
const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});

const MEGABYTE = 1_000_000;
/** Of what grows in being shown, and of what is drawn in many small parts, there is a tenth: the rest is the same once more. */
const TENTH = MEGABYTE / 10;

const hostile = fc.constantFrom(...Object.values(HOSTILE).map((text) => text.toWellFormed()));
const text = fc.oneof(
  hostile,
  fc.string({ unit: "binary", maxLength: 30 }).map((raw) => raw.toWellFormed()),
);
const leaf = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
);
const small: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ),
})).value;

function grown(unit: string, bytes: number): string {
  return unit.repeat(Math.max(1, Math.floor(bytes / Math.max(1, Buffer.byteLength(unit)))));
}

const plainUnit = fc.constantFrom("x", "line of text\n", "日本", "🟠", "word ", '"', "=", "a: b\n", "\t");
const large: fc.Arbitrary<Json> = fc.oneof(
  fc.tuple(plainUnit, fc.integer({ min: 1, max: MEGABYTE })).map(([unit, bytes]) => grown(unit, bytes)),
  fc.tuple(text, fc.integer({ min: 1, max: TENTH })).map(([unit, bytes]) => grown(unit, bytes)),
  fc
    .tuple(small, fc.integer({ min: 1, max: TENTH }))
    .map(([value, bytes]) => Array.from({ length: Math.ceil(bytes / (bytesOf(value) + 1)) }, () => value)),
  fc
    .tuple(leaf, text, fc.integer({ min: 1, max: TENTH }))
    .map(([value, name, bytes]) =>
      Object.fromEntries(
        Array.from({ length: Math.ceil(bytes / (bytesOf([name, value]) + 6)) }, (_, index) => [
          `${name}${index}`,
          value,
        ]),
      ),
    ),
  fc
    .tuple(leaf, text, fc.integer({ min: 1, max: 1_000 }))
    .map(([value, name, depth]) =>
      Array.from({ length: depth }).reduce<Json>(
        (inner, _, level) => (level % 2 === 0 ? [inner] : { [name.slice(0, 20)]: inner }),
        value,
      ),
    ),
  text.map((name) => ({ [grown(name, TENTH)]: 1 })),
);
const values = fc.oneof({ weight: 2, arbitrary: small }, { weight: 3, arbitrary: large });

function objectOf(value: Json): JsonObject {
  const parsed = JsonObject.safeParse(value);
  return parsed.success ? parsed.data : { value };
}

function schemaOf(args: JsonObject): JsonObject {
  const properties = Object.entries(args).map(([name, value]) => [
    name,
    { type: typeof value === "object" ? "array" : typeof value, title: name, description: name },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties) as JsonObject,
    required: Object.keys(args),
  };
}

/** The same value in every part a value can have. */
function approvalsWith(value: Json): readonly Approval[] {
  const args = objectOf(value);
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  const guessed = { ...someApproval(), request: requestOf(value, "ask") };
  return [
    someApproval({ schema: undefined, action: { name: "act", args } }),
    someApproval({ schema: schemaOf(args), action: { name: "act", args } }),
    someApproval({
      ...{ title: shown || "x", summary: shown, target: shown, risk: "destructive" },
      facts: Object.entries(args)
        .slice(0, 300)
        .map(([label, fact]) => ({ label: label || "x", value: JSON.stringify(fact) })),
    }),
    { ...guessed, digest: approvalDigest(guessed) },
  ];
}

function expectTwice<T>(draw: () => T): T {
  const drawn = draw();
  expect(JSON.stringify(draw()) === JSON.stringify(drawn), "is drawn twice the same").toBe(true);
  return drawn;
}

function expectOpens(draw: () => unknown): void {
  const view = expectTwice(draw);
  expect(acceptModal(workspace, view)).toMatchObject({ ok: true });
  expect(bytesOf(view)).toBeLessThanOrEqual(LIMITS.viewBytes);
}

const Code = z.object({
  elements: z.array(
    z.object({
      type: z.literal("rich_text_preformatted"),
      elements: z.array(z.object({ text: z.string() })),
    }),
  ),
});

/** What stands in the code blocks of a page. */
function codeIn({ blocks }: ReturnType<typeof detailsModal>): string {
  return blocks
    .flatMap((block) => Code.safeParse(block).data?.elements ?? [])
    .flatMap(({ elements }) => elements.map(({ text }) => text))
    .join("");
}

function expectReadable(approval: Approval): void {
  const last = detailsModal(approval, { page: Number.MAX_SAFE_INTEGER, refused: undefined });
  const pages = (decodePageRef(last.private_metadata)?.page ?? 0) + 1;
  let code = "";
  for (let page = 0; page < pages; page++) {
    const view = detailsModal(approval, { page, refused: undefined });
    expect(acceptModal(workspace, view)).toMatchObject({ ok: true });
    expect("submit" in view).toBe(page === pages - 1);
    code += codeIn(view);
  }
  expectOpens(() => detailsModal(approval, { page: Math.floor(pages / 2), refused: undefined }));
  const { request } = approval;
  if (request.kind !== "approve") return;
  const { value } = maskedArgs(request.action.args, request.schema);
  expect(code.endsWith(argLines(value)), "all of it can be read").toBe(true);
}

test("every value has a card that Slack takes, forms that it opens, and can be read to its end", () => {
  fc.assert(
    fc.property(values, (value) => {
      for (const approval of approvalsWith(value)) {
        for (const state of [approval, decided(approval, approvedByAna)]) {
          const card = expectTwice(() => requestCard(state, someRun()));
          expect(acceptContent(workspace, card)).toMatchObject({ ok: true });
        }
        for (const modal of [editModal, rejectModal, chooseModal]) expectOpens(() => modal(approval));
        expectReadable(approval);
      }
      const run = someRun({
        input: someRequest({ action: { name: "a", args: objectOf(value) } }).action.args,
      });
      const card = expectTwice(() => runCard(run, [], run.channel));
      expect(acceptContent(workspace, card)).toMatchObject({ ok: true });
    }),
    { seed: 7, numRuns: RUNS },
  );
}, 1_800_000);
