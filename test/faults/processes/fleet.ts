// Processes that are started again as soon as they end, however they end.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

export interface MemberOptions {
  /** The part that its entry is to play. */
  readonly role: string;
  /** Modules that are loaded before anything else. */
  readonly before: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Fleet {
  /** Resolves when it is ready for the first time. */
  start(name: string, options: MemberOptions): Promise<void>;
  /** SIGKILL, and another one in its place. False when it was not there: it is starting, or has not been started. */
  kill(name: string): boolean;
  /** How many are not ready, again. */
  starting(): number;
  /** To all that are ready. */
  tell(message: string): void;
  /** Those that ended by themselves, with what they ended with. */
  readonly fallen: readonly string[];
  /** SIGKILL for all, for good. */
  stop(): Promise<void>;
}

interface Member {
  child: ChildProcess;
  isReady: boolean;
  isKilled: boolean;
}

/** A process that cannot start is not tried for ever. */
const MOST_FALLS = 20;
const AGAIN_AFTER_MS = 200;
const READY_WITHIN_MS = 30_000;
const ENTRY = join(import.meta.dirname, "member.ts");

interface FleetOptions {
  /** What each process runs. */
  readonly entry?: string;
  readonly flags?: readonly string[];
  /** Told what a process says once it is ready. */
  readonly onMessage?: (name: string, message: unknown) => void;
}

/** What the processes print is appended to `<dataDir>/<name>.log`. */
export function createFleet(
  dataDir: string,
  { entry = ENTRY, flags: more = [], onMessage }: FleetOptions = {},
): Fleet {
  const members = new Map<string, Member>();
  const fallen: string[] = [];
  let isStopping = false;

  function launch(name: string, options: MemberOptions): Member {
    const output = openSync(join(dataDir, `${name}.log`), "a");
    const loaded = options.before.flatMap((file) => ["--import", join(import.meta.dirname, file)]);
    const flags = ["--disable-warning=ExperimentalWarning", ...more, ...loaded];
    const child = spawn(process.execPath, [...flags, entry, options.role], {
      env: { PATH: process.env["PATH"], ...options.env },
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    const member: Member = { child, isReady: false, isKilled: false };
    members.set(name, member);
    child.on("message", (message) => {
      if (member.isReady) onMessage?.(name, message);
      member.isReady = true;
    });
    child.once("exit", (code, signal) => {
      if (isStopping) return;
      if (!member.isKilled) fallen.push(`${name} ended by itself with ${String(code ?? signal)}`);
      if (fallen.length > MOST_FALLS) return;
      setTimeout(() => isStopping || launch(name, options), member.isKilled ? 0 : AGAIN_AFTER_MS);
    });
    return member;
  }

  return {
    fallen,
    async start(name, options): Promise<void> {
      const { child } = launch(name, options);
      const signal = AbortSignal.timeout(READY_WITHIN_MS);
      const ended = once(child, "exit", { signal }).then(() => {
        throw new Error(`The process "${name}" ended before it was ready; see ${join(dataDir, name)}.log.`);
      });
      await Promise.race([once(child, "message", { signal }), ended]);
    },
    kill(name): boolean {
      const member = members.get(name);
      if (member?.isReady !== true || member.isKilled) return false;
      member.isKilled = true;
      return member.child.kill("SIGKILL");
    },
    tell(message): void {
      for (const { child, isReady } of members.values()) if (isReady && child.connected) child.send(message);
    },
    starting: () => [...members.values()].filter(({ isReady, isKilled }) => !isReady || isKilled).length,
    async stop(): Promise<void> {
      isStopping = true;
      const running = [...members.values()].filter(
        ({ child }) => child.exitCode === null && child.signalCode === null,
      );
      const ends = running.map(({ child }) => once(child, "exit"));
      for (const { child } of running) child.kill("SIGKILL");
      await Promise.all(ends);
    },
  };
}
