// The functions of two states on one table: what each of them does is said by the test, and the other one meets it.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import type { HANDLERS } from "../../infra/bundle.ts";
import { Approval } from "../../src/approvals/approval.ts";
import { later } from "../../src/approvals/later.ts";
import { type Item, textOf } from "../../src/aws/items.ts";
import { dueKey } from "../../src/aws/keys.ts";
import { createStores } from "../../src/aws/stores.ts";
import type { HttpHandler } from "../../src/lambda/app.ts";
import { parseConfig, parseLogging } from "../../src/lambda/config.ts";
import { surroundingsOf, systemClock } from "../../src/lambda/surroundings.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { purgeRun } from "../../src/runs/purge.ts";
import { Run } from "../../src/runs/run.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { type Program, programOf, programWith } from "../support/api.ts";
import { loadFrom } from "../support/bundles.ts";
import { startDeployed } from "../support/deployed.ts";
import { pendingCard } from "../support/system.ts";

/** Where the bundles of each state are. */
export interface Folders {
  readonly previous: string;
  readonly current: string;
}

type State = keyof Folders;

export interface Direction {
  readonly first: State;
  readonly then: State;
}

export type Side = Awaited<ReturnType<typeof startBoth>>["first"];

/** One table, one queue and one Slack, and the functions of both states beside them; those of the first one are there at the start. */
export async function startBoth(folders: Folders, { first, then }: Direction) {
  const started = await startDeployed();
  const target = await doorTo(started.env["OPS_URL"] ?? "");
  const env: Readonly<Record<string, string>> = { ...started.env, OPS_URL: target.url };
  const deployed = { ...started, target, env };
  const sideOf = (state: State) => {
    const load = <Name extends (typeof HANDLERS)[number]>(name: Name) =>
      loadFrom(folders[state], name, deployed.env).handler;
    let worker: ReturnType<typeof load<"worker">> | undefined;
    return {
      takesOver: (): void => deployed.takeClicks(load("slack")),
      works: (): Promise<void> => deployed.workAll((worker ??= load("worker"))),
      givesUp: (): Promise<void> => deployed.workAll(load("dead-letter")),
      sweeps: (): Promise<void> => load("sweeper")(),
      api: (event: Parameters<HttpHandler>[0]) => load("api")(event),
    };
  };
  const sides = { first: sideOf(first), then: sideOf(then) };
  sides.first.takesOver();
  return { ...deployed, ...sides };
}

interface Target {
  url: string;
  /** With which each thing was asked to be done. */
  readonly keys: string[];
  /** It does what it is asked, and nobody hears of it. */
  isSilent: boolean;
}

/** In front of the target. */
async function doorTo(opsUrl: string): Promise<Target> {
  const target: Target = { url: "", keys: [], isSilent: false };
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = request.headers["idempotency-key"];
    if (typeof key === "string") target.keys.push(key);
    const { method = "GET", url = "/" } = request;
    const headers = {
      "content-type": "application/json",
      ...(typeof key === "string" && { "idempotency-key": key }),
    };
    const body = method === "GET" ? {} : { body: await text(request) };
    const answer = await fetch(new URL(url, opsUrl), { method, headers, ...body });
    if (target.isSilent && key !== undefined) response.destroy();
    else response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  target.url = `http://127.0.0.1:${address === null || typeof address === "string" ? 0 : address.port}`;
  return target;
}

export type Both = Awaited<ReturnType<typeof startBoth>>;

export const DEPLOY = "/countersign run deploy service=checkout version=v2.4.1 env=prod";

export async function askedBy(side: Side, { rita, ana }: Both): Promise<Message> {
  await rita.say(SEED.channels.deploys, DEPLOY);
  await side.works();
  return pendingCard(ana);
}

/** When all that was due in the next minutes is. */
export async function sweptLater(side: Side, { laterBy }: Both): Promise<void> {
  laterBy(5 * 60_000);
  await side.sweeps();
}

/** As it is stored for a workflow whose policy says so; none of those that are deployed does. */
export async function expiresSoon({ env }: Both): Promise<void> {
  const [item = {}] = await itemsIn(env, /^A#/);
  const approval = Approval.parse(JSON.parse(textOf(item, "d")));
  const { pk = { S: "" }, sk = { S: "" } } = item;
  const expiresAt = later(approval.askedAt, 60_000);
  const policy = { ...approval.policy, expiresAfterMs: 60_000 };
  await dynamoAt(env).send(
    new UpdateItemCommand({
      ...{ TableName: env["TABLE_NAME"], Key: { pk, sk } },
      UpdateExpression: "SET d = :d, g1p = :p, g1s = :s",
      ExpressionAttributeValues: {
        ":d": { S: JSON.stringify({ ...approval, policy, expiresAt }) },
        ":p": { S: dueKey.of(approval) },
        ":s": { S: expiresAt },
      },
    }),
  );
}

/** One key, with which both are asked. */
export async function programsOf({
  env,
  first,
  then,
}: Both): Promise<{ readonly first: Program; readonly then: Program }> {
  const [one, other] = await Promise.all([serveHandler(first.api, SILENT), serveHandler(then.api, SILENT)]);
  onTestFinished(async () => {
    await Promise.all([one.close(), other.close()]);
  });
  const around = surroundingsOf(parseLogging({}), () => undefined);
  const program = await programOf({ apiUrl: one.url, config: parseConfig(env), around });
  return { first: program, then: programWith({ apiUrl: other.url }, program.token) };
}

/** The one run, as it is stored. */
export async function storedRun({ env }: Both): Promise<Run> {
  const [item = {}] = (await itemsIn(env, /^R$/)).filter((one) => textOf(one, "pk").startsWith("T#"));
  return Run.parse(JSON.parse(textOf(item, "d")));
}

/** By whoever may, with what is here. */
export async function purge({ env }: Both, run: Run): Promise<void> {
  const stores = createStores(dynamoAt(env), env["TABLE_NAME"] ?? "", UNCOUNTED);
  const around = { clock: systemClock, log: SILENT, newId: randomUUID };
  await purgeRun({ ...stores, ...around }, run, { by: "otto", reason: "It named a customer" });
}

/** Each path to something in the run's record, its questions and their cards, and each attribute of an item; ids are all alike. */
export async function storedShape({ env }: Both): Promise<readonly string[]> {
  const items = await itemsIn(env, /^(R|A#.*|S#\d+)$/);
  const paths = items.flatMap((item) => {
    const kind = textOf(item, "sk").slice(0, 1);
    const texts = Object.entries(item).filter(
      ([name, { S }]) => ["d", "c"].includes(name) && S !== undefined,
    );
    return [
      ...Object.keys(item).map((name) => `${kind} ${name}`),
      ...texts.flatMap(([name, { S = "" }]) => pathsIn(JSON.parse(S), `${kind} ${name}`)),
    ];
  });
  return [...new Set(paths.map((path) => path.replace(/[0-9a-f]{32}/g, "*")))].sort();
}

function pathsIn(value: unknown, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => pathsIn(one, `${path}[]`));
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, `${path}.${name}`));
}

async function itemsIn(env: Both["env"], sk: RegExp): Promise<readonly Item[]> {
  const { Items = [] } = await dynamoAt(env).send(new ScanCommand({ TableName: env["TABLE_NAME"] }));
  return Items.filter((item) => sk.test(textOf(item, "sk")));
}

function dynamoAt(env: Both["env"]): DynamoDBClient {
  const dynamo = new DynamoDBClient({ endpoint: env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "" });
  onTestFinished(() => dynamo.destroy());
  return dynamo;
}
