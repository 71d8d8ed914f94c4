// Commands when there is nothing to tell, when what they need is away, and when what they tell is hostile.
import { expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { type Addresses, type Door, startDoor } from "../slack/support.ts";
import { answer, doorWith, openRun, question, store, wholeOf } from "../support/commands.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { DEPLOYS, messageLike, pendingCard, startSystem } from "../support/system.ts";

const { users } = SEED;

test("with nothing there yet every command says so, and what to do", async () => {
  const door = await doorWith([]);
  const said = async (text: string): Promise<string> => (await answer(door, users.rita, text)).text;
  expect(await said("status")).toBe(
    "None of your runs is under way. `/countersign list` says what you can start.",
  );
  expect(await said("pending")).toBe("Nothing waits for your decision.");
  expect(await said("pending all")).toBe("Nothing that you may see waits for a decision.");
  expect(await said("show r-1a2b3c")).toBe("I know no run “r-1a2b3c” that you may see.");
});

async function behindRelays(): Promise<{
  readonly door: Door;
  readonly dynamo: Relay;
  readonly slack: Relay;
}> {
  const relays: Record<string, Relay> = {};
  const between = async (addresses: Addresses): Promise<Addresses> => {
    relays["dynamo"] = await startRelay(addresses.dynamoUrl);
    relays["slack"] = await startRelay(addresses.slackUrl);
    return { ...addresses, dynamoUrl: relays["dynamo"].url, slackUrl: relays["slack"].url };
  };
  const door = await startDoor(Date.now, { between });
  const { dynamo, slack } = relays;
  if (dynamo === undefined || slack === undefined) throw new Error("There are no relays.");
  return { door, dynamo, slack };
}

const READING = ["status", "status r-1a2b3c", "show r-1a2b3c", "pending", "pending all", "retry r-1a2b3c"];

test("when the database is away every command says so in time, and that nothing was changed", async () => {
  const { door, dynamo } = await behindRelays();
  await store(door, [openRun("1a2b3c", { status: { kind: "failed", error: "No." } })]);
  dynamo.cut();
  for (const text of READING)
    expect((await answer(door, users.rita, text)).text).toBe(
      "The database did not answer. Nothing was changed; please try again.",
    );
  expect((await answer(door, users.rita, "list")).text).toContain("*deploy*");
  dynamo.restore();
  expect((await answer(door, users.rita, "status r-1a2b3c")).text).toContain("Failed: No.");
});

test("when Slack says nothing of anybody, nobody sees anything, and is told why; help needs nobody", async () => {
  const { door, slack } = await behindRelays();
  await store(door, [openRun("1a2b3c", { status: { kind: "failed", error: "No." } })]);
  slack.cut();
  for (const text of [...READING, "list"])
    expect((await answer(door, users.rita, text)).text).toBe(
      "I couldn't check who you are and what you may see, because Slack did not answer. Nothing was changed; please try again in about 30 s.",
    );
  expect((await answer(door, users.rita, "help")).text).toContain("status [run]");
});

test("hostile names and texts stay text, and the answers stay within Slack's limits", async () => {
  const hostile = "<!channel> *bold* `code` <https://evil|x>\u202e ".repeat(40);
  const error = hostile.repeat(2);
  const runs = Array.from({ length: 12 }, (_, n) =>
    openRun(`f000${String(n).padStart(2, "0")}`, {
      ...{ input: { [hostile]: hostile, list: Array.from({ length: 50 }, () => hostile) } },
      status: n % 2 === 0 ? { kind: "waiting" } : { kind: "failed", error },
      progress: {
        done: [hostile],
        earlier: 9,
        next: [hostile],
        slot: 9,
        nodes: { [hostile]: { times: 9, from: 1 } },
      },
    }),
  );
  const door = await doorWith(
    runs,
    runs.flatMap((run, n) =>
      ["a", "b", "c", "d"].map((id) => question(run, `${hostile}${n}`, { interrupt: id.repeat(32) })),
    ),
  );
  const commands = [
    "status",
    "pending all",
    "pending @oncall",
    "show r-f00000",
    "show r-f00001",
    "status r-f00000",
  ];
  for (const text of commands) {
    const said = await answer(door, users.ana, text);
    const ours = wholeOf(said).replace(/<(?:@U0\w+|#C0\w+|!subteam\^S0\w+|!date\^[^>]+)>/g, "");
    if (said.blocks.every(({ type }) => type === "section")) expect(ours).not.toMatch(/<|\u202e/);
    expect(ours).not.toContain("\u202e");
  }
  expect((await answer(door, users.rita, "status")).text).toMatch(
    /^Your runs that are not over: 6 waiting, 6 failed\./,
  );
});

test("a command that Slack delivers twice is answered twice and cancels once", async () => {
  const { rita, ana, administrator } = await startSystem();
  await rita.say(DEPLOYS, "/countersign run deploy service=checkout version=v2.4.1 env=prod");
  await pendingCard(ana);
  const name = /r-[0-9a-f]{6}/.exec((await messageLike(rita, /^deploy r-/)).text)?.[0] ?? "";
  await administrator.faults({ kind: "deliver-twice", type: "slash_command", times: 1 });
  await rita.say(DEPLOYS, `/countersign cancel ${name} done with it`);
  await messageLike(ana, /^🚫 Cancelled by <@U0RITA>: “done with it”/);
});
