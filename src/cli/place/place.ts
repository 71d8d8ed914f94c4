// Which stores a command works on: those of a stage, of a file, of the deployment whose variables are set, or of the npm start of this machine.
import * as z from "zod";
import { parseTools } from "../../lambda/config.ts";
import { systemClock } from "../../lambda/surroundings.ts";
import { LOCAL_SECRETS } from "../../local/config.ts";
import { type Running, runningIn } from "../../local/running.ts";
import type { Options } from "../command.ts";
import { filePlace } from "./file.ts";
import { refused, wrong } from "../said.ts";
import { stagePlace } from "./stage.ts";
import type { Found, Where } from "../where.ts";

/** Where npm start keeps its data, unless it is told otherwise. */
export const DATA_FOLDER = ".countersign";

type Environment = Readonly<Record<string, string | undefined>>;

export function whereIn(options: Options): Where {
  const said = (name: string): Record<string, string> => {
    const value = options[name];
    return typeof value === "string" ? { [name]: value } : {};
  };
  return { ...said("stage"), ...said("region"), ...said("data"), ...said("store") };
}

/** What is named comes first. */
export async function placeOf(env: Environment, where: Where): Promise<Found> {
  const problem = problemOf(where);
  if (problem !== undefined) return { kind: "none", said: wrong(problem) };
  const { stage, region, data, store } = where;
  if (stage !== undefined) return stagePlace(env, { stage, region });
  if (store !== undefined) return filePlace(env, store);
  const isDeployment = data === undefined && (env["TABLE_NAME"] ?? "") !== "";
  return isDeployment ? deployed(env) : localIn(data ?? DATA_FOLDER);
}

/** Where more than one is named, or a region without its stage. */
export function problemOf({ stage, region, data, store }: Where): string | undefined {
  const named = [stage, data, store].filter((one) => one !== undefined);
  if (named.length > 1) return "Name one place: --stage, --data or --store, and not several.";
  if (region !== undefined && stage === undefined)
    return "--region goes with --stage, and says where that is.";
  return undefined;
}

function deployed(env: Environment): Found {
  try {
    return {
      kind: "found",
      place: { kind: "table", ...parseTools(env), isLocal: false, clock: systemClock },
    };
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
  const clock = { now: (): string => now };
  return { kind: "found", place: { kind: "table", table, team, dynamoUrl, slack, isLocal: true, clock } };
}

function nothingRuns(folder: string): string {
  return `No npm start runs with its data in ${folder}. Start it and try again, name another folder with --data or a file with --store, or set TABLE_NAME and SLACK_TEAM_ID for a deployment.`;
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
