// Modals and the App Home: triggers, the stack, hashes, submissions and what the app's answer does.
import { describe, expect, it } from "vitest";
import type { View } from "../../../src/local/slack/protocol.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import {
  buttons,
  deploys,
  formOf,
  json,
  modal,
  payloadOf,
  plain,
  reasonInput,
  refusalOf,
  startWorld,
  type World,
} from "./support.ts";

const { users } = SEED;
const withReason = modal({
  callback_id: "reject",
  submit: plain("Reject"),
  blocks: [reasonInput()],
  private_metadata: "9c21",
});

async function trigger(world: World): Promise<string> {
  await world.rita.say(deploys, "/countersign help");
  return formOf(world.app.received.at(-1)).trigger_id ?? "";
}

async function openView(world: World, view: object = withReason): Promise<View> {
  await world.web.apiCall("views.open", { trigger_id: await trigger(world), view });
  const opened = await world.rita.view();
  if (opened === undefined) throw new Error("There is no modal.");
  return opened;
}

describe("a trigger", () => {
  it("opens one modal, for its person, within three seconds", async () => {
    const world = await startWorld();
    const id = await trigger(world);
    world.clock.ms += 3_000;
    const { view } = await world.web.views.open({ trigger_id: id, view: withReason });
    expect(view).toMatchObject({
      type: "modal",
      callback_id: "reject",
      private_metadata: "9c21",
      root_view_id: view?.id,
      team_id: "T0LOCAL",
      bot_id: "B0LOCAL",
      app_installed_team_id: "T0LOCAL",
    });
    expect(await world.rita.view()).toMatchObject({
      id: view?.id,
      title: "Reject request",
      submit: "Reject",
      close: "Cancel",
      errors: {},
    });
    expect(await world.ana.view()).toBeUndefined();
    const again = world.web.views.open({ trigger_id: id, view: withReason });
    expect((await refusalOf(again)).error).toBe("exchanged_trigger_id");
    const late = await trigger(world);
    world.clock.ms += 3_001;
    expect((await refusalOf(world.web.views.open({ trigger_id: late, view: withReason }))).error).toBe(
      "expired_trigger_id",
    );
    expect((await refusalOf(world.web.views.open({ trigger_id: "made.up", view: withReason }))).error).toBe(
      "invalid_trigger_id",
    );
  });
});

