// `npm run start:slack` as a process: it connects to a workspace, a deployment is approved there, and it stops.
import { once } from "node:events";
import { expect, test } from "vitest";
import { saidBy, startSlack, startWorkspace } from "../support/slack-process.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, pendingCard } from "../support/system.ts";

test("with two tokens and three names it is in the workspace: a deployment is approved there, and Ctrl-C stops it", async () => {
  const { env, rita, ana } = await startWorkspace();
  const child = startSlack(env);
  const said = await saidBy(child, "/docs)");
  expect(said).toMatch(
    /^Countersign is ready after [\d.]+ s in the workspace Countersign Local \(.+\): type \/countersign help there {2}\(Ctrl-C stops it; REST: http:\/\/127\.0\.0\.1:\d+\/docs\)\n$/,
  );
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await ana.click(await pendingCard(ana), "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
}, 60_000);
