// A way to the local Slack on which, once wanted, every form opens: the triggers of captured clicks are used up.
import { createServer, type IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";

export interface Opening {
  readonly url: string;
  /** From now on forms open without being shown to anybody. */
  open(): void;
}

export async function startOpening(slackUrl: string): Promise<Opening> {
  let isOpen = false;
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      const path = request.url ?? "/";
      if (isOpen && path.startsWith("/api/views.")) {
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"ok":true,"view":{"id":"V1"}}');
        return;
      }
      const { authorization, "content-type": contentType } = request.headers;
      const headers = {
        ...(authorization !== undefined && { authorization }),
        ...(contentType !== undefined && { "content-type": contentType }),
      };
      const real = await fetch(`${slackUrl}${path}`, { method: "POST", headers, body });
      response.writeHead(real.status, { "content-type": real.headers.get("content-type") ?? "" });
      response.end(await real.text());
    };
    answer().catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return { url: `http://127.0.0.1:${address.port}`, open: () => (isOpen = true) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString();
}
