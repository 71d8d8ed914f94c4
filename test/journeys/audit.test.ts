// A run's history on request, through signed commands: in words, with its hashes, and as a file that anybody can verify.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openedForm } from "../../src/approvals/noted.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createStores } from "../../src/aws/stores.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { DEPLOYS, messageLike, startSystem, type System, told } from "../support/system.ts";

const SECRET = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

/** A deployment that Rita may not approve, that Ana looks at and changes, and that is over. */
async function deployed(): Promise<System & { readonly name: string }> {
  const system = await startSystem();
  const { rita, ana, askToDeploy, sweepAfter } = system;
  const card = await askToDeploy();
  await rita.click(card, "Approve");
  await ana.click(card, "View details");
  await ana.close(await ana.waitFor(({ views }) => views.at(-1)));
  await ana.click(card, "Edit…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  await ana.submit(form, { "arg:version": "v2.4.2" });
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.2/);
  const { text } = await messageLike(rita, /^deploy r-\w+/);
  // What was noted beside the history is folded in by whoever comes next.
  await sweepAfter(61);
  await system.untilIdle();
  return { ...system, name: /r-\w+/.exec(text)?.[0] ?? "" };
}

async function answerTo(person: LocalPerson, line: string, pattern: RegExp): Promise<string> {
  expect(await person.say(DEPLOYS, `/countersign ${line}`)).toMatchObject({ ok: true });
  return textIn(await told(person, pattern));
}

function textIn({ text, blocks }: Message): string {
  return blocks.length === 0 ? text : JSON.stringify(blocks);
}

test("history says who did what, in order, in words, with what did not count and what was opened", async () => {
  const { rita, ana, bo, name } = await deployed();
  const said = await answerTo(bo, `history ${name}`, /^History of deploy/);
  const happened = [
    `<@${rita.id}> started *deploy* (version 1)`,
    "asked: *Deploy checkout v2.4.1 to prod*",
    `<@${ana.id}> approved with changes (version: ~v2.4.1~ → *v2.4.2*)`,
    "the run went on with the answer",
    "✅ the run ended: “Deployed checkout v2.4.2 to prod",
  ];
  const places = happened.map((what) => said.indexOf(what));
  expect(places).toEqual(places.filter((at) => at >= 0).toSorted((a, b) => a - b));
  expect(said).toContain(`<@${rita.id}> clicked Approve; not counted, since they had started the run`);
  expect(said).toContain(`<@${ana.id}> opened the full request`);
  expect(said).toContain(`<@${ana.id}> opened the form to edit it`);
});

test("audit numbers the entries, says that the history is whole, and names the head that the card shows", async () => {
  const { ana, bo, name } = await deployed();
  const said = await answerTo(bo, `audit ${name}`, /^Audit of deploy/);
  expect(said).toMatch(/`1 [0-9a-f]{8}` <!date/);
  expect(said).toContain("✅ The history is whole: each of its 8 entries continues the one before it");
  const head = /Head: `([0-9a-f]{64})`/.exec(said)?.[1] ?? "none";
  await ana.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes(`record ${head.slice(0, 12)}`)),
  );
});

test("audit export sends the whole history as a file to whoever asked, and it verifies against what the card shows", async () => {
  const { bo, ana, name } = await deployed();
  await answerTo(bo, `audit ${name} export`, /^I sent you the whole history/);
  const message = await bo.waitFor(({ messages }) => messages.find(({ files }) => files !== undefined));
  const { channels } = await bo.snapshot();
  expect(channels.find(({ id }) => id === message.channel)?.kind).toBe("im");
  const [file] = message.files ?? [];
  if (file === undefined) throw new Error("There is no file.");
  const content = await bo.download(file);
  expect((await ana.snapshot()).messages.some(({ files }) => files !== undefined)).toBe(false);
  // As the last card has it, once that is drawn.
  const { head = "" } = JSON.parse(content.slice(0, content.indexOf("\n"))) as { readonly head?: string };
  const shown = head.slice(0, 12);
  await bo.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes(`record ${shown}`)),
  );
  expect(await verify(content, shown)).toEqual([0, expect.stringMatching(/^Whole: 8 entries of r-/)]);
  const cut = content.trimEnd().split("\n").slice(0, -1).join("\n");
  expect((await verify(cut, shown))[0]).toBe(1);
  expect(message.text).toContain(`--head ${shown}`);
});

function verify(content: string, head: string): Promise<readonly [number, string]> {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "audit.jsonl");
  writeFileSync(file, content);
  return new Promise((resolve) => {
    execFile(process.execPath, ["src/cli/audit-verify.ts", file, "--head", head], (error, out) => {
      resolve([typeof error?.code === "number" ? error.code : 0, out]);
    });
  });
}

