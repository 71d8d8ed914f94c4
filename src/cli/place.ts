// Which table a command works on: that of the deployment whose variables are set, or that of the npm start of this machine.
import * as z from "zod";
import { parseTools, type ToolConfig } from "../lambda/config.ts";
import { systemClock } from "../lambda/surroundings.ts";
import { LOCAL_SECRETS } from "../local/config.ts";
import { type Running, runningIn } from "../local/running.ts";
import type { Clock } from "../runs/ports.ts";
import { refused, type Said, wrong } from "./said.ts";

export interface Place extends ToolConfig {
  /** A stand-in for AWS, which takes any credentials and should see no real ones. */
  readonly isLocal: boolean;
  readonly clock: Clock;
}

export type Found =
  { readonly kind: "found"; readonly place: Place } | { readonly kind: "none"; readonly said: Said };

/** Where npm start keeps its data, unless it is told otherwise. */
const DATA_FOLDER = ".countersign";

type Environment = Readonly<Record<string, string | undefined>>;

/** A folder that is named comes first. */
export async function placeOf(env: Environment, folder: string | undefined): Promise<Found> {
  const isDeployment = folder === undefined && (env["TABLE_NAME"] ?? "") !== "";
  return isDeployment ? deployed(env) : localIn(folder ?? DATA_FOLDER);
}

function deployed(env: Environment): Found {
  try {
    return { kind: "found", place: { ...parseTools(env), isLocal: false, clock: systemClock } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: "none", said: wrong(error.message) };
  }
}

async function localIn(folder: string): Promise<Found> {
  const running = runningIn(folder);
  const now = running && (await timeAt(running));
  if (running === undefined || now === undefined) return { kind: "none", said: refused(nothingRuns(folder)) };
  const { table, team, dynamoUrl, slackUrl } = running;
  const slack = { token: LOCAL_SECRETS.botToken, apiUrl: `${slackUrl}/api/` };
  const place = { table, team, dynamoUrl, slack, isLocal: true, clock: { now: () => now } };
  return { kind: "found", place };
}

function nothingRuns(folder: string): string {
  return `No npm start runs with its data in ${folder}. Start it and try again, name another folder with --data, or set TABLE_NAME and SLACK_TEAM_ID for a deployment.`;
}

const Reading = z.object({ now: z.iso.datetime() });

/** Its clock may be ahead of the machine's. Undefined when it does not answer: whoever was ended without a word leaves its addresses behind. */
async function timeAt({ slackUrl }: Running): Promise<string | undefined> {
  try {
    const response = await fetch(`${slackUrl}/local/clock`, { signal: AbortSignal.timeout(3_000) });
    return Reading.parse(await response.json()).now;
  } catch {
    return undefined;
  }
}
