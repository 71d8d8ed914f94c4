// The local Slack's one port, for HTTP and for the sockets that an app opens.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { serve } from "@hono/node-server";
import type { Sockets } from "./over-socket.ts";

export interface Listening {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** On loopback only; port 0 is any free one. */
export async function listen(
  fetch: Parameters<typeof serve>[0]["fetch"],
  wanted: number,
  sockets: Sockets | undefined,
): Promise<Listening> {
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve, reject) => {
      const server = serve({ fetch, port: wanted, hostname: "127.0.0.1" }, (info) =>
        resolve({ server, port: info.port }),
      );
      server.on("error", reject);
    },
  );
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Who comes is known by their ticket, which is only given behind the other doors.
    if (sockets === undefined) socket.destroy();
    else sockets.take(request, socket, head);
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        sockets?.disconnect("drop");
        server.close(() => resolve());
        // Pages keep their event streams open; they will come back by themselves.
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
