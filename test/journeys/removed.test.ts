// Every button, form, command and address of a run of which nothing, or only its history, is kept: each answers with a sentence, and nothing comes of it.
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { ThreadRecords } from "../../src/runs/ports.ts";
import {
  ACTION,
  decodeRequestRef,
  encodeChoiceRef,
  encodeRequestRef,
  encodeRunRef,
  HOME_ACTION,
  type RequestRef,
  VIEW,
} from "../../src/slack/action-id.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { problemIn, type Program, programOf } from "../support/api.ts";
import {
  buttonClick,
  buttonValue,
  type Delivery,
  interaction,
  post,
  signed,
  slashCommand,
  viewSubmission,
} from "../support/deliver.ts";
import { type Deployed, deleteExpired, deployed, purge, untilExpired } from "../support/removed.ts";

const { ana, rita } = SEED.users;

interface Desk extends Deployed {
  readonly ref: RequestRef;
  /** What is said to it in private, or in place of the form. */
  say(make: (responseUrl: string) => Delivery): Promise<string>;
}

/** Signed as of now, whatever the clock says, and heard. */
async function deskOf(system: Deployed): Promise<Desk> {
  const said: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      said.push(Buffer.concat(parts).toString());
      response.end("ok");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  const ref = decodeRequestRef(buttonValue(system.card, ACTION.approve));
  if (ref === undefined) throw new Error("The card has a button.");
  return {
    ...system,
    ref,
    async say(make) {
      const { body, headers } = make(`http://127.0.0.1:${port}/respond`);
      const nowMs = Date.parse(system.around.clock.now());
      const { status, text } = await post(
        system.appUrl,
        signed(headers["content-type"] ?? "", body, { nowMs }),
      );
      return [status, text, ...said.splice(0)].join(" ");
    },
  };
}

async function stored({ config, ref }: Desk): Promise<ThreadRecords> {
  const dynamo = createDynamo({ endpoint: config.endpoints.dynamodb, timeoutMs: 5_000, maxAttempts: 3 });
  try {
    const key = { team: config.slack.team, thread: ref.thread };
    return await createRecords(dynamo, config.table, UNCOUNTED).thread(key);
  } finally {
    dynamo.destroy();
  }
}

type Say = (desk: Desk, responseUrl: string) => Delivery;

const click =
  (action: string, value: (ref: RequestRef) => string): Say =>
  ({ ref }, responseUrl) =>
    buttonClick({ user: ana, action, value: value(ref), responseUrl });

const ofRun = ({ thread }: RequestRef): string => encodeRunRef(thread);

const menu =
  (value: string): Say =>
  ({ ref }, responseUrl) =>
    interaction({
      ...{ type: "block_actions", user: { id: ana, team_id: SEED.teamId }, team: { id: SEED.teamId } },
      ...{ api_app_id: "A0LOCAL", trigger_id: "trigger", response_url: responseUrl },
      channel: { id: SEED.channels.deploys, name: "deploys" },
      container: { type: "message", channel_id: SEED.channels.deploys, message_ts: "1.0" },
      actions: [
        {
          ...{ type: "overflow", block_id: encodeRequestRef(ref), action_id: ACTION.more, action_ts: "1.0" },
          selected_option: { value },
        },
      ],
    });

const form =
  (callbackId: string, values: object, metadata: (ref: RequestRef) => string = encodeRequestRef): Say =>
  ({ ref }) =>
    viewSubmission({ user: ana, view: { callbackId, privateMetadata: metadata(ref) }, blocks: [], values });

const BUTTONS: readonly (readonly [string, Say])[] = [
  ...[ACTION.approve, ACTION.reject, ACTION.edit, ACTION.review, ACTION.details, ACTION.answer].map(
    (action) => [action, click(action, encodeRequestRef)] as const,
  ),
  ...[ACTION.ignore, ACTION.each, ACTION.chooseForm, ACTION.askAgain, ACTION.stopAllowing].map(
    (action) => [action, click(action, encodeRequestRef)] as const,
  ),
  [ACTION.choose, click(`${ACTION.choose}:0`, (ref) => encodeChoiceRef(ref, "one"))],
  ...["allow-for-run", "hand-over", "snooze-30-min", "snooze-4-h"].map(
    (value) => [`more: ${value}`, menu(value)] as const,
  ),
  [ACTION.approveAll, click(ACTION.approveAll, ofRun)],
  [ACTION.cancel, click(ACTION.cancel, ofRun)],
  [ACTION.retry, click(ACTION.retry, ofRun)],
];

const typed = (id: string, value: unknown): object => ({ [id]: { [id]: value } });
const reason = {
  ...typed("reason", { selected_option: { value: "Unsafe" } }),
  ...typed("note", { value: "No" }),
};

const FORMS: readonly (readonly [string, Say])[] = [
  ["reject", form(VIEW.reject, { ...reason, ...typed("stop", { selected_options: [] }) })],
  ["edit", form(VIEW.edit, {})],
  ["details", form(VIEW.details, {})],
  ["choose", form(VIEW.choose, typed("option", { selected_option: { value: "one" } }))],
  ["answer", form(VIEW.answer, typed("answer", { value: "Yes." }))],
  ["each", form(VIEW.each, {})],
  ["allow", form(VIEW.allow, {})],
  ["hand over", form(VIEW.handOver, { to: { user: { selected_user: SEED.users.bo } } })],
  [
    "approve all",
    ({ ref }) => {
      const value = `${ref.interrupt}:${ref.digest}`;
      const values = typed("requests", { selected_options: [{ value }] });
      return form(VIEW.approveAll, values, ofRun)({ ref } as Desk, "");
    },
  ],
];

