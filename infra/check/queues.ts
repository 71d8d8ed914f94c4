// The queues and the functions that they wake: nothing is taken for failed while it is still being worked on, and what fails is kept and looked at.
import { at, ofType, type Resource, targetOf, type Template } from "./template.ts";

/** As Lambda asks: a function that is throttled must not use up a message's attempts. */
const TIMES_HIDDEN = 6;
/** As long as SQS can. */
const KEPT_SECONDS = 14 * 24 * 60 * 60;
const LONGEST_HIDDEN_SECONDS = 12 * 60 * 60;

export function queueFindings(template: Template): readonly string[] {
  const queues = ofType(template, "AWS::SQS::Queue");
  return [
    ...queues.flatMap(([name, queue]) => keepingFindings(name, queue)),
    ...queues.flatMap(([name, queue]) => deadFindings(name, queue, template)),
    ...ofType(template, "AWS::Lambda::EventSourceMapping").flatMap(([name, mapping]) =>
      wakingFindings(name, mapping, template),
    ),
  ];
}

/** The queues that take what failed in others. */
export function deadQueues(template: Template): ReadonlySet<string> {
  const targets = ofType(template, "AWS::SQS::Queue").map(([, queue]) => deadTargetOf(queue));
  return new Set(targets.filter((target) => target !== undefined));
}

function deadTargetOf({ Properties }: Resource): string | undefined {
  return targetOf(at(Properties, "RedrivePolicy", "deadLetterTargetArn"));
}

function keepingFindings(name: string, { Properties }: Resource): readonly string[] {
  const findings: string[] = [];
  if (at(Properties, "MessageRetentionPeriod") !== KEPT_SECONDS)
    findings.push(`${name}.MessageRetentionPeriod is not 14 days, the longest that SQS keeps a message.`);
  const hidden = Number(at(Properties, "VisibilityTimeout") ?? 0);
  if (hidden > LONGEST_HIDDEN_SECONDS)
    findings.push(
      `${name}.VisibilityTimeout is ${hidden} s, and SQS hides no message for longer than ${LONGEST_HIDDEN_SECONDS} s.`,
    );
  if (at(Properties, "SqsManagedSseEnabled") !== true) findings.push(`${name} is not encrypted.`);
  return findings;
}

function deadFindings(name: string, queue: Resource, template: Template): readonly string[] {
  if (deadQueues(template).has(name)) return [];
  const target = deadTargetOf(queue);
  if (target === undefined) return [`${name}.RedrivePolicy names no queue for what fails again and again.`];
  return template.Resources[target]?.Type === "AWS::SQS::Queue"
    ? []
    : [`${name}.RedrivePolicy names ${target}, which is no queue.`];
}

function wakingFindings(name: string, { Properties }: Resource, template: Template): readonly string[] {
  const findings: string[] = [];
  const queue = targetOf(at(Properties, "EventSourceArn")) ?? "";
  const lambda = targetOf(at(Properties, "FunctionName")) ?? "";
  const hidden = Number(at(template.Resources[queue]?.Properties, "VisibilityTimeout") ?? 30);
  const timeout = Number(at(template.Resources[lambda]?.Properties, "Timeout") ?? 0);
  if (hidden < TIMES_HIDDEN * timeout)
    findings.push(
      `${queue}.VisibilityTimeout is ${hidden} s, and must be at least ${TIMES_HIDDEN} times the ${timeout} s of ${lambda}.`,
    );
  if (at(Properties, "FunctionResponseTypes", 0) !== "ReportBatchItemFailures")
    findings.push(`${name} does not say which messages of a batch failed, so that all of them come again.`);
  return findings;
}
