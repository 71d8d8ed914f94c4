// A Secrets Manager as far as it is used: what is kept is in hand, what was asked is told, and it can be down or slow.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import * as z from "zod";

export interface SecretsManager {
  readonly url: string;
  /** By their names; what is changed here counts at once. */
  readonly secrets: Map<string, string>;
  /** One line for each request, such as "GetSecretValue countersign/test/app". */
  readonly asked: string[];
  /** The error that it answers with, whatever it is asked. */
  refusal: { readonly status: number; readonly type: string } | undefined;
  /** Called before each answer, which waits for it. */
  before: () => Promise<unknown>;
}

const Asked = z.object({
  SecretId: z.string().optional(),
  Name: z.string().optional(),
  SecretString: z.string().optional(),
});

export async function startSecretsManager(): Promise<SecretsManager> {
  const [secrets, asked] = [new Map<string, string>(), new Array<string>()];
  const server = createServer((request, response) => {
    void (async () => {
      const text = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString("utf8");
      const [, call = ""] = String(request.headers["x-amz-target"]).split(".");
      const { SecretId, Name = SecretId ?? "", SecretString } = Asked.parse(JSON.parse(text));
      asked.push(`${call} ${Name}`);
      await manager.before();
      const [status, answer] = answerTo(call, Name, SecretString);
      response
        .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify(answer));
    })();
  });

  function answerTo(call: string, name: string, text: string | undefined): readonly [number, object] {
    const { refusal } = manager;
    if (refusal !== undefined) return [refusal.status, { __type: refusal.type, message: "No." }];
    const isThere = secrets.has(name);
    if (call === "CreateSecret" && isThere) return [400, { __type: "ResourceExistsException" }];
    if (call !== "CreateSecret" && !isThere) return [400, { __type: "ResourceNotFoundException" }];
    if (text !== undefined) secrets.set(name, text);
    return [200, { Name: name, ...(call === "GetSecretValue" && { SecretString: secrets.get(name) }) }];
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const manager: SecretsManager = {
    ...{ url, secrets, asked, refusal: undefined },
    before: () => Promise.resolve(),
  };
  return manager;
}
