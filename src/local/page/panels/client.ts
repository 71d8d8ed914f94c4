// What the panels read and change over HTTP.
import { useEffect, useState } from "react";
import type { About, OpsPicture, RunPicture, Runs } from "../../panels/protocol.ts";
import type { Change, ClockReading, Fault, Faults, Traffic } from "../../slack/protocol.ts";
import { errorIn, get, post } from "../client.ts";
import { useWorkspace } from "../workspace.ts";

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
/** Several things often happen at once. */
const SETTLE_MS = 120;

/** Reads a path again and again; what was read last stays while the next reading is under way. An empty path reads nothing. */
export function useReading<K extends keyof Answers>(path: string): Read<Answers[K]> {
  const { pulse } = useWorkspace();
  const [seen, setSeen] = useState<Read<Answers[K]> & { readonly path: string }>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((count) => count + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (path === "") return;
    let isWanted = true;
    const timer = setTimeout(() => {
      void readPath<Answers[K]>(path).then((answer) => {
        if (isWanted) setSeen({ ...answer, path });
      });
    }, SETTLE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [path, pulse, turn]);
  return seen?.path === path ? seen : { value: undefined, problem: "" };
}

export async function readPath<T>(path: string): Promise<Read<T>> {
  try {
    return { value: accepted(await get(path)) as T, problem: "" };
  } catch (error) {
    return { value: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

export function setFaults(faults: readonly Fault[]): Promise<string> {
  return problemOf(post("/local/faults", { faults }));
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
