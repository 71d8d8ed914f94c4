// Whether the queue hides a job for long enough, where dead letters go, and what waits in both.
import { createSqs, type QueueFacts, queueFacts } from "../../aws/queue-facts.ts";
import { WORKER_TIMEOUT_MS } from "../../lambda/time-outs.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import { type DoctorFacts, patienceFor } from "./facts.ts";

type Sqs = ReturnType<typeof createSqs>;

export const queueCheck: Check = {
  name: "Queue",
  async look(facts) {
    const { queue } = facts;
    if (queue.kind === "untold") return [unknown("QUEUE_URL is not known here.")];
    if (queue.kind === "none") return [wrong(queue.says, queue.mend)];
    const sqs = sqsOf(facts);
    try {
      return await findings(sqs, queue.value, facts);
    } finally {
      sqs.destroy();
    }
  },
};

function sqsOf(facts: DoctorFacts): Sqs {
  const { values, region, kind } = facts;
  const endpoint = values["AWS_ENDPOINT_URL_SQS"] || undefined;
  return createSqs({
    ...patienceFor(facts),
    endpoint,
    ...(region !== undefined && kind === "stage" && { region }),
  });
}

const DEPLOY = "Deploy again (npm run deploy); infra/queue.yml has the queues as they should be.";

async function findings(sqs: Sqs, queueUrl: string, facts: DoctorFacts): Promise<readonly Finding[]> {
  const queue = await queueFacts(sqs, queueUrl);
  if (queue === undefined)
    return [
      wrong(`There is no queue at ${queueUrl}.`, "Check QUEUE_URL and the region, or deploy the queue."),
    ];
  const dead = queue.dead && (await queueFacts(sqs, queue.dead.queueUrl));
  return [waiting(queue), ...visibility(queue, facts), deadLetters(queue, dead, facts)];
}

function waiting({ waiting: jobs, inHand, delayed }: QueueFacts): Finding {
  return fine(
    `${count(jobs, "job waits", "jobs wait")}, ${inHand} in hand, ${delayed} put off; for how long, only CloudWatch knows (ApproximateAgeOfOldestMessage).`,
  );
}

/** As AWS asks: a throttled worker must not make a job look failed. A worker of npm start is never throttled. */
const TIMES_THE_TIMEOUT = 6;

function visibility({ visibilitySeconds: seconds }: QueueFacts, { kind }: DoctorFacts): readonly Finding[] {
  const least = (TIMES_THE_TIMEOUT * WORKER_TIMEOUT_MS) / 1_000;
  if (kind === "local" || seconds >= least) return [];
  return [
    wrong(
      `The queue hides a job for ${seconds} s, and it should be ${least} s at least, six times the worker's time: jobs that are still worked on are delivered again, and die.`,
      DEPLOY,
    ),
  ];
}

function deadLetters(queue: QueueFacts, dead: QueueFacts | undefined, { kind }: DoctorFacts): Finding {
  if (queue.dead === undefined)
    return wrong("The queue has nowhere to put jobs that fail each time: they come again for days.", DEPLOY);
  if (dead === undefined)
    return wrong(
      `There is no queue of dead letters at ${queue.dead.queueUrl}, and it is named as one.`,
      DEPLOY,
    );
  const all = dead.waiting + dead.inHand;
  const tries = `after ${queue.dead.tries} tries`;
  if (all === 0) return fine(`No dead letters; a job is one ${tries}.`);
  const handed = kind === "local" ? "" : " The dead-letter function tries them every six minutes.";
  return wrong(
    `${count(all, "dead letter waits", "dead letters wait")}: jobs that failed each time, and could not be marked as failed.${handed}`,
    "npm run countersign -- redrive shows them; docs/operations.md says more under dead-letters-stuck.",
  );
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
