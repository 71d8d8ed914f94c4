// An HTTP server in front of a Lambda handler: each request becomes the event that API Gateway's HTTP API would send.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { reasonOf } from "../../approvals/reason.ts";
import type { HttpHandler } from "../../lambda/app.ts";
import type { Log } from "../../runs/ports.ts";
import { gatewayEvent } from "./gateway-event.ts";

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on loopback only; without a port on one that the system picks. */
export async function serveHandler(handler: HttpHandler, log: Log, wanted = 0): Promise<Served> {
  const server = createServer((request, response) => {
    void answer(handler, request, response).catch((error: unknown) => {
      // As Lambda would: the caller sees a 500, the reason is in the log.
      log.error("A handler failed.", { reason: reasonOf(error) });
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handler: HttpHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { statusCode = 200, headers = {}, body = "" } = await handler(await eventOf(request));
  response.writeHead(
    statusCode,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  );
  response.end(body);
}

async function eventOf(request: IncomingMessage): Promise<APIGatewayProxyEventV2> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const [path = "/", query = ""] = (request.url ?? "/").split("?");
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return gatewayEvent({
    ...{ path, query, headers },
    method: request.method ?? "GET",
    body: Buffer.concat(chunks),
  });
}
