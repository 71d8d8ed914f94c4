// What every part of the page reads: the snapshot as the acting person sees it, and the one way to act.
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Acted, Answer, Snapshot } from "../slack/protocol.ts";
import { follow, send, somebody, type Live, type Request } from "./client.ts";
import type { Place } from "./place.ts";

export interface Status {
  readonly tone: "quiet" | "warning" | "error";
  readonly text: string;
}

export interface Workspace {
  readonly me: string;
  readonly snapshot: Snapshot;
  readonly theme: "light" | "dark";
  /** Keys of what is being answered right now. */
  readonly busy: ReadonlySet<string>;
  readonly status: Status;
  /** What went wrong with the last try of an action, by its key; shown where it was tried. */
  readonly troubles: ReadonlyMap<string, string>;
  /** Sends, and resolves when the app has answered and the page shows what became of it. */
  readonly act: (key: string, request: Request) => Promise<Acted>;
  readonly visit: (place: Partial<Omit<Place, "as">>) => void;
  /** Opens the direct message with somebody and goes there. */
  readonly write: (person: string) => Promise<void>;
}

/** Slack's limit for an app's answer, after which it shows a warning to the person who clicked. */
const LATE_MS = 3000;

/** Grows with everything that happens, for what is read besides the snapshot; apart, so that the rest need not be drawn again. */
export const PulseContext = createContext(0);

export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === undefined) throw new Error("This part of the page needs a WorkspaceContext above it.");
  return workspace;
}

export interface LiveSnapshot {
  readonly snapshot: Snapshot | undefined;
  readonly problem: string;
  readonly pulse: number;
  readonly refresh: () => Promise<void>;
}

/** The snapshot of one person, kept fresh. While a new person's first one is under way, the last one stays. */
export function useSnapshot(as: string, onNobody: (somebody: string) => void): LiveSnapshot {
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const [problem, setProblem] = useState("");
  const [pulse, setPulse] = useState(0);
  const live = useRef<Live>(undefined);
  useEffect(() => {
    if (as === "") {
      void somebody().then(onNobody, (error: unknown) =>
        setProblem(error instanceof Error ? error.message : String(error)),
      );
      return;
    }
    const onSnapshot = (fresh: Snapshot): void => {
      setSnapshot(fresh);
      setProblem("");
    };
    live.current = follow(as, {
      onSnapshot,
      onProblem: setProblem,
      onPulse: () => setPulse((count) => count + 1),
    });
    return () => live.current?.stop();
  }, [as, onNobody]);
  const refresh = useCallback(() => live.current?.refresh() ?? Promise.resolve(), []);
  return { snapshot, problem, pulse, refresh };
}

export interface Acting extends Pick<Workspace, "busy" | "status" | "troubles" | "act"> {
  readonly tell: (status: Status) => void;
  readonly forget: () => void;
}

const NOTHING: Status = { tone: "quiet", text: "" };

/** What is being answered, what came of the last thing done, and the way to do the next. */
export function useActing(refresh: () => Promise<void>): Acting {
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [status, setStatus] = useState(NOTHING);
  const [troubles, setTroubles] = useState<ReadonlyMap<string, string>>(new Map());
  const act = useCallback(
    async (key: string, request: Request): Promise<Acted> => {
      setBusy((keys) => new Set([...keys, key]));
      setTroubles((all) => new Map([...all].filter(([other]) => other !== key)));
      setStatus({ tone: "quiet", text: "Waiting for the app…" });
      const late = setTimeout(
        () => setStatus({ tone: "warning", text: "The app has not answered within 3 seconds yet." }),
        LATE_MS,
      );
      const acted = await send(request);
      clearTimeout(late);
      // The page first shows what became of it: a button that comes back too early invites a second click.
      await refresh();
      setBusy((keys) => new Set([...keys].filter((other) => other !== key)));
      const outcome = actedToStatus(acted);
      setStatus(outcome);
      if (outcome.tone !== "quiet") setTroubles((all) => new Map([...all, [key, troubleOf(acted)]]));
      return acted;
    },
    [refresh],
  );
  const forget = useCallback(() => {
    setStatus(NOTHING);
    setTroubles(new Map());
  }, []);
  return { busy, status, troubles, act, tell: setStatus, forget };
}

function actedToStatus(acted: Acted): Status {
  return acted.ok ? answerToStatus(acted.answer) : { tone: "error", text: acted.error };
}

function answerToStatus({ kind, ms, status }: Answer): Status {
  const seconds = (ms / 1000).toFixed(1);
  switch (kind) {
    case "ok":
      // Of most of what people write, the app is told nothing.
      return { tone: "quiet", text: ms === 0 ? "" : `Answered in ${ms.toFixed(0)} ms.` };
    case "late":
      return { tone: "warning", text: `⚠️ The app answered late, after ${seconds} s; Slack waits 3 s.` };
    case "failed":
      return { tone: "error", text: `⚠️ The app failed to answer (status ${status}, after ${seconds} s).` };
  }
}

/** As Slack says it beside what was clicked: it knows only that something went wrong, and so does the person. */
function troubleOf(acted: Acted): string {
  if (!acted.ok) return acted.error;
  return acted.answer.kind === "late"
    ? "The app did not answer within 3 seconds. Look before you try again."
    : "The app could not be reached, or failed. Try again.";
}

export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(onThemeChange, () => (darkQuery().matches ? "dark" : "light"));
}

function onThemeChange(changed: () => void): () => void {
  const query = darkQuery();
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

function darkQuery(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}
