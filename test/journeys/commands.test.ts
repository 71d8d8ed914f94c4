// What people type after /countersign to see and to steer their runs: each answer is theirs alone, and holds nothing that they may not see.
import { expect, test } from "vitest";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { later } from "../../src/approvals/later.ts";
import { ago, answer, doorWith, ELSEWHERE, openRun, question, wholeOf } from "../support/commands.ts";
import { DEPLOYS, messageLike, startSystem, type System } from "../support/system.ts";

const { users, groups, channels } = SEED;

test("a run stands in one line: its state, since when, where its card is and what it waits for", async () => {
  const run = openRun("1a2b3c");
  const door = await doorWith([run], [question(run, "Deploy checkout to prod")]);
  const { text } = await answer(door, users.rita, "status r-1a2b3c");
  expect(text.replace(/<!date[^>]+>/, "then")).toBe(
    `🟠 *deploy* r-1a2b3c · Waiting for a decision · since then · <#${ELSEWHERE}> · *Deploy checkout to prod* needs <!subteam^${groups.oncall}>`,
  );
});

const EVERYTHING = ["status r-1a2b3c", "show r-1a2b3c", "cancel r-1a2b3c now", "retry r-1a2b3c"];

test("a stranger is told of a run what they would be told of none, and nothing happens to it", async () => {
  const run = openRun("1a2b3c");
  const door = await doorWith([run], [question(run, "Deploy checkout to prod")]);
  for (const text of EVERYTHING) {
    const hidden = await answer(door, users.otto, text);
    const none = await answer(door, users.otto, text.replace("r-1a2b3c", "r-ffffff"));
    expect(hidden.text).toBe("I know no run “r-1a2b3c” that you may see.");
    expect(wholeOf(hidden)).toBe(wholeOf(none).replaceAll("r-ffffff", "r-1a2b3c"));
  }
  expect((await answer(door, users.otto, "pending all")).text).toBe(
    "Nothing that you may see waits for a decision.",
  );
  expect((await answer(door, users.otto, "status")).text).toMatch(/^None of your runs is under way/);
  expect((await door.records.run(run))?.status).toEqual({ kind: "waiting" });
});

test.each([
  ["a guest", users.gus],
  ["somebody of another company", users.eve],
])(
  "%s sees nothing, also of a run in a channel they are in and of one that says it is theirs",
  async (_, user) => {
    const [shown, own] = [openRun("1a2b3c", { channel: DEPLOYS }), openRun("1a2b3d", { requester: user })];
    const door = await doorWith(
      [shown, own],
      [question(shown, "Deploy checkout"), question(own, "Deploy cart")],
    );
    const texts = [
      ...EVERYTHING,
      "status",
      "pending",
      "pending all",
      "list",
      "show r-1a2b3d",
      "cancel r-1a2b3d",
    ];
    for (const text of texts)
      expect((await answer(door, user, text)).text).toBe(
        "Only full members of this workspace can see and start runs.",
      );
    expect((await door.records.run(own))?.status).toEqual({ kind: "waiting" });
  },
);

test.each([
  ["its requester", users.rita, ELSEWHERE],
  ["somebody who may decide it", users.bo, ELSEWHERE],
  ["an operator", users.ana, ELSEWHERE],
  ["a member of its channel", users.otto, channels.general],
])("%s sees a run and what it asks", async (_, user, channel) => {
  const run = openRun("1a2b3c", { channel });
  const door = await doorWith([run], [question(run, "Deploy checkout to prod")]);
  expect(wholeOf(await answer(door, user, "show r-1a2b3c"))).toContain("Deploy checkout to prod");
  expect(wholeOf(await answer(door, user, "pending all"))).toContain("r-1a2b3c");
});

test("a run's graph is shown with the way it took, from the start to its end", async () => {
  const system = await startSystem();
  const { rita, ana, askToDeploy } = system;
  const card = await askToDeploy();
  const name = /r-[0-9a-f]{6}/.exec((await messageLike(rita, /^deploy r-/)).text)?.[0] ?? "";
  const waiting = wholeOf(await shown(system, name));
  expect(waiting).toContain("✓ plan\\n⏸ approve → deploy | end\\n· deploy");
  expect(waiting).toMatch(
    /⏸️ \*Deploy checkout v2\.4\.1 to prod\*, asked \d+ s ago, needs <!subteam\^S0ONCALL>/,
  );
  expect(waiting).toContain("service: checkout\\nversion: v2.4.1\\nenv: prod");
  expect(waiting).toContain("Requested by <@U0RITA>");
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  await system.untilIdle();
  expect(wholeOf(await shown(system, name))).toContain("✓ plan\\n✓ approve → deploy | end\\n✓ deploy");
});

