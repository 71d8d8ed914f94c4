// What stands where API Gateway would: gives each request to one of several processes of a function, some of them twice, and notes how long the answers took.
import { type Door, openDoor, passOn, type Passed, type Passing } from "./door.ts";

/** How a request was answered: with a status, or not at all, as its process was killed under it. */
export interface Exchange {
  /** When, in milliseconds since the soak began. */
  readonly at: number;
  readonly ms: number;
  readonly path: string;
  readonly status: number | "cut";
}

export interface Front extends Door {
  readonly exchanges: readonly Exchange[];
  /** How many were given to two processes. */
  doubled(): number;
}

interface FrontOptions {
  readonly targets: readonly string[];
  /** Of the requests, how many come twice. */
  readonly twice: () => number;
  readonly port: number;
}

export async function openFront({ targets, twice, port }: FrontOptions): Promise<Front> {
  const exchanges: Exchange[] = [];
  const began = performance.now();
  let turn = 0;
  let doubled = 0;

  async function handle(asked: Passing): Promise<Passed> {
    const at = performance.now();
    const [path = ""] = asked.path.split("?");
    const note = (status: Exchange["status"]): void =>
      void exchanges.push({ at: at - began, ms: performance.now() - at, path, status });
    const first = deliver(asked);
    if (Math.random() < twice()) {
      doubled += 1;
      // Nobody reads the answer to the second one, and it may be cut off as well.
      setTimeout(() => void deliver(asked).catch(() => undefined), Math.random() * 300);
    }
    try {
      const passed = await first;
      note(passed.status);
      return passed;
    } catch {
      note("cut");
      return { status: 502, headers: {}, body: Buffer.from("") };
    }
  }

  /** One that is not there takes nothing, and another one gets it, as with Lambda. */
  async function deliver(asked: Passing): Promise<Passed> {
    for (let tries = 1; ; tries++) {
      turn += 1;
      try {
        return await passOn(targets[turn % targets.length] ?? "", asked, false);
      } catch (error) {
        const isAway = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
        if (!isAway || tries > targets.length * 20) throw error;
        if (tries % targets.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  return { ...(await openDoor(handle, port)), exchanges, doubled: () => doubled };
}