test("no secret that somebody typed is in the history, on the page or in the file", async () => {
  const { ana, rita, askToDeploy } = await startSystem();
  await ana.click(await askToDeploy(), "Reject…");
  const form = await ana.waitFor(({ views }) => views.at(-1));
  await ana.submit(form, { reason: "Other", note: `Use ${SECRET} instead` });
  await messageLike(rita, /^⛔ Not deployed/);
  const name = /r-\w+/.exec((await messageLike(rita, /^deploy r-\w+/)).text)?.[0] ?? "";
  const said = await answerTo(rita, `history ${name}`, /^History of deploy/);
  expect(said).toContain("rejected: “Use ");
  expect(said).not.toContain(SECRET);
  await answerTo(rita, `audit ${name} export`, /^I sent you the whole history/);
  const { files = [] } = await rita.waitFor(({ messages }) =>
    messages.find(({ files }) => files !== undefined),
  );
  const [file] = files;
  if (file === undefined) throw new Error("There is no file.");
  const content = await rita.download(file);
  expect(content).toContain("Use ");
  expect(content).not.toContain(SECRET);
});

test("what one may not see is unknown, and so is what nobody has heard of", async () => {
  const { gus, rita, name } = await deployed();
  for (const line of [`history ${name}`, `audit ${name}`, `audit ${name} export`])
    await answerTo(gus, line, /^Only full members of this workspace can see and start runs\.$/);
  expect((await gus.snapshot()).messages.some(({ files }) => files !== undefined)).toBe(false);
  await answerTo(rita, "history r-000000", /^I know no run “r-000000”/);
  await answerTo(rita, "history", /^Which run\?/);
  await answerTo(rita, "audit", /^Which run\?/);
  await answerTo(rita, `audit ${name} import`, /^Please write/);
});

test("whoever asked is told when Slack does not take the file, and what to do", async () => {
  const { bo, administrator, name } = await deployed();
  const refuse = { kind: "refuse", method: "files.getUploadURLExternal", times: 1 } as const;
  await administrator.faults({ ...refuse, error: "missing_scope" });
  await answerTo(
    bo,
    `audit ${name} export`,
    /^Slack did not take the file \(missing_scope\).*install it again/,
  );
  await administrator.faults({ ...refuse, error: "file_upload_size_restricted" });
  await answerTo(
    bo,
    `audit ${name} export`,
    /^Slack did not take the file \(file_upload_size_restricted\).*try/,
  );
  await administrator.faults({ kind: "lose-reply", method: "files.completeUploadExternal", times: 1 });
  await answerTo(
    bo,
    `audit ${name} export`,
    /^Slack did not answer, so I can't say whether the file has arrived/,
  );
});

test("a history that has outgrown its run's record is told whole, and one that somebody has changed in the database is found out", async () => {
  const system = await startSystem();
  const { rita, ana, bo, config, askToDeploy, untilIdle } = system;
  const card = await askToDeploy();
  const name = /r-\w+/.exec((await messageLike(rita, /^deploy r-\w+/)).text)?.[0] ?? "";
  const dynamo = createDynamo({ endpoint: config.endpoints.dynamodb, timeoutMs: 2_000, maxAttempts: 2 });
  onTestFinished(() => dynamo.destroy());
  const { records, noted } = createStores(dynamo, config.table, UNCOUNTED);
  const key = { team: config.slack.team, thread: String(card.metadata?.event_payload["thread"]) };
  const at = system.around.clock.now();
  for (let who = 0; who < 60; who++)
    await noted.note(key, openedForm({ at, by: `U${who}`, form: "review", interrupt: "i", digest: "d" }));
  await ana.click(card, "Approve");
  await messageLike(rita, /^✅ Deployed/);
  await untilIdle();
  const whole = await answerTo(bo, `audit ${name}`, /^Audit of deploy .*: 6\d entries/);
  expect(whole).toContain("✅ The history is whole");

  const run = await records.run(key);
  if (run === undefined) throw new Error("There is no run.");
  const entries = run.audit.entries.map((link) => ({ ...link, entry: { ...link.entry, by: "UEVE" } }));
  await records.saveRun({ ...run, audit: { ...run.audit, entries }, version: run.version + 1 });
  await bo.say(DEPLOYS, `/countersign audit ${name}`);
  const found = /Entry \d+ of the history is not what was recorded.* Please tell whoever runs this app/;
  await bo.waitFor(({ messages }) => messages.find((one) => found.test(textIn(one))));
});