async function shown({ rita }: System, name: string): Promise<Message> {
  const before = (await rita.ephemerals()).length;
  await rita.say(DEPLOYS, `/countersign show ${name}`);
  const [said] = (await rita.ephemerals()).slice(before);
  if (said === undefined) throw new Error("There was no answer.");
  return said;
}

test("a failed run shows its error, what it was at, and that it is of another version", async () => {
  const progress = {
    ...{ done: ["plan", "approve"], earlier: 0, next: ["deploy"], slot: 3 },
    nodes: { plan: { times: 1, from: 0 }, approve: { times: 2, from: 1 } },
  };
  const status = {
    kind: "failed",
    error: "The target\nrefused token=abcdefghijklmnop1234567890 <!channel>",
  } as const;
  const run = openRun("1a2b3c", { status, progress, workflowVersion: "0<" });
  const gone = openRun("1a2b3d", { status, progress, workflow: "gone" });
  const door = await doorWith([run, gone]);
  const whole = wholeOf(await answer(door, users.rita, "show r-1a2b3c"));
  expect(whole).toContain("✓ plan\\n✓ approve ×2 → deploy | end\\n✗ deploy");
  expect(whole).toContain("This run is of version 0&lt;; the graph is that of version 1.");
  expect(whole).toContain("The target\\nrefused token=");
  expect(whole).not.toContain("abcdefghijklmnop1234567890");
  // Its workflow has been taken away: what is known of its way is told without a graph.
  expect(wholeOf(await answer(door, users.rita, "show r-1a2b3d"))).toContain(
    "✅ plan · ✅ approve · ⚠️ deploy",
  );
});

test("one's own runs are told with their counts, those of others and those that are over are not", async () => {
  const failed = { kind: "failed", error: "No." } as const;
  const done = { kind: "done", outcome: { good: true, text: "Done." } } as const;
  const own = [
    openRun("a00001"),
    openRun("a00002", { status: { kind: "queued" } }),
    openRun("a00003", { status: failed }),
  ];
  const others = [openRun("b00001", { requester: users.bo }), openRun("b00002", { status: done })];
  const door = await doorWith(
    [...own, ...others],
    own.slice(0, 1).map((run) => question(run, "Deploy checkout")),
  );
  const { text } = await answer(door, users.rita, "status");
  expect(text).toMatch(/^Your runs that are not over: 1 waiting, 1 running, 1 failed\.\n/);
  expect(text).toContain("🟠 *deploy* r-a00001 · Waiting for a decision");
  expect(text).toContain("▶️ *deploy* r-a00002 · Running");
  expect(text).toContain("⚠️ *deploy* r-a00003 · Failed: No.");
  expect(text).not.toMatch(/r-b0000/);
});

test("of many runs the newest ten are told, and how many there are besides", async () => {
  const runs = Array.from({ length: 13 }, (_, n) =>
    openRun(`c000${String(n).padStart(2, "0")}`, {
      status: { kind: "queued" },
      createdAt: later(ago(), n * 1_000),
    }),
  );
  const { text } = await answer(await doorWith(runs), users.rita, "status");
  expect(text.match(/r-c000\d\d/g)).toEqual(
    runs
      .toReversed()
      .slice(0, 10)
      .map(({ thread }) => `r-${thread.slice(0, 6)}`),
  );
  expect(text).toMatch(/… and 3 older ones\.$/);
});

