// `npm run start:slack -- --store sqlite:…` as a process: an approval outlives a kill -9, one app at a time has the file, and wrong words are told.
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { createSqliteStores } from "../../src/sqlite/stores.ts";
import { freshFolder, saidBy, startSlack, startWorkspace } from "../support/slack-process.ts";
import { freshFile } from "../support/sqlite.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, pendingCard } from "../support/system.ts";

test("a question that was asked before a kill -9 is answered after it, by a click in the same message; nobody else may have the file meanwhile, or read it", async () => {
  const { env, rita, ana } = await startWorkspace();
  const folder = freshFolder();
  const file = join(folder, "data.db");
  const start = (): ReturnType<typeof startSlack> =>
    startSlack({ ...env, COUNTERSIGN_DATA: join(folder, "around") }, ["--store", `sqlite:${file}`]);
  const first = start();
  expect(await saidBy(first, "/docs)")).toMatch(/^Countersign is ready after .* in the workspace/);
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  const card = await pendingCard(ana);

  const second = start();
  expect(await saidBy(second, "nothing")).toBe(
    `Countersign cannot start: Another Countersign runs with its data in ${file}. Stop it, or name another file.\n`,
  );
  expect(second.exitCode ?? (await once(second, "exit"))[0]).toBe(1);

  const files = readdirSync(folder).filter((name) => name.startsWith("data.db"));
  expect(files.length).toBeGreaterThan(1);
  for (const name of files) expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  expect(readdirSync(join(folder, "around")).sort()).toEqual(expect.not.arrayContaining(["dynamodb", "sqs"]));

  first.kill("SIGKILL");
  await once(first, "exit");
  const again = start();
  await saidBy(again, "/docs)");
  await ana.click(card, "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  // As systemd and npm do, each of which tells it.
  for (const signal of ["SIGTERM", "SIGINT"] as const) again.kill(signal);
  expect(await once(again, "exit")).toEqual([0, null]);
}, 60_000);

test("while Slack does not let it in, it takes no job in hand: one that is started again and again would break each off, until it is dead", async () => {
  const { env } = await startWorkspace();
  const file = freshFile();
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: Date.now });
  onTestFinished(() => stores.close());
  await stores.queue.send({ kind: "homes", team: "T1" });
  const around = join(dirname(file), "around");
  const words = ["--store", `sqlite:${file}`];
  const child = startSlack({ ...env, SLACK_APP_TOKEN: "xapp-of-another", COUNTERSIGN_DATA: around }, words);
  expect(await saidBy(child, "nothing")).toMatch(/^Countersign cannot start: Slack refuses the app token/);
  expect(stores.queue.receive("waiting", { nowMs: Date.now(), hideMs: 0 })?.receives).toBe(1);
}, 60_000);
