// Opens what redrive works on: the queue of dead letters of a deployment with the runs of the same place, or both in one file.
import { awayOf, AwsAway } from "../../aws/away.ts";
import { createDeadLetters } from "../../aws/dead-letters.ts";
import type { Patience } from "../../aws/patience.ts";
import { createSqsQueue } from "../../aws/queue.ts";
import { createSqs, queueFacts } from "../../aws/queue-facts.ts";
import type { DeadLetter, DeadLetters } from "../../runs/dead-letters.ts";
import { createDeadLetters as createDeadJobs } from "../../sqlite/dead-letters.ts";
import type { Jobs } from "../../sqlite/jobs.ts";
import type { Given, Tools } from "../command.ts";
import { type DoctorFacts, factsOf, patienceFor } from "../doctor/facts.ts";
import type { Redrive } from "./dead.ts";
import { refused, type Said } from "../said.ts";

type Opened =
  { readonly kind: "open"; readonly redrive: Redrive } | { readonly kind: "none"; readonly said: Said };

const LIMIT_MS = 10_000;

/** Its runs and its queue are of the same place: that of the stage, where one is named. @throws NoPlace */
export async function openRedrive(given: Given): Promise<Opened> {
  const tools = await given.tools();
  if (tools.jobs !== undefined) return onFile(tools, tools.jobs);
  const found = await factsOf(given, LIMIT_MS);
  return found.kind === "none" ? found : onSqs(tools, found.facts);
}

function onFile(tools: Tools, jobs: Jobs): Opened {
  const nowMs = (): number => Date.parse(tools.place.clock.now());
  const { inHand } = jobs.count("dead", nowMs());
  const letters = tracked(createDeadJobs(jobs, nowMs));
  return {
    kind: "open",
    redrive: { tools, letters, queue: jobs, inHand, close: () => letters.giveAllBack() },
  };
}

async function onSqs(tools: Tools, facts: DoctorFacts): Promise<Opened> {
  const { queue } = facts;
  if (queue.kind === "untold")
    return none("Which queue it is, is not known: set QUEUE_URL, or name the stage.");
  if (queue.kind === "none") return none(`${queue.says} ${queue.mend}`);
  const options = sqsOptions(facts);
  const sqs = createSqs(options);
  try {
    const opened = await openQueue(sqs, queue.value, options.endpoint !== undefined);
    if (opened === undefined) {
      sqs.destroy();
      return none(`There is no queue at ${queue.value}, or none of its dead letters; doctor says more.`);
    }
    const { letters, inHand } = opened;
    const jobs = createSqsQueue({ ...options, queueUrl: queue.value });
    const close = async (): Promise<void> => {
      await letters.giveAllBack();
      sqs.destroy();
    };
    return { kind: "open", redrive: { tools, letters, queue: jobs, inHand, close } };
  } catch (error) {
    sqs.destroy();
    const away = error instanceof AwsAway ? error : awayOf(error);
    if (away === undefined) throw error;
    return none(`${away.message} ${away.mend}`);
  }
}

function none(says: string): Opened {
  return { kind: "none", said: refused(says, { kind: "no-queue" }) };
}

function sqsOptions(facts: DoctorFacts): Patience {
  const { values, region, kind } = facts;
  return {
    ...patienceFor(facts),
    endpoint: values["AWS_ENDPOINT_URL_SQS"] || undefined,
    ...(region !== undefined && kind === "stage" && { region }),
  };
}

async function openQueue(
  sqs: ReturnType<typeof createSqs>,
  queueUrl: string,
  isOneServer: boolean,
): Promise<{ readonly letters: ReturnType<typeof tracked>; readonly inHand: number } | undefined> {
  const known = await queueFacts(sqs, queueUrl);
  const dead = known?.dead && (await queueFacts(sqs, known.dead.queueUrl));
  if (known?.dead === undefined || dead === undefined) return undefined;
  const letters = createDeadLetters(sqs, { queueUrl, deadQueueUrl: known.dead.queueUrl, isOneServer });
  return { letters: tracked(letters), inHand: dead.inHand };
}

/** Remembers what was taken and not deleted. */
function tracked(letters: DeadLetters): DeadLetters & { giveAllBack(): Promise<void> } {
  const taken = new Set<DeadLetter>();
  return {
    ...letters,
    async take(most): Promise<readonly DeadLetter[]> {
      const all = await letters.take(most);
      for (const one of all) taken.add(one);
      return all;
    },
    async drop(letter): Promise<void> {
      await letters.drop(letter);
      taken.delete(letter);
    },
    async giveAllBack(): Promise<void> {
      // Who is not given back now comes back by itself in two minutes.
      await Promise.allSettled([...taken].map((letter) => letters.giveBack(letter)));
    },
  };
}
