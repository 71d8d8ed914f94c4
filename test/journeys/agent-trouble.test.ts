// An agent whose tool cannot say what people are to be asked: nothing is carried out, the run says which tool it was, and Retry goes on.
import { expect, test } from "vitest";
import type * as z from "zod";
import type { ApprovalRule } from "../../src/agent/approval-rule.ts";
import type { Services } from "../../src/runs/workflow.ts";
import { deployTool, startAgent, type Target, titleOf } from "../support/agent-workflow.ts";
import { messageLike, retryAbove, told } from "../support/system.ts";

const prod = { service: "checkout", version: "v2.4.1", env: "prod" };

test("a tool that cannot say what is to be asked, or look again, fails the run with its name; Retry goes on, and a decision stands", async () => {
  const away = { title: true, revalidate: true };
  const unless = (what: keyof typeof away): void => {
    if (away[what]) throw new Error(`The ${what} is away.`);
  };
  const rule: ApprovalRule<z.infer<typeof Target>, Services> = {
    title: (args) => {
      unless("title");
      return titleOf(args);
    },
    revalidate: () => {
      unless("revalidate");
      return Promise.resolve({});
    },
  };
  const run = await startAgent([[["deploy", prod]], "Fine."], { tools: [deployTool(rule)] });
  const { ana, rita, goOn, deployments } = run;
  const retried = async (words: RegExp): Promise<void> => {
    await retryAbove(rita, await messageLike(rita, words));
    await told(rita, /^The run is queued again/);
    await goOn();
  };
  away.title = false;
  await retried(
    /Failed: The tool "deploy" could not say its title: The title is away\. It was not carried out; Retry tries again\./,
  );
  await ana.click(await messageLike(ana, /^Approval needed: Deploy checkout v2\.4\.1 to prod\./), "Approve");
  await goOn();
  expect(await deployments()).toEqual([]);
  away.revalidate = false;
  await retried(/The tool "deploy" could not revalidate what was agreed to: The revalidate is away\./);
  expect(await deployments()).toMatchObject([{ ...prod, performed: 1 }]);
  expect(run.asked).toHaveLength(2);
}, 30_000);
