// People in real browsers, on the whole product: what a newcomer does first, and what goes wrong at night.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { CHROMIUM, chromiumIsMissing, launchChromium } from "../support/browser.ts";
import { startProduct } from "../support/product.ts";
import { DEPLOY_COMMAND } from "../support/system.ts";
import { openSystem, openWindow, type SystemInBrowser, type Window } from "../support/window.ts";

const { rita, ana, bo, otto } = SEED.users;
const CARD = "Approval needed · Deploy checkout v2.4.1 to prod";

describe.skipIf(chromiumIsMissing)(`the product in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  const open = (): Promise<SystemInBrowser> => openSystem(browser);

  test("one person asks, another one approves, and both see it happen", async () => {
    const { windowOf, deployments } = await open();
    const asking = await windowOf(rita);
    await asking.say(DEPLOY_COMMAND);
    const deciding = await windowOf(ana);
    await deciding.see(CARD);
    await deciding.picture("approve-1-pending");
    await deciding.card(CARD, "approve-card");

    await asking.press("Approve");
    await asking.see("You started this run, so someone else from");
    await asking.picture("approve-2-own-request");
    expect(await deployments()).toEqual([]);

    await deciding.press("Approve");
    await asking.see("Approved · Deploy checkout v2.4.1 to prod");
    await asking.see("Deployed checkout v2.4.1 to prod (was v2.4.0).");
    expect(await asking.page.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    await asking.picture("approve-3-done");
    expect(await deployments()).toHaveLength(1);
  });

  test("a rejection with its reason reaches the one who asked, and nothing is deployed", async () => {
    const { windowOf, deployments } = await open();
    const asking = await windowOf(rita);
    await asking.say(DEPLOY_COMMAND);
    const deciding = await windowOf(ana);
    await deciding.press("Reject…");
    const form = deciding.dialog("Reject request");
    await form.getByRole("radio", { name: "Not now" }).check();
    await form.getByLabel("Note").fill("Freeze until 17:00");
    await deciding.picture("reject-1-form");
    await form.getByRole("button", { name: "Reject", exact: true }).click();
    await form.waitFor({ state: "detached" });
    await asking.see("Rejected · Deploy checkout v2.4.1 to prod");
    await asking.see("Not now: Freeze until 17:00");
    await asking.picture("reject-2-done");
    expect(await deployments()).toEqual([]);
  });

  test("an edit with a mistake is pointed out at its field, and the mended one is deployed", async () => {
    const { windowOf, askToDeploy, deployments } = await open();
    await askToDeploy();
    const deciding = await windowOf(ana);
    await deciding.press("Edit…");
    const form = deciding.dialog("Edit request");
    await form.getByLabel("version").fill("latest");
    await form.getByRole("button", { name: "Approve with changes" }).click();
    await form.getByText("Must be: a version like v2.4.1.").waitFor();
    await deciding.picture("edit-1-mistake");
    await form.getByLabel("version").fill("v2.4.2");
    await form.getByRole("button", { name: "Approve with changes" }).click();
    await deciding.see("Deployed checkout v2.4.2 to prod (was v2.4.0).");
    await deciding.picture("edit-2-done");
    expect(await deployments()).toMatchObject([{ version: "v2.4.2" }]);
  });

  test("a model's draft is edited by a person, and exactly that is sent", async () => {
    const { windowOf, outbox } = await open();
    const asking = await windowOf(rita);
    await asking.say('/countersign run email to=lee@example.com about="Thursday\'s release moves to Monday"');
    const deciding = await windowOf(ana);
    await deciding.see("Approval needed · Send an e-mail to lee@example.com");
    await deciding.picture("email-1-draft");

    await deciding.press("Reject…");
    const rejecting = deciding.dialog("Reject request");
    await rejecting.getByLabel("What should change?").fill("Too long, please make it shorter");
    await deciding.picture("email-2-reject");
    await rejecting.getByRole("button", { name: "Reject", exact: true }).click();
    await deciding.see("This is draft 2.");

    await deciding.press("Edit…");
    const editing = deciding.dialog("Edit request");
    await editing.getByLabel("subject").fill("Release: Monday instead of Thursday");
    await editing.getByLabel("body").fill("Hello Lee,\n\nit is Monday now.\n\nAna");
    await deciding.picture("email-3-edit");
    await editing.getByRole("button", { name: "Approve with changes" }).click();
    await asking.see("Sent “Release: Monday instead of Thursday” to lee@example.com.");
    await deciding.panel("Ops");
    await deciding.page
      .getByRole("complementary", { name: "Ops target" })
      .getByText("it is Monday now.")
      .waitFor();
    await deciding.picture("email-4-outbox");
    expect(await outbox()).toMatchObject([
      {
        to: "lee@example.com",
        subject: "Release: Monday instead of Thursday",
        body: "Hello Lee,\n\nit is Monday now.\n\nAna",
        performed: 1,
        replays: 0,
      },
    ]);
  });

  test("of two people who click at once one decides, and the other learns who did", async () => {
    const { windowOf, administrator, askToDeploy, deployments, sweepAfter } = await open();
    await askToDeploy();
    const windows = [await windowOf(ana), await windowOf(bo)];
    for (const window of windows) await window.see(CARD);
    // The buttons stay where they are until both have clicked, however fast the first one is and however slow the second one.
    const hold = { kind: "rate-limit", method: "chat.update", retryAfterSeconds: 1, times: 1_000 } as const;
    await administrator.faults(hold);
    await Promise.all(windows.map((window) => window.press("Approve")));
    const told = /approved this .* ago .* Your click was not counted; nothing more to do\./;
    const late = await theFirstTold(windows, told);
    await late.picture("race-1-told-who-was-first");
    await administrator.faults();
    // Minute after minute, until what could not be drawn before is.
    const left = async () => sweepAfter(60).then(() => late.page.getByText(CARD).count());
    await expect.poll(left, { interval: 500, timeout: 15_000 }).toBe(0);
    for (const window of windows) await window.see("Deployed checkout v2.4.1 to prod (was v2.4.0).");
    expect(await deployments()).toHaveLength(1);
  }, 60_000);

  /** On a machine that is so slow that nobody could be asked who clicked, they are told to click again, and do. */
  async function theFirstTold(windows: readonly Window[], told: RegExp): Promise<Window> {
    const again = /[Pp]lease (try again in about|click again)/;
    const asked = new Map<Window, number>();
    const look = async (window: Window): Promise<readonly Window[]> => {
      const times = await window.page.getByText(again).count();
      if (times > (asked.get(window) ?? 0)) await window.press("Approve");
      asked.set(window, times);
      return (await window.page.getByText(told).count()) > 0 ? [window] : [];
    };
    let late: Window | undefined;
    await expect
      .poll(async () => (late = (await Promise.all(windows.map(look))).flat()[0]), { timeout: 30_000 })
      .toBeDefined();
    if (late === undefined) throw new Error("Nobody was told.");
    return late;
  }

  test("somebody who is not on call is told so, and the card stays as it is", async () => {
    const { windowOf, askToDeploy, deployments } = await open();
    await askToDeploy();
    const outside = await windowOf(otto);
    await outside.press("Approve");
    await outside.see("You can't decide this one: it needs");
    await outside.picture("outsider-1-refused");
    await outside.see(CARD);
    expect(await deployments()).toEqual([]);
  });

  test("killed while the card waits, it goes on where it was, in the window that was open all the time", async () => {
    const product = await startProduct(process.cwd());
    onTestFinished(() => product.stop());
    const deciding = await openWindow(browser, product.url, ana);
    const asking = await openWindow(browser, product.url, rita);
    await asking.say(DEPLOY_COMMAND);
    await deciding.see(CARD);
    await product.kill();
    await deciding.see("Live updates are interrupted");
    await deciding.picture("kill-1-interrupted");
    await product.startAgain();
    // Who was at it when it was killed keeps others from it until its claim has run out.
    await createAdministrator(product.url).advance(120);
    await expect
      .poll(() => deciding.page.getByText("Live updates are interrupted").count(), { timeout: 10_000 })
      .toBe(0);
    await deciding.press("Approve");
    await deciding.page
      .getByText("Deployed checkout v2.4.1 to prod (was v2.4.0).")
      .first()
      .waitFor({ timeout: 30_000 });
    await deciding.picture("kill-2-done");
  }, 60_000);
});
