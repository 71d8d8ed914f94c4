// One request after the other: sent, judged by the document and by what it changed, and undone.
import { z } from "zod";
import type { Chance } from "../chance.ts";
import type { ApiOperation } from "./document.ts";
import { type Answer, betrayed, unaccounted, wrongAnswers } from "./oracle.ts";
import { eventOf, rawEvent } from "./raw.ts";
import { type ApiRequest, apiRequest, type Known } from "./requests.ts";
import type { ApiStage, Key } from "./stage.ts";

const TIME_LIMIT_MS = 3_000;

export interface Fuzz {
  readonly stage: ApiStage;
  readonly operations: readonly ApiOperation[];
  readonly known: Known;
}

export interface Done {
  readonly operation: string;
  readonly how: "wrong key" | "fitting" | "not fitting" | "raw";
  readonly status: number;
  readonly ms: number;
  readonly wrong: readonly string[];
}

/** One operation after the other in turn, so that each has its share. */
export async function askOnce(
  { stage, operations, known }: Fuzz,
  chance: Chance,
  number: number,
): Promise<Done> {
  const operation = operations[number % operations.length] ?? chance.of(operations);
  const request = apiRequest({ operation, known, chance });
  const { name, method } = request.operation;
  const isRaw = chance.oneIn(4);
  const { event, mayAct } = isRaw ? rawEvent(request, chance) : { event: eventOf(request), mayAct: true };
  const began = performance.now();
  const answer = await answered(stage, event);
  const ms = performance.now() - began;
  const changes = await stage.changes();
  const key = mayAct ? request.key : undefined;
  const wrong = [
    ...(isRaw ? wrongAnyhow(answer) : wrongAnswers(request, answer)),
    ...unaccounted({ key, method, status: answer.status }, changes),
    ...betrayed(answer.text, stage.secrets, "an answer"),
    ...stage.lines().flatMap((line) => betrayed(line, stage.secrets, "a log line")),
    ...(ms > TIME_LIMIT_MS + waitedForMs(request) ? [`It took ${Math.round(ms)} ms.`] : []),
  ];
  await stage.undo(changes);
  return { operation: name, how: isRaw ? "raw" : kindOf(request), status: answer.status, ms, wrong };
}

/** What a caller asks to wait for is no slowness. */
function waitedForMs({ query }: Pick<ApiRequest, "query">): number {
  const seconds = Number(new URLSearchParams(query).get("wait") ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 20) * 1_000 : 0;
}

function kindOf({ key, fits }: ApiRequest): Done["how"] {
  if (key === undefined) return "wrong key";
  return fits === false ? "not fitting" : "fitting";
}

async function answered(stage: ApiStage, event: object): Promise<Answer> {
  try {
    const { statusCode = 200, headers = {}, body = "" } = await stage.send(event);
    return { status: statusCode, type: String(headers["content-type"] ?? ""), text: body };
  } catch (error) {
    // As Lambda would: nobody is told why.
    return { status: 500, type: undefined, text: error instanceof Error ? error.message : String(error) };
  }
}

const Problem = z.object({ type: z.string(), title: z.string(), status: z.number(), detail: z.string() });

/** Whatever it was: it is refused in the words that the API has for that, or was no harm. */
function wrongAnyhow({ status, type, text }: Answer): readonly string[] {
  if (status < 400) return [];
  // To HEAD nothing is said but the status.
  const isProblem = type === "application/problem+json" && text !== "";
  const isTold = text === "" || (isProblem && Problem.parse(JSON.parse(text)).status === status);
  return status < 500 && isTold ? [] : [`It was answered ${status} (${type ?? ""}): ${text.slice(0, 300)}`];
}

const Workflows = z.object({
  workflows: z.array(z.object({ name: z.string(), inputSchema: z.record(z.string(), z.unknown()) })),
});

/** The forms of what workflows take, as the API itself tells them. */
export async function inputsOf(stage: ApiStage, key: Key): Promise<Known["inputs"]> {
  const { text } = await got(stage, key, "/v1/workflows");
  const { workflows } = Workflows.parse(JSON.parse(text));
  return new Map(workflows.map(({ name, inputSchema }) => [name, inputSchema]));
}

function got(stage: ApiStage, { token }: Key, path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` };
  const event = eventOf({ operation: { method: "GET" }, path, query: "", headers, body: undefined });
  return answered(stage, event);
}

const Page = z.object({
  requests: z.array(
    z.object({
      ...{ run: z.string(), id: z.string(), digest: z.string(), kind: z.string(), state: z.string() },
      schema: z.record(z.string(), z.unknown()).optional(),
      ways: z.array(z.string()),
      options: z.array(z.object({ id: z.string() })).default([]),
      items: z.array(z.unknown()).default([]),
    }),
  ),
});

/** The requests of these runs, as the API itself shows them to a key that may see them. */
export async function requestsOf(
  stage: ApiStage,
  { runs, key }: { readonly runs: readonly string[]; readonly key: Key },
): Promise<Known["requests"]> {
  const shown = await Promise.all(
    runs.map(async (run) => {
      const { text } = await got(stage, key, `/v1/runs/${run}`);
      return Page.parse(JSON.parse(text)).requests;
    }),
  );
  return shown.flat();
}

export function summaryOf(all: readonly Done[], seed: number): string {
  const rows = Map.groupBy(all, ({ operation, how }) => `${operation}, ${how}`);
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, done]) => {
      const statuses = [...Map.groupBy(done, ({ status }) => status)].sort(([a], [b]) => a - b);
      const answers = statuses.map(([status, { length }]) => `${length} × ${status}`);
      const longest = Math.round(Math.max(...done.map(({ ms }) => ms)));
      return `${name.padEnd(55)} ${String(done.length).padStart(6)}  ${answers.join(", ")}; at most ${longest} ms`;
    });
  return [`${all.length} requests to the API, seed ${seed}:`, ...lines].join("\n");
}
