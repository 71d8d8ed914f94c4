// Thousands of hostile requests against every handler: none crashes it, changes what nobody may change, takes long, or is told what it should not know.
// `npm run fuzz` sends 10,000 to the bundles as they are deployed.
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { bundledHandlers, composedHandlers } from "./handlers.ts";
import { heard } from "./heard.ts";
import { hostileBatch } from "./jobs.ts";
import { betrayed, unaccounted, wrongStatus } from "./oracle.ts";
import { type HostileRequest, hostileRequest } from "./requests.ts";
import { type Stage, startStage } from "./stage.ts";
import { resultOf } from "./table.ts";

const FUZZ = process.env["COUNTERSIGN_FUZZ"];
const REQUESTS = Number(FUZZ ?? 160);
const [SEED_NUMBER = 1, ONLY] = (process.env["COUNTERSIGN_FUZZ_SEED"] ?? "20260304").split(":").map(Number);
const TIME_LIMIT_MS = 3_000;
/** Enough to see what is wrong. */
const MOST_FAILURES = 10;

interface Done {
  readonly handler: string;
  readonly how: string;
  readonly answer: string;
  readonly ms: number;
  /** It did something, as its sender may. */
  readonly hasChanged?: boolean;
  readonly wrong: readonly string[];
}

type Timed<Answer> = { readonly ms: number } & ({ readonly answer: Answer } | { readonly thrown: string });

async function timed<Answer>(call: () => Promise<Answer>): Promise<Timed<Answer>> {
  const began = performance.now();
  try {
    const answer = await call();
    return { answer, ms: performance.now() - began };
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error), ms: performance.now() - began };
  }
}

const tooLong = (ms: number): readonly string[] =>
  ms > TIME_LIMIT_MS ? [`It took ${Math.round(ms)} ms.`] : [];

/** What the log and the table say of what has just happened; the table is as before then. */
async function aftermath(
  stage: Stage,
  request: HostileRequest | undefined,
): Promise<Required<Pick<Done, "hasChanged" | "wrong">>> {
  const changes = await stage.changes();
  const wrong =
    request !== undefined
      ? unaccounted(request, changes)
      : changes.map(({ pk, sk }) => `"${sk}" of "${pk}" was changed.`);
  const said = stage.handlers.lines().flatMap((line) => betrayed(line, "a log line"));
  await stage.undo(changes);
  return { wrong: [...wrong, ...said], hasChanged: changes.some(({ sk }) => !sk.startsWith("N#")) };
}

type Answer = Awaited<ReturnType<Stage["handlers"]["slack"]>>;

async function toSlack(stage: Stage, chance: Chance): Promise<Done> {
  const captured = chance.of(stage.captured);
  const request = hostileRequest({ captured, chance, others: stage.others, nowMs: Date.now() });
  const send = (): Promise<Answer> =>
    stage.handlers.slack(request.event as unknown as Parameters<Stage["handlers"]["slack"]>[0]);
  const first = await timed(send);
  const again = request.isTwice ? await changedAgain(stage, send) : [];
  const { wrong: later, hasChanged } = await aftermath(stage, request);
  const handler = `slack ${request.of.split(":")[0] ?? ""}`;
  const named = { handler, how: request.how, ms: first.ms, hasChanged };
  const after = [...again, ...later, ...tooLong(first.ms)];
  if (!("answer" in first)) return { ...named, answer: "thrown", wrong: [first.thrown, ...after] };
  const { statusCode, body = "" } = first.answer;
  const isEcho = body !== "" && request.body.includes(body) && request.body.includes("url_verification");
  const wrong = [wrongStatus(request, statusCode), ...(isEcho ? [] : betrayed(body, "an answer")), ...after];
  return { ...named, answer: String(statusCode), wrong: wrong.filter((one) => one !== undefined) };
}

/** The same request a moment later may at most be noted as a click that does not count. */
async function changedAgain(stage: Stage, send: () => Promise<Answer>): Promise<readonly string[]> {
  const result = async (): Promise<string> =>
    resultOf((await stage.changes()).filter(({ sk }) => !sk.startsWith("N#")));
  const before = await result();
  const again = await timed(send);
  const isSame = before === (await result());
  const status = "answer" in again ? again.answer.statusCode : again.thrown;
  return [
    ...(isSame ? [] : ["Sent again it changed something once more."]),
    ...(status === 200 ? [] : [`Sent again it was answered ${String(status)}.`]),
  ];
}

