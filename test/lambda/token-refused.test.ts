// A bot's token that Slack no longer takes, in the functions behind the queue: nobody signs what these are given, so only Slack's refusal tells them of another token.
import { randomUUID } from "node:crypto";
import type { SQSEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { composeDeadLetter, composeSlack, composeWorker } from "../../src/lambda/app.ts";
import { parseConfig } from "../../src/lambda/config.ts";
import { live } from "../../src/lambda/live.ts";
import { createLog } from "../../src/lambda/log.ts";
import { SECRET_CONTENTS } from "../../src/lambda/secret-contents.ts";
import type { Surroundings } from "../../src/lambda/surroundings.ts";
import { createClock } from "../../src/local/clock.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { traceOf } from "../../src/runs/trace.ts";
import { NOT_WRITTEN } from "../support/counted.ts";
import { slashCommand } from "../support/deliver.ts";
import { type Deployed, plainEvent, startDeployed } from "../support/deployed.ts";
import { startSecretsManager } from "../support/secrets-manager.ts";
import { messageLike } from "../support/system.ts";

const INVOCATION = { getRemainingTimeInMillis: () => 60_000 };

const FUNCTIONS = {
  worker: {
    made: (env: Deployed["env"], around: Surroundings) =>
      live({ name: "worker", compose: composeWorker }, env, around),
    shows: /^Approval needed/,
  },
  "dead-letter": {
    made: (env: Deployed["env"], around: Surroundings) =>
      live({ name: "dead-letter", compose: composeDeadLetter }, env, around),
    shows: /Failed: This run could not go on/,
  },
} as const;

/** The job of a run that has just been started at Slack's door. */
async function jobOf({ env, workOnce }: Deployed, around: Surroundings): Promise<SQSEvent> {
  const door = composeSlack(parseConfig(env), around);
  await door(plainEvent(slashCommand("run deploy service=checkout version=v2.4.1 env=prod")));
  const jobs: SQSEvent[] = [];
  await workOnce((event) => {
    jobs.push(event);
    return Promise.resolve({ batchItemFailures: [] });
  });
  return { Records: jobs.flatMap(({ Records }) => Records) };
}

test.each(Object.entries(FUNCTIONS))(
  "the %s function whose token Slack has refused reads its secrets at the next invocation, and shows the run with the new one; its lines have the run's trace",
  async (_, { made, shows }) => {
    const [deployed, manager, clock] = [
      await startDeployed(),
      await startSecretsManager(),
      createClock(Date.now),
    ];
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line));
    const around = { clock, newId: randomUUID, log, metrics: NOT_WRITTEN };
    const job = await jobOf(deployed, around);
    const keep = (token: string): void => {
      const values = SECRET_CONTENTS.app.map((name) => [name, deployed.env[name] ?? ""] as const);
      const app = { ...Object.fromEntries(values), SLACK_BOT_TOKEN: token };
      manager.secrets.set("countersign/test/app", JSON.stringify(app));
    };
    const named = { APP_SECRET: "countersign/test/app", AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url };
    const handler = made({ ...deployed.env, ...named }, around);
    lines.length = 0;

    keep("xoxb-revoked");
    await handler(job, INVOCATION);
    expect((await deployed.ana.snapshot()).messages).toEqual([]);
    keep(deployed.env["SLACK_BOT_TOKEN"] ?? "");
    clock.advance(60);
    await handler(job, INVOCATION);
    await messageLike(deployed.rita, shows);
    expect(manager.asked).toHaveLength(2);
    // What is not doubted is not read again.
    clock.advance(60);
    await handler(job, INVOCATION);
    expect(manager.asked).toHaveLength(2);
    const said = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const ofRuns = said.filter(({ thread }) => typeof thread === "string");
    expect(ofRuns.length).toBeGreaterThan(0);
    for (const { thread, trace } of ofRuns)
      expect(trace).toBe(traceOf({ team: SEED.teamId, thread: String(thread) }));
  },
);