test("what waits is told oldest first: one's own to decide, a group's, or all one may see", async () => {
  const [mine, hers, ops] = [
    openRun("d00001"),
    openRun("d00002", { requester: users.ana }),
    openRun("d00003"),
  ];
  const [hour, soon] = [later(ago(), -3_300_000), later(ago(), 7_500_000)];
  const opsOnly = { approvers: { users: [], groups: [groups.ops] }, requesterMayApprove: false };
  const door = await doorWith(
    [mine, hers, ops],
    [
      question(mine, "Deploy checkout"),
      question(hers, "Deploy cart", { askedAt: hour, expiresAt: soon }),
      question(ops, "Restart cart", { policy: opsOnly }),
    ],
  );
  expect((await answer(door, users.bo, "pending")).text).toBe(
    [
      "Waiting for your decision: 2",
      `• *Deploy cart* · asked 1 h 0 min ago for <@U0ANA> · expires in 2 h 0 min · r-d00002 · <#${ELSEWHERE}>`,
      `• *Deploy checkout* · asked 5 min ago for <@U0RITA> · r-d00001 · <#${ELSEWHERE}>`,
    ].join("\n"),
  );
  // What one asked for is for others to decide.
  const names = async (user: string, text: string): Promise<readonly string[]> =>
    (await answer(door, user, text)).text.match(/r-d0000\d/g) ?? [];
  expect(await names(users.ana, "pending me")).toEqual(["r-d00001", "r-d00003"]);
  expect(await names(users.ana, "pending ALL")).toEqual(["r-d00002", "r-d00001", "r-d00003"]);
  expect(await names(users.rita, "pending all")).toEqual(["r-d00001", "r-d00003"]);
  expect(await names(users.ana, "pending @oncall")).toEqual(["r-d00002", "r-d00001"]);
  expect(await names(users.bo, "pending @ops")).toEqual([]);
  expect((await answer(door, users.rita, "pending")).text).toBe("Nothing waits for your decision.");
  expect((await answer(door, users.otto, "pending oncall:primary")).text).toBe(
    "Nothing that you may see waits for this group.",
  );
});

test("what somebody has voted on waits for the others, and not for their decision", async () => {
  const votes = [{ by: users.ana, at: ago(), vote: { kind: "approve" as const } }];
  const run = openRun("d00001");
  const door = await doorWith([run], [question(run, "First", { state: { kind: "pending", votes } })]);
  expect((await answer(door, users.ana, "pending")).text).toBe("Nothing waits for your decision.");
  expect((await answer(door, users.ana, "pending all")).text).toContain("*First*");
  expect((await answer(door, users.ana, "pending @oncall")).text).toContain("*First*");
  expect((await answer(door, users.bo, "pending")).text).toMatch(/^Waiting for your decision: 1\n/);
});

test("of much that waits ten are told at once, and how to see the next ones", async () => {
  const runs = Array.from({ length: 23 }, (_, n) => openRun(`e000${String(n).padStart(2, "0")}`));
  const asked = runs.map((run, n) => question(run, `Number ${n}`, { askedAt: later(ago(), n * 1_000) }));
  const door = await doorWith(runs, asked);
  const page = async (text: string): Promise<readonly string[]> => {
    const { text: said } = await answer(door, users.bo, text);
    return [...(said.match(/Number \d+/g) ?? []), said.split("\n").at(-1) ?? ""];
  };
  const numbers = (from: number, to: number): readonly string[] =>
    asked.slice(from, to).map((_, n) => `Number ${from + n}`);
  expect(await page("pending")).toEqual([...numbers(0, 10), "… and 13 more: `/countersign pending me 2`"]);
  expect(await page("pending me 2")).toEqual([
    ...numbers(10, 20),
    "… and 3 more: `/countersign pending me 3`",
  ]);
  expect((await page("pending @oncall 2")).at(-1)).toBe("… and 3 more: write `3` behind the group.");
  for (const text of ["pending 3", "pending 99"])
    expect((await page(text)).slice(0, -1)).toEqual(numbers(20, 23));
});

test("a run is cancelled with a reason, which its card tells", async () => {
  const system = await startSystem();
  const { rita, ana, askToDeploy, deployments, untilIdle } = system;
  await askToDeploy();
  const name = /r-[0-9a-f]{6}/.exec((await messageLike(rita, /^deploy r-/)).text)?.[0] ?? "";
  await ana.say(DEPLOYS, `/countersign cancel ${name.toUpperCase()} the “freeze” isn't over @bo`);
  expect((await ana.ephemerals()).at(-1)?.text).toBe(
    `Cancelled ${name}. Its card in <#${DEPLOYS}> shows it in a moment.`,
  );
  await messageLike(
    rita,
    /^deploy .*: Cancelled by <@U0ANA>: “the freeze isn't over U0BO”\. What was done stays done\./,
  );
  await untilIdle();
  expect(await deployments()).toEqual([]);
  await ana.say(DEPLOYS, `/countersign cancel ${name}`);
  expect((await ana.ephemerals()).at(-1)?.text).toBe(
    "This run is over already, so there is nothing to cancel.",
  );
});

