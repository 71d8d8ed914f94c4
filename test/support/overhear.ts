// Stands between the app and a server it needs, passes everything on, and remembers what was asked: what a click costs is what goes over the wire.
import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly path: string;
  /** What AWS's clients call the operation; empty for the others. */
  readonly operation: string;
  readonly body: string;
}

export interface Overheard {
  readonly url: string;
  /** What was asked since the last call, oldest first. */
  asked(): readonly Asked[];
  close(): Promise<void>;
}

/** `change` may put something else in the place of what is asked. */
export async function overhear(
  target: string,
  change: (body: string) => string = (body) => body,
): Promise<Overheard> {
  const agent = new Agent({ keepAlive: true });
  let all: Asked[] = [];

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const { url: path = "/", method = "GET", headers } = request;
    all.push({ path, operation: String(headers["x-amz-target"] ?? "").replace(/^.*\./, ""), body });
    const changed = Buffer.from(change(body));
    const length = { "content-length": String(changed.length) };
    const onward = send(
      new URL(path, target),
      { method, agent, headers: { ...headers, ...length } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    onward.end(changed);
  }

  const server = createServer((request, response) => {
    carry(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked() {
      const before = all;
      all = [];
      return before;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}
