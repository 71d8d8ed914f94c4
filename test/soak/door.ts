// A server that passes requests on to others, and may do something else with them first, meanwhile, or instead.
import { Agent, createServer, request as send, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Door {
  readonly url: string;
  close(): void;
}

/** What `handle` throws breaks the connection of whoever has asked. */
export async function openDoor(handle: (asked: Passing) => Promise<Passed>, port = 0): Promise<Door> {
  const server = createServer((request, response) => {
    const answered = (async () => {
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
      const { method = "GET", url: path = "/", headers } = request;
      const passed = await handle({ method, path, headers, body });
      const { "transfer-encoding": _, connection: __, ...rest } = passed.headers;
      response.writeHead(passed.status, { ...rest, "content-length": passed.body.length });
      response.end(passed.body);
    })();
    answered.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const kept = new Agent({ keepAlive: true, maxSockets: 200 });

/** `isKept` for servers that nobody kills. */
export function passOn(target: string, asked: Passing, isKept = true): Promise<Passed> {
  const { method, path, headers, body } = asked;
  const { host: _, connection: __, "transfer-encoding": ___, ...rest } = headers;
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...rest, "content-length": body.length } };
    const request = send(new URL(path, target), { ...options, agent: isKept ? kept : false }, (response) => {
      Array.fromAsync(response as AsyncIterable<Buffer>).then(
        (chunks) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        reject,
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

export function answer(status: number, body: object, headers: IncomingHttpHeaders = {}): Passed {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}