async function toQueue(stage: Stage, chance: Chance, name: "worker" | "deadLetter"): Promise<Done> {
  const { event, bad } = hostileBatch(chance, stage.others, SEED.teamId);
  const { worker, deadLetter } = stage.handlers;
  const invocation = { getRemainingTimeInMillis: () => 10_000 };
  const done = await timed(() => (name === "worker" ? worker(event, invocation) : deadLetter(event)));
  const after = [...(await aftermath(stage, undefined)).wrong, ...tooLong(done.ms)];
  const named = { handler: name, how: bad.length > 0 ? "bad jobs" : "odd jobs", ms: done.ms };
  if (!("answer" in done)) return { ...named, answer: "thrown", wrong: [done.thrown, ...after] };
  const failed = done.answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const lost = bad.filter((id) => !failed.includes(id)).map((id) => `The message ${id} was taken for a job.`);
  return { ...named, answer: failed.length > 0 ? "kept" : "done", wrong: [...lost, ...after] };
}

async function toSweeper(stage: Stage, chance: Chance): Promise<Done> {
  const event: unknown = chance.of([null, {}, [], "now", { time: "never" }, { Records: [] }]);
  const sweep = stage.handlers.sweeper;
  const done = await timed(() => sweep(event));
  const thrown = "thrown" in done ? [done.thrown] : [];
  const wrong = [...thrown, ...(await aftermath(stage, undefined)).wrong, ...tooLong(done.ms)];
  return {
    handler: "sweeper",
    how: "event",
    answer: thrown.length > 0 ? "thrown" : "done",
    ms: done.ms,
    wrong,
  };
}

function oneMore(stage: Stage, chance: Chance): Promise<Done> {
  const ticket = chance.below(100);
  if (ticket < 85) return toSlack(stage, chance);
  if (ticket < 93) return toQueue(stage, chance, "worker");
  return ticket < 98 ? toQueue(stage, chance, "deadLetter") : toSweeper(stage, chance);
}

function summary(all: readonly Done[]): string {
  const rows = new Map<string, { count: number; longest: number; answers: Map<string, number> }>();
  for (const { handler, how, answer, ms } of all) {
    const row = rows.get(`${handler}, ${how}`) ?? {
      count: 0,
      longest: 0,
      answers: new Map<string, number>(),
    };
    rows.set(`${handler}, ${how}`, row);
    row.count += 1;
    row.longest = Math.max(row.longest, ms);
    row.answers.set(answer, (row.answers.get(answer) ?? 0) + 1);
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { count, longest, answers }]) => {
      const answered = [...answers].sort().map(([answer, times]) => `${times} × ${answer}`);
      return `${name.padEnd(45)} ${String(count).padStart(6)}  ${answered.join(", ")}; at most ${Math.round(longest)} ms`;
    });
  const changed = all.filter(({ hasChanged }) => hasChanged).length;
  const head = `${all.length} hostile requests, seed ${SEED_NUMBER}; ${changed} did what their sender may:`;
  return [head, ...lines].join("\n");
}

test(
  "no hostile request crashes a handler, changes what its sender may not change, takes long, or is told what it should not know",
  { timeout: Math.max(60_000, REQUESTS * 200) },
  async () => {
    const crashes: string[] = [];
    const onCrash = (error: unknown): void => void crashes.push(String(error));
    process.on("unhandledRejection", onCrash).on("uncaughtException", onCrash);
    const written = heard();
    const stage = await startStage((addresses) =>
      FUZZ === undefined ? composedHandlers(addresses) : bundledHandlers(addresses, written),
    );
    onTestFinished(async () => {
      process.off("unhandledRejection", onCrash).off("uncaughtException", onCrash);
      await stage.close();
    });
    const all: Done[] = [];
    const failures: string[] = [];
    const numbers = ONLY === undefined ? Array.from({ length: REQUESTS }, (_, number) => number) : [ONLY];
    for (const number of numbers) {
      const done = await oneMore(stage, chanceOf(SEED_NUMBER, number));
      all.push(done);
      const wrong = [...done.wrong, ...crashes.splice(0)];
      if (wrong.length > 0)
        failures.push(
          `${done.handler}, ${done.how}: ${wrong.join("\n  ")}\n  Again: COUNTERSIGN_FUZZ_SEED=${SEED_NUMBER}:${number} npm run fuzz`,
        );
      if (failures.length === MOST_FAILURES) break;
    }
    // What was left behind may still fail.
    await setTimeout(100);
    failures.push(...crashes);
    if (FUZZ !== undefined) console.info(summary(all));
    // Else nothing that is refused would say anything.
    if (ONLY === undefined) expect(all.some(({ hasChanged }) => hasChanged)).toBe(true);
    if (failures.length > 0) throw new Error(failures.join("\n\n"));
  },
);
