// Stands between the app and a server it needs, so that a test can take that server away, lose its answers, and give it back.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Relay {
  readonly url: string;
  /** Connections break at once. */
  cut(): void;
  /** Connections are taken, and nothing ever arrives at the server. */
  freeze(): void;
  /** Requests whose text matches never arrive: their connections break. */
  refuse(pattern: RegExp): void;
  /** Requests arrive and are worked on, but the connection breaks instead of an answer. With a path, only for requests of that path. */
  loseAnswers(path?: string): void;
  /** Requests arrive and are worked on, but their answers never come. With a path, only for requests of that path. */
  holdAnswers(path?: string): void;
  restore(): void;
  /** How many connections it was asked for so far. */
  connections(): number;
  /** Calls back when the next request passes. */
  onceUsed(callback: () => void): void;
  close(): Promise<void>;
}

type Mode =
  | { readonly kind: "open" | "cut" | "frozen" }
  | { readonly kind: "losing" | "holding"; readonly path: string | undefined }
  | { readonly kind: "refusing"; readonly pattern: RegExp };

export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let mode: Mode = { kind: "open" };
  let used: (() => void) | undefined;
  let connections = 0;

  function carry(client: Socket): void {
    const upstream = connect(Number(port), hostname);
    let path = "";
    client.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      path = /^[A-Z]+ (\S+) HTTP/.exec(text)?.[1] ?? path;
      const callback = used;
      used = undefined;
      callback?.();
      if (mode.kind === "refusing" && mode.pattern.test(text)) client.resetAndDestroy();
      else if (mode.kind !== "frozen") upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      const isMeant = "path" in mode && (mode.path === undefined || path.includes(mode.path));
      if (isMeant && mode.kind === "losing") client.resetAndDestroy();
      else if (!isMeant) client.write(chunk);
    });
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  }

  const server = createServer((client) => {
    connections += 1;
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
    client.on("error", () => client.destroy());
    if (mode.kind === "cut") client.resetAndDestroy();
    else carry(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  /** What is in flight meets the new mode when it answers; only a cut ends it. */
  const change = (next: Mode): void => {
    mode = next;
    if (next.kind === "cut") for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => change({ kind: "cut" }),
    freeze: () => change({ kind: "frozen" }),
    refuse: (pattern) => change({ kind: "refusing", pattern }),
    loseAnswers: (path) => change({ kind: "losing", path }),
    holdAnswers: (path) => change({ kind: "holding", path }),
    restore: () => change({ kind: "open" }),
    connections: () => connections,
    onceUsed: (callback) => {
      used = callback;
    },
    close: () =>
      new Promise((resolve) => {
        change({ kind: "cut" });
        server.close(() => resolve());
      }),
  };
}
