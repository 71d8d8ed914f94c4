// What the operator's tools ask of DynamoDB, held against what the pages say that it takes: whoever grants no more than that can use them.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { createRecords } from "../../src/aws/records.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { someRun } from "../slack/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";
import { onTable, say } from "./support.ts";

/** DynamoDB as it is, and what it was asked for. */
async function watched(): Promise<{ readonly url: string; readonly asked: Set<string> }> {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const target = String(request.headers["x-amz-target"]);
    asked.add(target.replace(/^.*\./, ""));
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = {
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.0",
        authorization: request.headers.authorization ?? "",
        "x-amz-date": String(request.headers["x-amz-date"]),
      };
      void fetch(inject("dynamoUrl"), { method: "POST", headers, body: Buffer.concat(chunks) }).then(
        async (answer) => response.writeHead(answer.status).end(await answer.text()),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

/** Those of DynamoDB that the sentence names which begins so. */
function named(page: string, begins: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "../../docs", page), "utf8");
  const [sentence = ""] = text.slice(text.indexOf(begins)).split(/\.\s/);
  return [...sentence.matchAll(/`(?:dynamodb:)?([A-Z]\w+)`/g)].map(([, name = ""]) => name);
}

test("to look at runs takes what the page of the tools says, and to purge one what operations say, and nothing else", async () => {
  const { dynamo, table } = await freshDynamo();
  const status = { kind: "done", outcome: { good: true, text: "Deployed." } } as const;
  await createRecords(dynamo, table, UNCOUNTED).saveRun(someRun({ status, version: 1 }));
  const { url, asked } = await watched();
  const env = onTable(table, url);
  const [run] = /r-\w+/.exec((await say("runs", env)).out) ?? [];
  for (const words of ["runs --waiting", "run", "cost", "export", "audit verify --run"])
    expect((await say(words.startsWith("runs") ? words : `${words} ${run ?? ""}`, env)).err).toBe("");
  expect((await say("audit verify --all", env)).code).toBe(0);
  const reading = named("operators-tools.md", "This takes `secretsmanager:GetSecretValue`");
  expect(reading).toEqual(expect.arrayContaining([...asked]));

  asked.clear();
  expect((await say(`purge ${run ?? ""} --reason Over --yes`, env)).err).toBe("");
  expect(named("operations.md", "It needs `dynamodb:Query`")).toEqual(expect.arrayContaining([...asked]));
});
