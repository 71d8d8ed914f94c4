// Which calls to AWS are in a bundle, as the bundler tells it; and which of them a function may be without.
import type { Metafile } from "esbuild";
import type { HandlerName } from "../../infra/bundle.ts";

/** Part of the store of App Homes and of lists, of which the functions named here use the rest. */
const HOMES_ARE_ONLY_LOOKED_AT = ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"];
/** What has gone into a history is forgotten by the worker, which puts it there. */
const NOTES_ARE_ONLY_MADE = ["dynamodb:BatchWriteItem"];

/** What comes into a bundle with the parts that its function uses. */
export const NEVER_MADE: Readonly<Record<HandlerName, readonly string[]>> = {
  slack: NOTES_ARE_ONLY_MADE,
  api: NOTES_ARE_ONLY_MADE,
  worker: [],
  sweeper: HOMES_ARE_ONLY_LOOKED_AT,
  "dead-letter": [],
};

/** By Lambda in the function's name: how it polls a queue, and where it writes what is logged. */
export const MADE_BY_LAMBDA: ReadonlySet<string> = new Set([
  ...["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  ...["logs:CreateLogStream", "logs:PutLogEvents"],
]);

/** Of the client itself, where it is told to look for its endpoint; ours are not. */
const OF_THE_CLIENT = "dynamodb:DescribeEndpoints";

const COMMAND = /\/client-([a-z]+)[a-z-]*\/.*\/commands\/(\w+)Command\.js$/;
const PREFIXES: Readonly<Record<string, string>> = { secrets: "secretsmanager" };

/** @example callsIn(metafiles.sweeper.outputs); // ["dynamodb:GetItem", "dynamodb:Query", …] */
export function callsIn(outputs: Metafile["outputs"]): readonly string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const calls = inputs.flatMap(([path, { bytesInOutput }]) => {
    const [, client = "", command] = COMMAND.exec(path) ?? [];
    if (command === undefined || bytesInOutput === 0) return [];
    return `${PREFIXES[client] ?? client}:${command}`;
  });
  return [...new Set(calls)].filter((call) => call !== OF_THE_CLIENT);
}
