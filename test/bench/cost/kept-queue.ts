// A queue that keeps what is put into it until it is asked for, in the order in which it falls due: its time is the clock's.
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface KeptJob {
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

export interface KeptQueue {
  readonly url: string;
  /** The one that is due first, and no longer kept. */
  take(): KeptJob | undefined;
  close(): Promise<void>;
}

export async function startKeptQueue(nowMs: () => number, onSend: () => void): Promise<KeptQueue> {
  let kept: readonly KeptJob[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { MessageBody: body = "", DelaySeconds: delay = 0 } = JSON.parse(
        Buffer.concat(chunks).toString("utf8"),
      ) as { readonly MessageBody?: string; readonly DelaySeconds?: number };
      kept = [...kept, { body, dueAt: nowMs() + delay * 1_000 }];
      onSend();
      const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ MessageId: randomUUID(), MD5OfMessageBody }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const first = kept.toSorted((a, b) => a.dueAt - b.dueAt)[0];
      kept = kept.filter((job) => job !== first);
      return first;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
