// The graph of docs/moving-from-langgraph.md, run on LangGraph, with its import line changed, and as a workflow in the whole product.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { Workflow } from "../../src/runs/workflow.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike } from "../support/system.ts";
import { blocksOf, pageAt, ROOT } from "./pages.ts";

const [before = "", line = "", after = ""] = blocksOf(pageAt("docs/moving-from-langgraph.md"))
  .filter(({ language }) => language === "ts")
  .map(({ code }) => code);

const folder = mkdtempSync(join(tmpdir(), "moving-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As if it stood in src/workflows/. */
async function imported(name: string, code: string): Promise<object> {
  const placed = code.replaceAll(/(?<= from ")[^"]+(?=";$)/gm, (specifier) =>
    specifier.startsWith("..")
      ? pathToFileURL(join(ROOT, "src/workflows", specifier)).href
      : import.meta.resolve(specifier),
  );
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, placed);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as object;
}

interface Apologising {
  readonly outbox: readonly string[];
  readonly apologise: (
    to: string,
    answer: string,
  ) => Promise<{ readonly asked: object; readonly done: object }>;
}

async function toldBy(name: string, code: string): Promise<unknown> {
  const { outbox, apologise } = (await imported(name, code)) as Apologising;
  const told = [await apologise("Lee", "send"), await apologise("Kim", "leave")].map(({ asked, done }) => [
    {
      ...asked,
      __interrupt__: (asked as { __interrupt__: { value: unknown }[] }).__interrupt__.map(
        ({ value }) => value,
      ),
    },
    done,
  ]);
  return { told, outbox };
}

test("with its import line changed the graph does the same", async () => {
  const moved = before.replace(/^import .*\n/, line);
  expect(moved).not.toContain("@langchain");
  const told = await toldBy("before", before);
  expect(told).toMatchObject({ outbox: ["Lee: Dear Lee, we are sorry."] });
  expect(await toldBy("moved", moved)).toEqual(told);
});

test("as a workflow it asks in Slack, and sends once when somebody on call says so", async () => {
  const { apology } = (await imported("apology", after)) as { readonly apology: Workflow };
  const { goOn, bo, outbox } = await startOwnWorkflow({
    workflow: apology,
    words: { to: "lee@example.com" },
  });
  await goOn();
  await bo.click(await messageLike(bo, /^Answer needed: Send this\?/), "send");
  await goOn();
  await messageLike(bo, /^✅ Sent\./);
  expect(await outbox()).toMatchObject([
    { to: "lee@example.com", body: "Dear lee@example.com, we are sorry.", performed: 1 },
  ]);
});
