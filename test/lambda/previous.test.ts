// A deployment replaces handlers under runs that wait: what the kept handlers of an earlier state began, today's end, and the other way round.
import { beforeAll, expect, test } from "vitest";
import { encodeJob } from "../../src/runs/job-text.ts";
import { encodeValue } from "../../src/graph/index.ts";
import { buildBundles, loadFrom, unpackPrevious } from "../support/bundles.ts";
import { buttonClick, buttonValue, slashCommand } from "../support/deliver.ts";
import { plainEvent, startDeployed } from "../support/deployed.ts";
import { messageLike, pendingCard } from "../support/system.ts";
import { HANDLERS } from "../../infra/bundle.ts";
import kept from "../fixtures/previous/manifest.json" with { type: "json" };

let folders: { readonly previous: string; readonly current: string };
beforeAll(async () => {
  folders = { previous: await unpackPrevious(), current: (await buildBundles()).dir };
}, 120_000);

type State = keyof typeof folders;

test("every kept handler loads", async () => {
  const { env } = await startDeployed();
  for (const name of HANDLERS) expect(loadFrom(folders.previous, name, env).handler).toBeTypeOf("function");
});

test("jobs and values are written as the kept handlers write them", () => {
  const job: unknown = JSON.parse(encodeJob({ kind: "sweep", team: "", thread: "" }));
  const value = encodeValue(new Map(), "A value");
  const advice =
    "The format has changed: while a deployment replaces the handlers, those before it read what these write. Deploy first what reads both, keep that by npm run fixture, and only then write the new one.";
  expect(job, advice).toMatchObject({ v: kept.formats.job });
  expect(value, advice).toHaveProperty([kept.formats.value]);
});

test.each<{ readonly first: State; readonly then: State }>([
  { first: "previous", then: "current" },
  { first: "current", then: "previous" },
])(
  "a run that the $first handlers began and asked about is seen, decided and ended by the $then ones",
  async ({ first, then }) => {
    const { env, workOnce, rita, ana } = await startDeployed();
    const before = {
      slack: loadFrom(folders[first], "slack", env).handler,
      worker: loadFrom(folders[first], "worker", env).handler,
    };
    const started = await before.slack(
      plainEvent(slashCommand("run deploy service=checkout version=v2.4.1 env=prod")),
    );
    expect(started).toMatchObject({ statusCode: 200 });
    await workOnce(before.worker);
    const card = await pendingCard(ana);

    const slack = loadFrom(folders[then], "slack", env).handler;
    const { body } = await slack(plainEvent(slashCommand("pending", { user_id: ana.id })));
    expect(body).toContain("Deploy checkout v2.4.1 to prod");
    const click = buttonClick({ user: ana.id, action: "approve", value: buttonValue(card, "approve") });
    expect(await slack(plainEvent(click))).toMatchObject({ statusCode: 200, body: "" });
    await workOnce(loadFrom(folders[then], "worker", env).handler);
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)/);
  },
  60_000,
);
