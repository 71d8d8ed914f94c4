// Whatever people can be shown has a scene, and Slack takes each of them: no browser is needed to know that.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Approval, Refusal } from "../../src/approvals/approval.ts";
import type { Ping } from "../../src/approvals/attention.ts";
import type { Decision } from "../../src/approvals/decision.ts";
import type { Request } from "../../src/approvals/request.ts";
import type { Drawing } from "../../src/runs/ports.ts";
import type { Run } from "../../src/runs/run.ts";
import { VIEW } from "../../src/slack/action-id.ts";
import { TROUBLE } from "../../src/slack/words.ts";
import { SCENES } from "./scenes.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test("scenes have names of their own", () => {
  const names = SCENES.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test.each(SCENES.map((scene) => [scene.name, scene] as const))("Slack takes %s", async (_, scene) => {
  const spot = await stage.show(scene);
  expect(spot.kind === "message" ? spot.ts : spot.id).not.toBe("");
  await stage.clear(spot);
});

/** The compiler wants each member of the union to be there. */
type Every<Kind extends string> = Readonly<Record<Kind, true>>;

const drawings: readonly Drawing[] = SCENES.flatMap(({ shows }) =>
  shows.kind === "card" ? [shows.drawing] : [],
);
const approvals = drawings.flatMap((drawing) => ("approval" in drawing ? [drawing.approval] : []));
const origins = approvals.flatMap(({ origin }) => origin ?? []);

const DRAWINGS: Every<Drawing["kind"]> = {
  ...{ run: true, ask: true, note: true, copy: true, ping: true, outcome: true, purged: true },
};
const REQUESTS: Every<Request["kind"]> = { approve: true, choose: true, ask: true, review: true };
const RISKS: Every<Request["risk"]> = { low: true, medium: true, high: true, destructive: true };
const STATES: Every<Approval["state"]["kind"]> = {
  ...{ pending: true, decided: true, superseded: true, cancelled: true, expired: true },
};
const ORIGINS: Every<"edit" | Again["because"]> = {
  ...{ edit: true, refused: true, changed: true, expired: true, workflow: true },
};
const DECISIONS: Every<Decision["kind"]> = {
  ...{ approved: true, edited: true, rejected: true, chosen: true },
  ...{ responded: true, reviewed: true, expired: true },
};
const STATUSES: Every<Run["status"]["kind"]> = {
  ...{ queued: true, waiting: true, done: true, failed: true, cancelled: true },
};
const PINGS: Every<Ping["why"]["kind"]> = {
  ...{ waiting: true, snoozed: true, escalated: true, "handed-over": true, nudged: true },
};
const REFUSALS: Every<Refusal> = {
  ...{ "own-request": true, "not-an-approver": true, guest: true, external: true, deactivated: true },
  ...{ unknown: true, changed: true, decided: true, superseded: true, cancelled: true, expired: true },
  ...{ voted: true, "not-offered": true, "does-not-fit": true },
};

type Again = Extract<NonNullable<Approval["origin"]>, { kind: "again" }>;

test.each<readonly [what: string, every: Readonly<Record<string, true>>, shown: readonly string[]]>([
  ["kind of drawing", DRAWINGS, drawings.map(({ kind }) => kind)],
  ["kind of request", REQUESTS, approvals.map(({ request }) => request.kind)],
  ["risk", RISKS, approvals.map(({ request }) => request.risk)],
  ["state of a question", STATES, approvals.map(({ state }) => state.kind)],
  [
    "way in which a revision comes about",
    ORIGINS,
    origins.map((origin) => (origin.kind === "edit" ? "edit" : origin.because)),
  ],
  [
    "decision",
    DECISIONS,
    approvals.flatMap(({ state }) => (state.kind === "decided" ? [state.decision.kind] : [])),
  ],
  [
    "status of a run",
    STATUSES,
    drawings.flatMap((drawing) => (drawing.kind === "run" ? [drawing.run.status.kind] : [])),
  ],
  [
    "reason to notify people",
    PINGS,
    drawings.flatMap((drawing) => (drawing.kind === "ping" ? [drawing.ping.why.kind] : [])),
  ],
  ["reason not to count a click", REFUSALS, namesAfter("refused-")],
])("every %s has a scene", (_, every, shown) => {
  expect(Object.keys(every).filter((kind) => !shown.includes(kind))).toEqual([]);
});

function namesAfter(prefix: string): readonly string[] {
  return SCENES.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

test("every form has a scene", () => {
  const shown = SCENES.flatMap(({ shows: shown }) =>
    shown.kind === "modal" && "callback_id" in shown.view ? [shown.view.callback_id] : [],
  );
  expect(Object.values(VIEW).filter((id) => !shown.includes(id))).toEqual([]);
});

test("every sentence about what went wrong has a scene", () => {
  const shown = SCENES.flatMap(({ shows }) => (shows.kind === "private" ? [shows.text] : []));
  expect(Object.values(TROUBLE).filter((text) => !shown.includes(text))).toEqual([]);
});