const COMMANDS = ["show", "status", "history", "audit", "cancel", "retry", "replay"].map(
  (word): readonly [string, Say] => [
    word,
    ({ name }, responseUrl) =>
      slashCommand(`${word} ${name}`, { user_id: ana, response_url: responseUrl, trigger_id: "t" }),
  ],
);

const EXPIRED = /The details of r-\w+ were deleted on/;
const PURGED = /r-\w+ was purged on .* by otto: “Her data”/;
const CALM = /deleted on|purged on|Approved by|already|any more|nothing to|Nothing was|over/;
const NOT_CALM = /I don't know|Something went wrong|could not|please try|unexpected|undefined/i;

interface Removal {
  readonly what: string;
  readonly remove: (system: Deployed) => Promise<unknown>;
  readonly says: { readonly buttons: RegExp; readonly forms: RegExp; readonly commands: RegExp };
  readonly rest: { readonly kind: keyof typeof WHY; readonly audit: number };
}

const REMOVALS: readonly Removal[] = [
  {
    what: "has expired, while all of its details are there still",
    remove: untilExpired,
    says: { buttons: CALM, forms: CALM, commands: EXPIRED },
    rest: { kind: "expired", audit: 200 },
  },
  {
    what: "has expired, and whose details are gone",
    remove: async (system) => {
      await untilExpired(system);
      await deleteExpired(system);
    },
    says: { buttons: EXPIRED, forms: EXPIRED, commands: EXPIRED },
    rest: { kind: "expired", audit: 200 },
  },
  {
    what: "was purged",
    remove: (system) => purge(system, [system.name, "--reason", "Her data", "--yes"]),
    says: { buttons: PURGED, forms: PURGED, commands: PURGED },
    rest: { kind: "purged", audit: 404 },
  },
];

test.each(REMOVALS)(
  "whatever is clicked, submitted, typed or asked of a run that $what is answered, and nothing comes of it",
  async ({ remove, says, rest }) => {
    const system = await deployed();
    await remove(system);
    await system.untilIdle();
    const desk = await deskOf(system);
    const before = await stored(desk);
    // They open what is there still, which a delivery that is made up cannot.
    const opens: readonly string[] = before.approvals.length > 0 ? [ACTION.details, HOME_ACTION.review] : [];
    const buttons = BUTTONS.filter(([action]) => !opens.includes(action));
    await everyAnswer(desk, buttons, says.buttons);
    await everyAnswer(desk, FORMS, says.forms);
    await everyAnswer(desk, COMMANDS, says.commands);
    await homeAnswers(desk, (action) => !opens.includes(action), says.buttons);
    await restAnswers(desk, await programOf(system, { owner: rita }), rest);
    await restAnswers(desk, await programOf(system, { owner: ana, name: "ops" }), rest);
    await system.untilIdle();
    const { run, approvals } = await stored(desk);
    expect({ run, approvals }).toEqual({ run: before.run, approvals: before.approvals });
    expect(await system.deployments()).toHaveLength(1);
    expect(system.logLines.filter((line) => line.includes('"ERROR"'))).toEqual([]);
  },
);

async function everyAnswer(
  desk: Desk,
  tries: readonly (readonly [string, Say])[],
  expected: RegExp,
): Promise<void> {
  for (const [what, say] of tries) {
    const answer = await desk.say((responseUrl) => say(desk, responseUrl));
    expect(answer, what).toMatch(/^200 /);
    expect(answer, what).toMatch(expected);
    expect(answer, what).not.toMatch(NOT_CALM);
  }
}

/** What is said there stands in the home itself. */
async function homeAnswers(
  desk: Desk,
  isTried: (action: string) => boolean,
  expected: RegExp,
): Promise<void> {
  const { review, askAgain, nudge, retry, cancel } = HOME_ACTION;
  for (const action of [review, askAgain, nudge, retry, cancel].filter(isTried)) {
    const value = action === review || action === askAgain ? encodeRequestRef(desk.ref) : ofRun(desk.ref);
    expect(await desk.say(() => buttonClick({ user: ana, action, value })), action).toMatch(/^200/);
    const home = JSON.stringify((await desk.ana.snapshot()).home);
    expect(home, action).toMatch(expected);
    expect(home, action).not.toMatch(NOT_CALM);
  }
}

async function restAnswers({ ref }: Desk, program: Program, { kind, audit }: Removal["rest"]): Promise<void> {
  const at = `/v1/runs/${ref.thread}`;
  const got = await program.get(at);
  expect(got).toMatchObject({ status: 200, body: { removed: { kind }, requests: [], input: {} } });
  expect(await program.get(`${at}/audit`)).toMatchObject({ status: audit });
  const digest = { "if-match": `"${ref.digest}"` };
  const ways = { approve: {}, reject: { reason: "No" }, edit: { args: {} }, respond: { text: "Yes." } };
  for (const [way, body] of Object.entries(ways)) {
    const answered = await program.post(`${at}/requests/${ref.interrupt}/${way}`, body, digest);
    expect(answered.status, way).toBe(404);
    expect(problemIn(answered).detail, way).toMatch(WHY[kind]);
  }
  const cancelled = await program.post(`${at}/cancel`, {});
  expect(cancelled.status).toBe(409);
  expect(problemIn(cancelled).detail).toMatch(WHY[kind]);
}

const WHY = {
  expired: /The details of r-\w+ were deleted on/,
  purged: /r-\w+ was purged on .* by otto: "Her data"/,
} as const;
