// The page on the whole product: what is new, who writes to whom, what happens behind Slack, and what goes wrong on purpose.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { CHROMIUM, chromiumIsMissing, launchChromium } from "../support/browser.ts";
import { DEPLOY_COMMAND } from "../support/system.ts";
import { openSystem, openWindow, type SystemInBrowser } from "../support/window.ts";
import { clientOf } from "../slack/support.ts";

const { rita, ana, bo, otto } = SEED.users;
const { general } = SEED.channels;
const CARD = "Approval needed · Deploy checkout v2.4.1 to prod";

describe.skipIf(chromiumIsMissing)(`the page on the whole product (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  const open = (): Promise<SystemInBrowser> => openSystem(browser);

  test("what somebody has not read stands out, names are counted, and reading it ends that", async () => {
    const system = await open();
    const { page, picture } = await system.windowOf(ana);
    const channels = page.getByRole("navigation", { name: "Channels" });
    await system.rita.say(general, "good morning");
    await channels.getByRole("link", { name: "general unread" }).waitFor();
    await system.rita.say(general, "@ana can you look at checkout?");
    await channels.getByRole("link", { name: "general 1 mention" }).waitFor();
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    await picture("unread-1-mention");
    await channels.getByRole("link", { name: /^general/ }).click();
    await page.getByText("can you look at checkout?").waitFor();
    await page.getByText("New", { exact: true }).waitFor();
    await picture("unread-2-new-line");
    await expect.poll(async () => (await system.ana.snapshot()).unread).toEqual([]);
    await channels.getByRole("link", { name: "deploys", exact: true }).click();
    await channels.getByRole("link", { name: "general", exact: true }).waitFor();
    // What one's own group is asked about is a mention too.
    await channels.getByRole("link", { name: "general", exact: true }).click();
    await system.askToDeploy();
    await channels.getByRole("link", { name: /^deploys \d mention/ }).waitFor();
  });

  test("two people write to each other, and nobody else reads it", async () => {
    const system = await open();
    const asking = await system.windowOf(rita);
    await asking.page.getByRole("button", { name: "Bo Oncall" }).click();
    await asking.page.getByRole("heading", { name: "Bo Oncall", level: 2 }).waitFor();
    await asking.say("are you around?");
    const answering = await system.windowOf(bo);
    await answering.page.getByRole("link", { name: "Rita Requester 1 mention" }).click();
    await answering.see("are you around?");
    await answering.say("yes");
    await asking.see("yes");
    await asking.picture("direct-1-message");
    expect((await system.otto.snapshot()).messages).toEqual([]);
  });

  test("a slash brings up the command, Tab completes it, Escape lets it be, Enter sends it", async () => {
    const { windowOf } = await open();
    const { page, picture, see } = await windowOf(rita);
    const box = page.getByRole("textbox", { name: "Message", exact: true });
    await box.fill("/");
    const option = page.getByRole("option", { name: /^\/countersign/ });
    await option.waitFor();
    await option.getByText("Run a workflow that asks before it acts").waitFor();
    await picture("slash-1-offered");
    await box.press("Escape");
    await option.waitFor({ state: "hidden" });
    await box.press("c");
    expect(await option.isVisible()).toBe(false);
    await box.fill("");
    await box.fill("/cou");
    await box.press("Tab");
    await expect.poll(() => box.inputValue()).toBe("/countersign ");
    await box.pressSequentially("help");
    await box.press("Enter");
    await see("Only visible to you");
    await see(/run deploy/);
  });

  test("when the app answers late or not at all, it is said beside what was clicked and where the command was typed", async () => {
    const system = await open();
    await system.askToDeploy();
    const { page, press, see, say, picture } = await system.windowOf(ana);
    await see(CARD);
    await system.administrator.faults({ kind: "wrong-team", times: 2 });
    await press("Approve");
    const card = page.getByRole("article").filter({ hasText: CARD });
    await card.getByText("The app could not be reached, or failed. Try again.").waitFor();
    await picture("trouble-1-click");
    await say("/countersign help");
    await see("/countersign failed with the error");
    await see("The app failed to answer (status 403");
    await press("Approve");
    await see("Deployed checkout v2.4.1 to prod (was v2.4.0).");
    await expect.poll(() => page.getByText("The app could not be reached").count()).toBe(0);
  });

  test("a form that comes too late turns into a note of who decided, in the open window", async () => {
    const system = await open();
    const card = await system.askToDeploy();
    const { press, dialog, picture, page } = await system.windowOf(bo);
    await press("Reject…");
    const form = dialog("Reject request");
    await form.getByRole("radio", { name: "Not now" }).check();
    await system.ana.click(card, "Approve");
    await form.getByRole("button", { name: "Reject", exact: true }).click();
    const note = dialog("Not counted");
    await note.getByText("@ana").waitFor();
    await note.getByText("approved this").waitFor();
    await picture("late-1-form-becomes-note");
    await page.keyboard.press("Escape");
    await note.waitFor({ state: "detached" });
    expect(await system.deployments()).toHaveLength(1);
  });

  test("an archived channel and a deactivated account say what they are", async () => {
    const system = await open();
    const { page, picture } = await system.windowOf(bo);
    await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    await system.administrator.change({ kind: "archive", channel: SEED.channels.deploys, archived: true });
    await page.getByText("an archived channel: nobody can write here any more").waitFor();
    expect(await page.getByRole("textbox", { name: "Message", exact: true }).count()).toBe(0);
    await picture("archived-1");
    await system.administrator.change({ kind: "deactivate", user: bo, deactivated: true });
    await page.getByText("Bo Oncall’s account is deactivated.").waitFor();
    await picture("deactivated-1");
  });

  test("a link to a message leads to it and marks it", async () => {
    const system = await open();
    const web = clientOf(system.slackUrl);
    for (let line = 0; line < 40; line += 1) await system.rita.say(general, `line ${line}`);
    const target = (await system.rita.messages(general))[3];
    const { permalink = "" } = await web.chat.getPermalink({
      channel: general,
      message_ts: target?.ts ?? "",
    });
    const { page } = await system.windowOf(ana);
    await page.goto(permalink);
    const linked = page
      .getByRole("log", { name: "Messages in #general" })
      .getByRole("article")
      .filter({ hasText: /line 3$/ });
    await linked.waitFor();
    await expect.poll(() => linked.getAttribute("class")).toContain("linked");
    const isInView = await linked.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= window.innerHeight;
    });
    expect(isInView).toBe(true);
  });

  describe("the panels", () => {
    test("the ops target changes before one's eyes, and the run's graph shows the path", async () => {
      const system = await open();
      const { page, say, press, picture, panel } = await system.windowOf(rita);
      await panel("Ops");
      const ops = page.getByRole("complementary", { name: "Ops target" });
      await ops.getByRole("row", { name: "checkout v2.4.0 12" }).waitFor();
      await ops.getByText("Nothing was deployed yet.").waitFor();
      await say(DEPLOY_COMMAND);
      await page.getByText(CARD).first().waitFor();
      await panel("Runs");
      const graph = page.getByRole("img", {
        name: "The run's graph: plan done, approve waiting, deploy not reached.",
      });
      await graph.waitFor();
      await picture("panel-1-run-waits");
      const deciding = await system.windowOf(ana);
      await deciding.press("Approve");
      await page
        .getByRole("img", { name: "The run's graph: plan done, approve done, deploy done." })
        .waitFor();
      await picture("panel-2-run-done");
      await panel("Ops");
      await ops.getByRole("row", { name: "checkout v2.4.1 12" }).waitFor();
      await ops.getByText("done once").waitFor();
      await picture("panel-3-ops");
      await press("Close panel");
      expect(await ops.count()).toBe(0);
    });

    test("the traffic shows both directions, opens to what was said, and holds no secret", async () => {
      const system = await open();
      await system.askToDeploy();
      const { page, panel, picture } = await system.windowOf(ana);
      await panel("Traffic");
      const traffic = page.getByRole("complementary", { name: "Traffic" });
      await traffic.getByText("chat.postMessage").first().waitFor();
      await traffic.getByLabel("Show").selectOption("to the app");
      await expect.poll(() => traffic.getByText("chat.postMessage").count()).toBe(0);
      await traffic.getByText("slash_command").click();
      await traffic.getByText('"command": "/countersign"').waitFor();
      await traffic.getByText("X-Slack-Signature: v0=•••").waitFor();
      await picture("panel-4-traffic");
      const shown = await traffic.innerText();
      expect(shown).not.toContain("/respond/");
      expect(shown).not.toContain("xoxb-local");
    });

    test("a fault chosen there hits the next call, and people and channels are changed there", async () => {
      const system = await open();
      await system.askToDeploy();
      const { page, panel, press, see, picture } = await system.windowOf(otto);
      await panel("Faults");
      const knobs = page.getByRole("complementary", { name: "Faults and clock" });
      await knobs.getByText("Nothing: Slack behaves.").waitFor();
      await knobs.getByLabel("Fault", { exact: true }).selectOption("Wrong team");
      await knobs.getByRole("button", { name: "Let it go wrong" }).click();
      await knobs.getByText("The delivery comes from another workspace").waitFor();
      await picture("panel-5-faults");
      await press("Approve");
      await see("The app failed to answer (status 403");
      await knobs.getByText("Nothing: Slack behaves.").waitFor();
      await knobs.getByRole("checkbox", { name: "Otto Outsider in @oncall" }).check();
      await expect
        .poll(
          async () =>
            (await system.otto.snapshot()).groups.find(({ handle }) => handle === "oncall")?.members,
        )
        .toContain(otto);
      await knobs.getByRole("button", { name: "+ 1 day" }).click();
      await knobs.getByText("24 h ahead").waitFor();
      await press("Approve");
      await see("Deployed checkout v2.4.1 to prod (was v2.4.0).");
      await see("after 1 d");
    });

    test("the page says that the model is scripted", async () => {
      const { windowOf } = await open();
      const { see } = await windowOf(rita);
      await see("The model is scripted.");
    });

    test.each([
      ["dark", { colorScheme: "dark" as const }],
      ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ])("fit their window without scrolling sideways (%s)", async (name, options) => {
      const system = await open();
      await system.askToDeploy();
      const { page, panel, picture } = await openWindow(browser, system.slackUrl, ana, options);
      const contents = [
        ["Ops", "payments"],
        ["Runs", "Path"],
        ["Traffic", "chat.postMessage"],
        ["Faults", "Nothing: Slack behaves."],
      ] as const;
      for (const [label, content] of contents) {
        await panel(label);
        await page.getByRole("complementary").last().getByText(content).first().waitFor();
        await picture(`panel-${name}-${label.toLowerCase()}`);
        const fits = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
        expect(fits).toBe(true);
      }
    });
  });
});
