// What people do with a question, from the command to the end of the run, and what each of it costs a deployment.
import { type Counts, type Tally, without } from "../../../src/aws/tally.ts";
import type { Message } from "../../../src/local/slack/protocol.ts";
import type { LocalPerson } from "../../../src/local/slack/person.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { DAYS_KEPT } from "../../../src/runs/removed.ts";
import { deploy } from "../../../src/workflows/deploy.ts";
import { workflows } from "../../../src/workflows/registry.ts";
import { type Deployment, startDeployment } from "./deployment.ts";

const DEPLOY = "/countersign run deploy service=checkout version=v2.4.1 env=prod";
const DELETE = '/countersign run admin request="Please delete the course Outdated Java Tutorial"';
/** People look at a card some minutes later: nobody is remembered by then. */
const LATER_SECONDS = 600;
/** Behind it, nobody looks at what is over any more. */
const OVER_SECONDS = 2 * 3_600;
/** Behind it, the details of what is over are told to be deleted. */
const KEPT_SECONDS = (DAYS_KEPT.details + 1) * 24 * 3_600;

interface Story {
  readonly title: string;
  readonly play: (deployment: Deployment) => Promise<void>;
}

export const STORIES: readonly Story[] = [
  {
    title: "An approval: `deploy`, one click",
    play: async ({ rita, ana, ...deployment }) => {
      await asked(deployment, rita, DEPLOY);
      await clicked(deployment, ana, "Approve");
      await ended(rita, /^✅ Deployed/);
    },
  },
  {
    title: "A rejection with a reason: `deploy`, one form",
    play: async ({ rita, ana, ...deployment }) => {
      await asked(deployment, rita, DEPLOY);
      await clicked(deployment, ana, "Reject…");
      const form = await ana.waitFor(({ views }) => views.at(-1));
      await ana.submit(form, { reason: "Not now" });
      await deployment.workOff();
      await ended(rita, /^⛔ Not deployed/);
    },
  },
  {
    title: "An approval by two of them: `deploy` with a quorum of two",
    play: async ({ rita, ana, bo, ...deployment }) => {
      await withQuorumOfTwo(async () => {
        await asked(deployment, rita, DEPLOY);
        await clicked(deployment, ana, "Approve");
        await clicked(deployment, bo, "Approve");
      });
      await ended(rita, /^✅ Deployed/);
    },
  },
  {
    title: "An agent's tool that asks: `admin`, three answers of its model",
    play: async ({ rita, bo, ...deployment }) => {
      await asked(deployment, rita, DELETE);
      await clicked(deployment, bo, "Approve");
      await ended(rita, /^✅ Done/);
    },
  },
];

export interface Told {
  readonly title: string;
  readonly tally: Tally;
  /** Bytes that the run leaves in the table. */
  readonly stored: number;
}

export interface Measured {
  readonly stories: readonly Told[];
  /** A sweep that finds nothing, as nearly all of them do. */
  readonly sweep: Counts;
  /** How many metrics such a sweep tells of. */
  readonly sweepMetrics: number;
}

/** Each on a deployment of its own, as nobody has used it for a while; `lookAt` sees the table that it leaves. */
export async function measured(
  dynamoUrl: string,
  played: readonly Story[] = STORIES,
  lookAt: (table: string) => Promise<void> = () => Promise.resolve(),
): Promise<Measured> {
  const stories: Told[] = [];
  let idle: Pick<Measured, "sweep" | "sweepMetrics"> | undefined;
  for (const { title, play } of played) {
    const deployment = await startDeployment(dynamoUrl);
    try {
      const { sweep } = (idle ??= await idleSweep(deployment));
      await play(deployment);
      await passed(deployment, OVER_SECONDS);
      const stored = await deployment.stored();
      await lookAt(deployment.table);
      await passed(deployment, KEPT_SECONDS);
      const tally = [1, 2].reduce((all) => without(all, "sweeper", sweep), deployment.tally());
      stories.push({ title, tally, stored });
    } finally {
      await deployment.stop();
    }
  }
  if (idle === undefined) throw new Error("There are no stories.");
  return { stories, ...idle };
}

async function passed({ pass, sweep, workOff }: Deployment, seconds: number): Promise<void> {
  pass(seconds);
  await sweep();
  await workOff();
}

async function idleSweep({ sweep, tally, metricsTold }: Deployment) {
  await sweep();
  return { sweep: tally().sweeper, sweepMetrics: metricsTold.size };
}

type Clockwork = Pick<Deployment, "workOff" | "pass">;

async function asked({ workOff, pass }: Clockwork, by: LocalPerson, command: string): Promise<void> {
  await by.say(SEED.channels.deploys, command);
  await workOff();
  pass(LATER_SECONDS);
}

async function clicked({ workOff, pass }: Clockwork, by: LocalPerson, button: string): Promise<void> {
  await by.click(await openCard(by), button);
  await workOff();
  pass(LATER_SECONDS);
}

function openCard(person: LocalPerson): Promise<Message> {
  return person.waitFor(({ messages }) =>
    messages.find(({ channel, text }) => channel === SEED.channels.deploys && /^Approval needed/.test(text)),
  );
}

async function ended(person: LocalPerson, pattern: RegExp): Promise<void> {
  await person.waitFor(({ messages }) => messages.find(({ text }) => pattern.test(text)));
}

async function withQuorumOfTwo(act: () => Promise<void>): Promise<void> {
  if (!(workflows instanceof Map)) throw new Error("The registry is no longer a map.");
  workflows.set("deploy", { ...deploy, policy: { ...deploy.policy, quorum: 2 } });
  try {
    await act();
  } finally {
    workflows.set("deploy", deploy);
  }
}
