// Stands between the app and a server it needs, so that a test can take that server away and give it back.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Relay {
  readonly url: string;
  /** Connections are refused at once, and open ones are cut. */
  cut(): void;
  /** Connections are taken, and nothing ever answers. */
  freeze(): void;
  restore(): void;
  close(): Promise<void>;
}

type Mode = "open" | "cut" | "frozen";

export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let mode: Mode = "open";
  const server = createServer((client) => {
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
    client.on("error", () => client.destroy());
    if (mode === "cut") client.resetAndDestroy();
    if (mode !== "open") return;
    const upstream = connect(Number(port), hostname);
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const change = (next: Mode): void => {
    mode = next;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => change("cut"),
    freeze: () => change("frozen"),
    restore: () => change("open"),
    close: () =>
      new Promise((resolve) => {
        change("cut");
        server.close(() => resolve());
      }),
  };
}