describe("a modal", () => {
  it.each([
    [
      "a title over 24",
      modal({ title: plain("x".repeat(25)) }),
      "must be less than 25 characters [json-pointer:/view/title/text]",
    ],
    [
      "a submit over 24",
      modal({ submit: plain("x".repeat(25)) }),
      "must be less than 25 characters [json-pointer:/view/submit/text]",
    ],
    [
      "a close over 24",
      modal({ close: plain("x".repeat(25)) }),
      "must be less than 25 characters [json-pointer:/view/close/text]",
    ],
    [
      "private_metadata over 3,000",
      modal({ private_metadata: "x".repeat(3001) }),
      "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ],
    [
      "an input without submit",
      modal({ blocks: [reasonInput()] }),
      "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ],
    [
      "a bad block",
      modal({ blocks: [{ type: "header" }] }),
      "missing required field: text [json-pointer:/view/blocks/0]",
    ],
    ["a home view", { type: "home", blocks: [] }, "unsupported type: home [json-pointer:/view/type]"],
  ])("is refused with %s", async (_name, view, problem) => {
    const world = await startWorld();
    const refusal = await refusalOf(
      world.web.apiCall("views.open", { trigger_id: await trigger(world), view }),
    );
    expect(refusal.error).toBe("invalid_arguments");
    expect(refusal.response_metadata?.messages).toContain(`[ERROR] ${problem}`);
  });

  it("is refused over 250 kB", async () => {
    const world = await startWorld();
    const sections = Array.from({ length: 90 }, () => ({ type: "section", text: plain("x".repeat(2990)) }));
    const open = world.web.apiCall("views.open", {
      trigger_id: await trigger(world),
      view: modal({ blocks: sections }),
    });
    expect((await refusalOf(open)).error).toBe("view_too_large");
  });

  it("stacks three high and no higher", async () => {
    const world = await startWorld();
    await openView(world, modal({ title: plain("one") }));
    const push = async (title: string) =>
      world.web.apiCall("views.push", {
        trigger_id: await trigger(world),
        view: modal({ title: plain(title) }),
      });
    await push("two");
    await push("three");
    expect((await refusalOf(push("four"))).error).toBe("push_limit_reached");
    const { views } = await world.rita.snapshot();
    expect(views.map((view) => view.title)).toEqual(["one", "two", "three"]);
    const top = views.at(-1);
    if (top) await world.rita.close(top);
    expect((await world.rita.view())?.title).toBe("two");
    const [bottom] = views;
    expect(bottom && (await world.rita.close(bottom))).toMatchObject({ ok: false });
  });

  it("is updated by id or external id, guarded by its hash, and keeps what was typed", async () => {
    const world = await startWorld();
    const view = await openView(world, { ...withReason, external_id: "reject-9c21" });
    const update = (extra: object) =>
      world.web.apiCall("views.update", { view: { ...withReason, title: plain("Again") }, ...extra });
    expect((await refusalOf(update({ view_id: view.id, hash: "old" }))).error).toBe("hash_conflict");
    expect((await refusalOf(update({ view_id: "V999999" }))).error).toBe("not_found");
    await update({ external_id: "reject-9c21", hash: view.hash });
    const updated = await world.rita.view();
    expect(updated).toMatchObject({ id: view.id, title: "Again" });
    expect(updated?.hash).not.toBe(view.hash);
    expect((await refusalOf(update({ view_id: view.id, hash: view.hash }))).error).toBe("hash_conflict");
  });

  it("is submitted with the values of all inputs, and closes on an empty answer", async () => {
    const world = await startWorld();
    const view = await openView(
      world,
      modal({
        submit: plain("Go"),
        blocks: [
          reasonInput({ initial_value: "because" }),
          {
            type: "input",
            block_id: "count",
            optional: true,
            label: plain("Count"),
            element: { type: "number_input", action_id: "n", is_decimal_allowed: false },
          },
        ],
      }),
    );
    expect(await world.rita.submit(view)).toMatchObject({ ok: true, answer: { kind: "ok" } });
    expect(payloadOf(world.app.received.at(-1))).toMatchObject({
      type: "view_submission",
      user: { id: users.rita },
      view: {
        id: view.id,
        state: {
          values: {
            reason: { text: { type: "plain_text_input", value: "because" } },
            count: { n: { value: null } },
          },
        },
      },
    });
    expect(await world.rita.view()).toBeUndefined();
  });

  it("is not sent when Slack's client would refuse an input", async () => {
    const world = await startWorld();
    const view = await openView(
      world,
      modal({ submit: plain("Go"), blocks: [reasonInput({ min_length: 3, max_length: 5 })] }),
    );
    const sent = world.app.received.length;
    expect(await world.rita.submit(view)).toEqual({
      ok: false,
      error: "reason: Please complete this required field.",
    });
    expect(await world.rita.submit(view, { reason: "no" })).toEqual({
      ok: false,
      error: "reason: Please enter at least 3 characters.",
    });
    expect(await world.rita.submit(view, { reason: "too long" })).toMatchObject({ ok: false });
    expect((await world.rita.view())?.errors).toEqual({ reason: "Please enter no more than 5 characters." });
    expect(world.app.received).toHaveLength(sent);
    expect(await world.ana.submit(view, { reason: "mine" })).toMatchObject({ ok: false });
    expect(await world.rita.submit(view, { reason: "fine" })).toMatchObject({ ok: true });
  });

  it("shows the app's errors at their inputs, and stays open", async () => {
    const world = await startWorld();
    const view = await openView(world);
    world.app.answer = () => json({ response_action: "errors", errors: { reason: "Say more." } });
    expect(await world.rita.submit(view, { reason: "no" })).toMatchObject({
      ok: true,
      answer: { kind: "ok" },
    });
    expect((await world.rita.view())?.errors).toEqual({ reason: "Say more." });
  });

  it.each([
    ["errors for a block that is no input", { response_action: "errors", errors: { elsewhere: "?" } }],
    ["an update Slack would refuse", { response_action: "update", view: { type: "modal" } }],
    ["an unknown action", { response_action: "explode" }],
    ["words", "thanks"],
  ])("stays open and reports a failure on %s", async (_name, answer) => {
    const world = await startWorld();
    const view = await openView(world);
    world.app.answer = () => json(answer);
    expect(await world.rita.submit(view, { reason: "no" })).toMatchObject({
      ok: true,
      answer: { kind: "failed" },
    });
    expect(await world.rita.view()).toMatchObject({ id: view.id });
  });

  it("is updated, covered or cleared as the app answers", async () => {
    const world = await startWorld();
    const view = await openView(world);
    const next = { ...withReason, title: plain("Next") };
    world.app.answer = () => json({ response_action: "update", view: next });
    await world.rita.submit(view, { reason: "no" });
    expect(await world.rita.view()).toMatchObject({ id: view.id, title: "Next" });
    world.app.answer = () => json({ response_action: "push", view: next });
    await world.rita.submit(view, { reason: "no" });
    const pushed = await world.rita.view();
    expect(pushed?.id).not.toBe(view.id);
    world.app.answer = () => json({ response_action: "clear" });
    if (pushed) await world.rita.submit(pushed, { reason: "no" });
    expect((await world.rita.snapshot()).views).toEqual([]);
  });

  it("stays open when the app is late", async () => {
    const world = await startWorld();
    const view = await openView(world);
    world.app.answer = () => {
      world.clock.ms += 4_000;
      return new Response("");
    };
    expect(await world.rita.submit(view, { reason: "no" })).toMatchObject({ answer: { kind: "late" } });
    expect(await world.rita.view()).toMatchObject({ id: view.id });
  });

  it("tells the app when it is closed, if the app wants to know", async () => {
    const world = await startWorld();
    const quiet = await openView(world);
    await world.rita.close(quiet);
    expect(payloadOf(world.app.received.at(-1))).toBeNull();
    const view = await openView(world, { ...withReason, notify_on_close: true });
    await world.rita.close(view, true);
    expect(payloadOf(world.app.received.at(-1))).toMatchObject({
      type: "view_closed",
      is_cleared: true,
      view: { id: view.id },
    });
  });

  it("sends clicks inside it with the view and what is typed so far", async () => {
    const world = await startWorld();
    const view = await openView(world, { ...withReason, blocks: [reasonInput(), buttons("Suggest")] });
    await world.rita.click(view, "Suggest", {
      values: { reason: { text: { type: "plain_text_input", value: "half a th" } } },
    });
    expect(payloadOf(world.app.received.at(-1))).toMatchObject({
      type: "block_actions",
      container: { type: "view", view_id: view.id },
      view: { id: view.id, state: { values: { reason: { text: { value: "half a th" } } } } },
      actions: [{ action_id: "suggest" }],
    });
  });
});

describe("the App Home", () => {
  it("is opened by its person, told to the app, and published for each person alone", async () => {
    const world = await startWorld();
    expect(await world.ana.home()).toMatchObject({ ok: true, answer: { kind: "ok" } });
    const [received] = world.app.received;
    expect(received?.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(received?.body ?? "")).toMatchObject({
      type: "event_callback",
      team_id: "T0LOCAL",
      event: { type: "app_home_opened", user: users.ana, tab: "home" },
    });
    const home = { type: "home" as const, blocks: [buttons("Review")] };
    const { view } = await world.web.views.publish({ user_id: users.ana, view: home });
    expect(await world.ana.home()).toMatchObject({ view: { id: view?.id, blocks: [{ type: "actions" }] } });
    expect((await world.bo.snapshot()).home).toBeUndefined();
    const stale = world.web.views.publish({ user_id: users.ana, view: home, hash: "old" });
    expect((await refusalOf(stale)).error).toBe("hash_conflict");
    const shown = (await world.ana.snapshot()).home;
    expect(shown && (await world.ana.click(shown, "Review"))).toMatchObject({ ok: true });
    expect(payloadOf(world.app.received.at(-1))).toMatchObject({ view: { type: "home", id: view?.id } });
  });
});
