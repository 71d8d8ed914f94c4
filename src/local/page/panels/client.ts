// What the panels read and change over HTTP.
import { useContext, useEffect, useRef, useState } from "react";
import type { About, OpsPicture, RunPicture, Runs } from "../../panels/protocol.ts";
import type { Change, ClockReading, Fault, Faults, Traffic } from "../../slack/protocol.ts";
import { errorIn, get, post } from "../client.ts";
import { PulseContext } from "../workspace.ts";

/** Undefined where nobody serves panels. */
export async function readAbout(): Promise<About | undefined> {
  try {
    return accepted(await get("/panels/about")) as About;
  } catch {
    return undefined;
  }
}

export const panelPaths = {
  ops: "/panels/ops",
  runs: "/panels/runs",
  run: (thread: string): string => `/panels/runs/${encodeURIComponent(thread)}`,
  traffic: (after: number): string => `/local/traffic?after=${after}`,
  faults: "/local/faults",
  clock: "/local/clock",
} as const;

/** What a path of the panels answers with. */
export interface Answers {
  readonly ops: OpsPicture;
  readonly runs: Runs;
  readonly run: RunPicture;
  readonly traffic: Traffic;
  readonly faults: Faults;
  readonly clock: ClockReading;
}

export interface Read<T> {
  readonly value: T | undefined;
  readonly problem: string;
}

/** At once, after everything that happens in the workspace, and now and then for what happens elsewhere. */
const EVERY_MS = 2_000;

/** Reads a path again and again; what was read last stays, also when a reading fails. An empty path reads nothing. */
export function useReading<K extends keyof Answers>(path: string): Read<Answers[K]> {
  const turn = useTurn();
  const [seen, setSeen] = useState<Read<Answers[K]> & { readonly path: string }>();
  // One reading at a time: what is wanted meanwhile shares the next one.
  const reader = useRef({ isReading: false, wanted: "" });
  useEffect(() => {
    const own = reader.current;
    async function readOn(): Promise<void> {
      own.isReading = true;
      while (own.wanted !== "") {
        const reading = own.wanted;
        own.wanted = "";
        const { value, problem } = await readPath<Answers[K]>(reading);
        setSeen((last) => {
          const kept = last?.path === reading ? last.value : undefined;
          return { path: reading, value: value ?? kept, problem };
        });
      }
      own.isReading = false;
    }
    own.wanted = path;
    if (!own.isReading && path !== "") void readOn();
  }, [path, turn]);
  return seen?.path === path ? seen : { value: undefined, problem: "" };
}

/** Grows with the workspace's pulse, and by itself. */
export function useTurn(): number {
  const pulse = useContext(PulseContext);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((count) => count + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return pulse + turn;
}

export async function readPath<T>(path: string): Promise<Read<T>> {
  try {
    return { value: accepted(await get(path)) as T, problem: "" };
  } catch (error) {
    return { value: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** On what is pending at this moment, not on what was shown: some of it may be used up by now. */
export async function changeFaults(change: (pending: readonly Fault[]) => readonly Fault[]): Promise<string> {
  const { value, problem } = await readPath<Faults>(panelPaths.faults);
  return value === undefined ? problem : problemOf(post("/local/faults", { faults: change(value.faults) }));
}

export function advanceClock(advanceSeconds: number): Promise<string> {
  return problemOf(post("/local/clock", { advanceSeconds }));
}

export function change(body: Change): Promise<string> {
  return problemOf(post("/local/change", body));
}

/** Empty when it was accepted. */
async function problemOf(answer: Promise<unknown>): Promise<string> {
  const body = await answer;
  return isRefusal(body) ? errorIn(body) : "";
}

// Page and server are built from the same protocols, so this only tells an answer from a refusal.
function accepted(body: unknown): unknown {
  if (isRefusal(body)) throw new Error(errorIn(body));
  return body;
}

function isRefusal(body: unknown): boolean {
  return typeof body !== "object" || body === null || ("ok" in body && body.ok === false);
}
