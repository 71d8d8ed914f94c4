// The API against its own document: an independent reader of /openapi.json asks every operation as the document wants it, at its limits, beyond them and with
// wrong keys. Every answer is one that is documented, and nothing that was refused changes anything. `npm run fuzz` sends 10,000 to the bundle as deployed.
import { expect, onTestFinished, test } from "vitest";
import { askOnce, type Done, type Fuzz, inputsOf, requestsOf, summaryOf } from "./api/asking.ts";
import { operationsIn } from "./api/document.ts";
import { KEPT } from "./api/kept.ts";
import { eventOf } from "./api/raw.ts";
import { type ApiStage, startApiStage } from "./api/stage.ts";
import { chanceOf } from "./chance.ts";
import { bundledApi, composedApi } from "./handlers.ts";
import { heard } from "./heard.ts";

const FUZZ = process.env["COUNTERSIGN_FUZZ"];
const REQUESTS = Number(FUZZ ?? 420);
const [SEED_NUMBER = 1, ONLY] = (process.env["COUNTERSIGN_FUZZ_SEED"] ?? "20261122").split(":").map(Number);
/** Enough to see what is wrong. */
const MOST_FAILURES = 10;

async function served(stage: ApiStage, path: string): Promise<unknown> {
  const operation = { method: "GET" };
  const { body = "" } = await stage.send(
    eventOf({ operation, path, query: "", headers: {}, body: undefined }),
  );
  return JSON.parse(body);
}

async function startFuzz(): Promise<Fuzz> {
  const written = heard();
  const stage = await startApiStage(
    (addresses) => (FUZZ === undefined ? composedApi(addresses) : bundledApi(addresses, written)),
    onTestFinished,
  );
  const operations = operationsIn(await served(stage, "/openapi.json"));
  const { keys } = stage;
  const runs = KEPT.map(({ run }) => run.thread);
  const [key] = keys;
  if (key === undefined) throw new Error("There is no key.");
  const requests = await requestsOf(stage, { runs, key });
  const named = runs.slice(0, 3).map((run) => `r-${run.slice(0, 6)}`);
  // The bundle's long polls take their time, so nobody waits there.
  const known = {
    keys,
    requests,
    inputs: await inputsOf(stage, key),
    runs: [...runs, ...named, "0".repeat(32)],
    mostSeconds: FUZZ === undefined ? 20 : 0,
  };
  return { stage, operations, known };
}

function failureOf({ operation, how, wrong }: Done, number: number): string {
  return `${operation}, ${how}: ${wrong.join("\n  ")}\n  Again: COUNTERSIGN_FUZZ_SEED=${SEED_NUMBER}:${number} npx vitest run test/hostile/api.test.ts`;
}

test(
  "every answer of the API is one that its document has, nothing that was refused changes anything, and nobody is told what they should not know",
  { timeout: Math.max(60_000, REQUESTS * 200) },
  async () => {
    const fuzz = await startFuzz();
    const all: Done[] = [];
    const failures: string[] = [];
    const numbers = ONLY === undefined ? Array.from({ length: REQUESTS }, (_, number) => number) : [ONLY];
    for (const number of numbers) {
      const done = await askOnce(fuzz, chanceOf(SEED_NUMBER, number), number);
      all.push(done);
      if (done.wrong.length > 0) failures.push(failureOf(done, number));
      if (failures.length === MOST_FAILURES) break;
    }
    if (FUZZ !== undefined) console.info(summaryOf(all, SEED_NUMBER));
    if (failures.length > 0) throw new Error(failures.join("\n\n"));
    // Else nothing that is refused would say anything.
    if (ONLY !== undefined) return;
    const succeeded = new Set(all.filter(({ status }) => status < 300).map(({ operation }) => operation));
    expect([...succeeded].toSorted()).toEqual(fuzz.operations.map(({ name }) => name).toSorted());
  },
);
