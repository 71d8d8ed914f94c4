// What a newer version has stored: this one refuses it calmly at every door, changes nothing of it, keeps nobody from the rest, and goes on once it can be read.
import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { type Item, packedOf, textOf, unpackedOf } from "../../src/aws/items.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { createKey } from "../../src/runs/manage-keys.ts";
import { Run, runName } from "../../src/runs/run.ts";
import { type Corpus, readCorpus } from "./corpus.ts";
import { loadedRig } from "./loaded.ts";
import { type Rig, TEAM } from "./rig.ts";

let corpus: Corpus;
beforeAll(async () => {
  corpus = await readCorpus();
});

interface Newer {
  readonly what: string;
  readonly sk: RegExp;
  readonly change: (text: string) => string;
  /** The doors that have to read it. The others do without: what they do is as good as ever. */
  readonly refusing: readonly ("click" | "show" | "rest" | "list")[];
}

const withField = (field: string) => (text: string) => text.replace("{", `{${field},`);

const NEWER: readonly Newer[] = [
  {
    ...{ what: "run of a newer format", sk: /^R$/, change: withField('"format":2') },
    refusing: ["show", "rest", "list"],
  },
  {
    ...{ what: "run with a field that would be dropped", sk: /^R$/, change: withField('"later":1') },
    refusing: ["show", "rest", "list"],
  },
  {
    ...{ what: "question of a newer format", sk: /^A#/, change: withField('"format":2') },
    refusing: ["click", "show", "rest"],
  },
  {
    ...{ what: "slot of a newer format", sk: /^S#\d+$/, change: (text) => text.replace('"v":1', '"v":2') },
    refusing: [],
  },
];

const REFUSED = /deploy the version that wrote it, or a newer one/;
const WORDS = /a form that only a newer version of this app can read/;

test.each(NEWER)(
  "a $what is refused at each door that needs it, stays as it is, keeps nobody from the rest, and is gone on with once it can be read",
  async ({ sk, change, refusing }) => {
    const rig = await loadedRig(corpus);
    const { deps, people, settle, sweepAfter, failures } = rig;
    const [run, queued] = [runCalled("waiting"), runCalled("queued")];
    const item = itemOf(run, sk);
    await rewritten(rig, item, changed(item, change));

    const card = await cardOf(rig, run);
    await people.bo.click(card, /^approve$/);
    expect(await lastAnswer(rig, "bo")).toMatch(refusing.includes("click") ? WORDS : /^(?!.*newer version)/);
    await people.ana.say("C0DEPLOYS", `/countersign show r-${run.thread.slice(0, 8)}`);
    if (refusing.includes("show")) expect(await lastAnswer(rig, "ana")).toMatch(WORDS);
    else expect(await lastAnswer(rig, "ana")).toContain(runName(run.thread));
    expect(await overRest(rig, run)).toMatchObject(
      refusing.includes("rest") ? { status: 503, retryAfter: "60" } : { status: 200 },
    );
    const listed = await deps.lists.runs({ team: TEAM, of: { kind: "team" }, order: "newest", limit: 100 });
    expect(listed.items.length).toBeGreaterThan(40);
    expect(listed.items.some(({ thread }) => thread === run.thread)).toBe(!refusing.includes("list"));
    await people.ana.say("C0DEPLOYS", "/countersign pending");
    expect(await lastAnswer(rig, "ana")).not.toMatch(/newer version|went wrong/);

    await deps.queue.send({ kind: "resume", team: TEAM, thread: run.thread });
    await settle();
    expect(failures.splice(0).join("\n")).toMatch(REFUSED);
    await sweepAfter(60);
    expect(failures.splice(0).filter((failure) => !REFUSED.test(failure))).toEqual([]);
    expect((await deps.records.run(queued))?.status.kind).toBe("waiting");
    expect(await storedIn(rig, item)).toBe(change(contentsOf(item)));

    await rewritten(rig, item, item["d"] ?? { NULL: true });
    if (refusing.includes("click")) await people.bo.click(card, /^approve$/);
    else await deps.queue.send({ kind: "resume", team: TEAM, thread: run.thread });
    await settle();
    expect(failures).toEqual([]);
    const { approvals } = await deps.records.thread(run);
    expect(approvals.map(({ state }) => state.kind)).toEqual(["decided", "pending"]);
  },
  60_000,
);

function runCalled(what: string): Run {
  for (const item of corpus.items)
    if (textOf(item, "sk") === "R" && /^T#/.test(textOf(item, "pk"))) {
      const run = Run.parse(JSON.parse(textOf(item, "d")));
      if (run.input["what"] === what) return run;
    }
  throw new Error(`The corpus has no run "${what}".`);
}

function itemOf({ team, thread }: Run, sk: RegExp): Item {
  const found = corpus.items.find(
    (item) => textOf(item, "pk") === `T#${team}#${thread}` && sk.test(textOf(item, "sk")),
  );
  if (found === undefined) throw new Error(`The run has no item ${String(sk)}.`);
  return found;
}

/** Slots are packed, records are not. */
function contentsOf(item: Item): string {
  return item["d"]?.S === undefined ? unpackedOf(item, "d") : textOf(item, "d");
}

function changed(item: Item, change: (text: string) => string): Item[string] {
  const text = change(contentsOf(item));
  return item["d"]?.S === undefined ? packedOf(text) : { S: text };
}

function keyOf({ pk, sk }: Item): Item {
  if (pk === undefined || sk === undefined) throw new Error("An item has no key.");
  return { pk, sk };
}

async function rewritten({ dynamo, table }: Rig, item: Item, d: Item[string]): Promise<void> {
  const change = { UpdateExpression: "SET d = :d", ExpressionAttributeValues: { ":d": d } };
  await dynamo.send(new UpdateItemCommand({ TableName: table, Key: keyOf(item), ...change }));
}

async function storedIn({ dynamo, table }: Rig, item: Item): Promise<string> {
  const { Item = {} } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: keyOf(item), ConsistentRead: true }),
  );
  return contentsOf(Item);
}

async function cardOf({ people }: Rig, { thread }: Run): Promise<Message> {
  const card = (await people.ana.snapshot()).messages.find(
    ({ blocks, text }) => text.startsWith("Approval needed") && JSON.stringify(blocks).includes(thread),
  );
  if (card === undefined) throw new Error("The question has no card.");
  return card;
}

async function lastAnswer({ people }: Rig, who: "ana" | "bo"): Promise<string> {
  return (await people[who].ephemerals()).at(-1)?.text ?? "";
}

async function overRest(
  { deps, api }: Rig,
  { thread }: Run,
): Promise<{ readonly status: number; readonly retryAfter: string | null }> {
  const scopes = ["read"] as const;
  const key = await createKey(deps, {
    ...{ team: TEAM, by: "U0ANA", name: "reader", owner: "U0RITA" },
    scopes: [...scopes],
  });
  if (key.kind !== "created") throw new Error(`The key was not created: ${key.kind}.`);
  const headers = { authorization: `Bearer ${key.token}` };
  const { status, headers: told } = await api.fetch(new Request(`http://api/v1/runs/${thread}`, { headers }));
  return { status, retryAfter: told.get("retry-after") };
}
