// The command line in this process, on the tables of the test run.
import { inject } from "vitest";
import { countersign } from "../../src/cli/countersign.ts";
import { SEED } from "../../src/local/slack/seed.ts";

export type Environment = Readonly<Record<string, string>>;

/** A deployment that the environment names. */
export function onTable(table: string, dynamoUrl: string = inject("dynamoUrl")): Environment {
  return { TABLE_NAME: table, SLACK_TEAM_ID: SEED.teamId, AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl };
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** How far it was, as it was told. */
  readonly progress: readonly string[];
}

/** Words between spaces, none of which has one itself. */
export async function say(words: string, env: Environment): Promise<Said> {
  const progress: string[] = [];
  const args = words.split(" ").filter((word) => word !== "");
  const ended = await countersign(args, { ...env }, { progress: (line) => progress.push(line) });
  return { ...ended, progress };
}

/** As a program asks. */
export async function ask(words: string, env: Environment): Promise<{ code: number; data: unknown }> {
  const { code, out, err } = await say(`${words} --json`, env);
  if (err !== "") throw new Error(`Beside the answer it said: ${err}`);
  return { code, data: JSON.parse(out) as unknown };
}