test.each([
  ["status r-1a2b3c", "waiting", / · a direct message · /],
  ["pending all", "waiting", / · a direct message$/],
  ["cancel r-1a2b3c", "waiting", /Its card in a direct message shows it in a moment\.$/],
  ["retry r-1a2b3c", "failed", /Its card in a direct message shows it in a moment\.$/],
  ["replay r-1a2b3c", "failed", /Its card appears in a direct message in a moment\.$/],
] as const)("of a run in a direct message %s names no channel", async (text, kind, words) => {
  const status = kind === "failed" ? { kind, error: "No." } : { kind };
  const run = openRun("1a2b3c", { channel: "D0DIRECT", requester: users.ana, status });
  const door = await doorWith([run], [question(run, "Deploy checkout")]);
  const said = await answer(door, users.ana, text);
  expect(said.text).toMatch(words);
  expect(wholeOf(said)).not.toContain("D0DIRECT");
});

test("to replay a run, Slack is asked once who it is that asks", async () => {
  const run = openRun("1a2b3c", { status: { kind: "failed", error: "No." } });
  const door = await doorWith([run]);
  expect((await answer(door, users.ana, "replay r-1a2b3c")).text).toMatch(/^Replaying \*deploy\*/);
  const calls = (await door.slack.everything()).calls.map(({ method }) => method);
  expect(calls.toSorted()).toEqual(["usergroups.list", "users.conversations", "users.info"]);
});

test("who sees a run may not steer it for that: a member of its channel neither cancels nor retries it", async () => {
  const run = openRun("1a2b3c", { channel: DEPLOYS, status: { kind: "failed", error: "No." } });
  const door = await doorWith([run], [question(run, "Deploy checkout")]);
  expect((await answer(door, users.otto, "cancel r-1a2b3c")).text).toMatch(
    /^Only the requester, the approvers and the operators can cancel/,
  );
  expect((await answer(door, users.otto, "retry r-1a2b3c")).text).toMatch(
    /^Only the requester and the operators can retry/,
  );
  expect((await door.records.run(run))?.version).toBe(1);
  expect((await answer(door, users.rita, "retry r-1a2b3c")).text).toBe(
    `Retrying r-1a2b3c. Its card in <#${DEPLOYS}> shows it in a moment.`,
  );
  expect((await door.records.run(run))?.status).toEqual({ kind: "queued" });
  expect((await answer(door, users.rita, "retry r-1a2b3c")).text).toMatch(
    /^This run has not failed any more/,
  );
});

test("who mistypes a run's name is told which of theirs is nearly called so, or which there are", async () => {
  const door = await doorWith([
    openRun("1a2b3c"),
    openRun("d4e5f6"),
    openRun("1a2b3d", { requester: users.bo }),
  ]);
  const said = async (text: string): Promise<string> => (await answer(door, users.rita, text)).text;
  expect(await said("show r-1a2b4c")).toBe(
    "I know no run “r-1a2b4c” that you may see. Did you mean r-1a2b3c (deploy)?",
  );
  const whole =
    /^I know no run “checkout” that you may see\. Yours that are not over: r-\w{6} \(deploy\), r-\w{6} \(deploy\)\.$/;
  expect(await said("status checkout")).toMatch(whole);
  expect(await said("cancel")).toMatch(
    /^Which run\? Its card says what it is called, as in `\/countersign cancel r-1a2b3c`\. Yours/,
  );
  expect(await said("show &lt;!channel&gt;")).not.toMatch(/<[!@]/);
});

test("runs of one name are told apart by more of it", async () => {
  const door = await doorWith([openRun("1a2b3c4"), openRun("1a2b3c5")]);
  const { text } = await answer(door, users.rita, "status r-1a2b3c");
  expect(text.split("\n").toSorted()).toEqual([
    "Several runs are called that. Which one?",
    "• r-1a2b3c400000: *deploy*",
    "• r-1a2b3c500000: *deploy*",
  ]);
  expect((await answer(door, users.rita, "status r-1a2b3c400000")).text).toContain("Decided, continuing");
});
