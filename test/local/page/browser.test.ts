// The page in a real browser, driven by role and name as a person with a screen reader would.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  CHROMIUM,
  chromiumIsMissing,
  launchChromium,
  type OpenPage,
  openPage,
} from "../../support/browser.ts";
import { EDIT_MODAL, OK, startFakeSlack, type FakeSlack } from "./fake-slack.ts";

/** Runs in the page: whether an element's words are lighter than what they stand on. */
function isLightOnDark(element: Element): boolean {
  const brightness = (color: string): number =>
    (color.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
  const isSeeThrough = (one: Element): boolean =>
    getComputedStyle(one).backgroundColor === "rgba(0, 0, 0, 0)";
  let behind = element;
  while (isSeeThrough(behind) && behind.parentElement !== null) behind = behind.parentElement;
  return brightness(getComputedStyle(element).color) > brightness(getComputedStyle(behind).backgroundColor);
}

describe.skipIf(chromiumIsMissing)(`the page in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  let slack: FakeSlack;
  let page: Page;
  let opened: OpenPage[];
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    slack = await startFakeSlack();
    opened = [];
    page = await open("?as=U1&channel=C1");
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ leave }) => leave()));
    await slack.close();
    expect(complaints).toEqual([]);
  });

  async function open(query: string, options?: Parameters<typeof openPage>[1]): Promise<Page> {
    const one = await openPage(browser, options);
    opened.push(one);
    one.page.setDefaultTimeout(15_000);
    complaints = [];
    one.page.on("pageerror", (error) => complaints.push(String(error)));
    one.page.on("console", (message) => {
      // A refused action is a 4xx, which the browser itself logs.
      if (message.type() === "error" && !message.text().includes("400")) complaints.push(message.text());
    });
    await one.page.goto(`${slack.url}/${query}`);
    await one.page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    return one.page;
  }

  const status = (): Promise<string> => page.getByRole("status").innerText();

  it("shows the card to the letter, with names, groups and local times resolved", async () => {
    const card = page.getByRole("article").filter({ hasText: "Approval needed" });
    const shown = await card.innerText();
    expect(shown).toContain("expected < 1 %");
    expect(shown).toContain("agent run r-7f3 for @bo");
    expect(shown).toContain("@sre-oncall in #deploys");
    expect(shown).not.toContain("{time}");
    expect(shown).toContain('strategy=*rolling*\n  note="[not a link](https://evil.example) <@U1>"');
    expect(await card.getByRole("button").allInnerTexts()).toEqual([
      "replied to a thread",
      "Approve",
      "Reject…",
      "Edit…",
      "⋯",
    ]);
    await card.getByRole("button", { name: "Edit the request", exact: true }).waitFor();
    await page.screenshot({ path: "screenshots/page-light.png" });
  });

  it("sends what is typed into Message on Enter, and shows it when it comes back", async () => {
    const box = page.getByRole("textbox", { name: "Message", exact: true });
    await box.fill("/count");
    await page.getByText("run deploy service=…").waitFor();
    await box.fill("hello from Ana");
    await box.press("Enter");
    await page
      .getByRole("article", { name: /^Ana Lima/ })
      .getByText("hello from Ana")
      .waitFor();
    expect(slack.sent).toEqual([{ path: "say", body: { as: "U1", channel: "C1", text: "hello from Ana" } }]);
    expect(await box.inputValue()).toBe("");
    await expect.poll(status).toBe("Answered in 42 ms.");
  });

  it("asks for the confirmation before a click is sent, and keeps the button busy until it is answered", async () => {
    const approve = page.getByRole("button", { name: "Approve", exact: true });
    await approve.click();
    const dialog = page.getByRole("dialog", { name: "Deploy to prod?" });
    await page.screenshot({ path: "screenshots/page-confirm.png" });
    await dialog.getByRole("button", { name: "Not yet" }).click();
    expect(slack.sent).toEqual([]);
    const { promise, resolve: answer } = Promise.withResolvers<unknown>();
    slack.answerWith(OK, promise);
    await approve.click();
    await dialog.getByRole("button", { name: "Deploy" }).click();
    await expect.poll(() => approve.getAttribute("aria-busy")).toBe("true");
    expect(await approve.isDisabled()).toBe(true);
    answer(undefined);
    await expect.poll(() => approve.isEnabled()).toBe(true);
    const container = { kind: "message", channel: "C1", ts: "1767600120.000100" };
    expect(slack.sent).toEqual([
      { path: "click", body: { as: "U1", container, block_id: "apr", action_id: "approve" } },
    ]);
  });

  it("opens an overflow menu with the keyboard and sends the chosen entry", async () => {
    await page.getByRole("button", { name: "More actions" }).press("Enter");
    await page.getByRole("menuitem", { name: "View details" }).press("ArrowDown");
    await page.screenshot({ path: "screenshots/page-menu.png" });
    await page.getByRole("menuitem", { name: "Hand over" }).press("Enter");
    await expect
      .poll(() => slack.sent.at(-1)?.body)
      .toMatchObject({ action_id: "more", option: "Hand over" });
  });

  it("says plainly when the app was late, failed or refused, and keeps refused text for correction", async () => {
    const reject = page.getByRole("button", { name: "Reject…" });
    slack.answerWith({ ok: true, answer: { kind: "late", status: 200, ms: 3400 } });
    await reject.click();
    await expect.poll(status).toContain("answered late, after 3.4 s");
    slack.answerWith({ ok: true, answer: { kind: "failed", status: 500, ms: 80 } });
    await reject.click();
    await expect.poll(status).toContain("failed to answer (status 500");
    slack.answerWith({ ok: false, error: "Slack does not allow app commands inside threads." });
    const box = page.getByRole("textbox", { name: "Message", exact: true });
    await box.fill("/countersign");
    await box.press("Enter");
    await expect.poll(status).toBe("Slack does not allow app commands inside threads.");
    expect(await box.inputValue()).toBe("/countersign");
  });

  it("warns after three seconds that there is no answer yet", async () => {
    slack.answerWith(OK, 3600);
    await page.getByRole("button", { name: "Reject…" }).click();
    await expect.poll(status, { timeout: 10_000 }).toBe("The app has not answered within 3 seconds yet.");
    await expect.poll(status, { timeout: 10_000 }).toBe("Answered in 42 ms.");
  });

  it("opens a thread from the count of its replies and answers in it", async () => {
    await page.getByRole("button", { name: "2 replies" }).click();
    const thread = page.getByRole("region", { name: "Thread" });
    await thread.getByText("Looks right to me <@U1>, see @ana").waitFor();
    const box = thread.getByRole("textbox", { name: "Reply", exact: true });
    await box.fill("on it");
    await box.press("Enter");
    await page.getByRole("button", { name: "3 replies" }).waitFor();
    expect(slack.sent.at(-1)?.body).toEqual({
      as: "U1",
      channel: "C1",
      text: "on it",
      thread_ts: "1767600060.000100",
    });
    await page.screenshot({ path: "screenshots/page-thread.png" });
    await thread.getByRole("button", { name: "Close thread" }).click();
    expect(await thread.count()).toBe(0);
  });

  it("shows errors at the input, checks what Slack checks, and submits all values", async () => {
    slack.openModal(EDIT_MODAL);
    const dialog = page.getByRole("dialog", { name: "Edit request" });
    const version = dialog.getByRole("textbox", { name: "Version" });
    expect(await version.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => version.evaluate((box) => box === document.activeElement)).toBe(true);
    await dialog.getByText("was rolled back on Monday").waitFor();
    await dialog.getByRole("button", { name: "Approve edited" }).click();
    await dialog.getByText("Please complete this required field.").waitFor();
    await dialog.getByText("Please enter 3 or less.").waitFor();
    expect(slack.sent).toEqual([]);
    await page.screenshot({ path: "screenshots/page-modal.png" });
    await version.fill("v2.5.1");
    await dialog.getByRole("combobox", { name: "Environment" }).selectOption("prod");
    await dialog.getByLabel("Max unavailable").fill("2");
    await dialog.getByLabel("Reason").fill("two\nlines");
    await dialog.getByRole("radiogroup", { name: "Strategy" }).getByRole("radio", { name: "canary" }).check();
    await dialog.getByRole("group", { name: "Tell" }).getByRole("checkbox", { name: "support" }).check();
    await dialog.getByLabel("Not before").fill("2026-02-01");
    await dialog.getByLabel("At", { exact: true }).fill("16:45");
    const until = dialog.getByLabel("Until");
    const shown = new Date(await until.inputValue());
    expect(shown.getTime()).toBe(1_777_906_800_000);
    await until.fill((await until.inputValue()).replace(/:00$/, ":30"));
    await dialog.getByRole("group", { name: "Zones" }).getByRole("checkbox", { name: "c" }).check();
    await dialog.getByLabel("Reviewer").selectOption("U2");
    await dialog.getByRole("button", { name: "Approve edited" }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    const chosen = (value: string) => ({ text: { type: "plain_text", text: value }, value });
    expect(slack.sent).toEqual([
      {
        path: "submit",
        body: {
          as: "U1",
          view_id: "V0",
          values: {
            version: { v: { type: "plain_text_input", value: "v2.5.1" } },
            env: { v: { type: "static_select", selected_option: chosen("prod") } },
            pods: { v: { type: "number_input", value: "2" } },
            why: { v: { type: "plain_text_input", value: "two\nlines" } },
            how: { v: { type: "radio_buttons", selected_option: chosen("canary") } },
            tell: { v: { type: "checkboxes", selected_options: [chosen("support")] } },
            when: { v: { type: "datepicker", selected_date: "2026-02-01" } },
            hour: { v: { type: "timepicker", selected_time: "16:45" } },
            until: { v: { type: "datetimepicker", selected_date_time: 1_777_908_600 } },
            zones: { v: { type: "multi_static_select", selected_options: [chosen("b"), chosen("c")] } },
            who: { v: { type: "users_select", selected_user: "U2" } },
          },
        },
      },
    ]);
  });

  it("keeps what was typed in a modal while another one lies on top, and closes one per Escape", async () => {
    slack.openModal({ ...EDIT_MODAL, errors: {} });
    await page.getByRole("dialog", { name: "Edit request" }).getByLabel("Reason").fill("typed before");
    slack.openModal({ title: "Details", blocks: [] });
    await page.getByRole("dialog", { name: "Details" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(1);
    await page.keyboard.press("Escape");
    const below = page.getByRole("dialog", { name: "Edit request" });
    await below.waitFor();
    expect(await below.getByLabel("Reason").inputValue()).toBe("typed before");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect(slack.sent.map(({ body }) => body)).toEqual([
      { as: "U1", view_id: "V1", clear: false },
      { as: "U1", view_id: "V0", clear: false },
    ]);
  });

  it("becomes another person by You are: the URL says so, and private messages of others are gone", async () => {
    await page.getByText("Only visible to you").waitFor();
    await page.getByLabel("You are", { exact: true }).selectOption({ label: "Bo Chen" });
    await expect.poll(() => page.getByText("Only visible to you").count()).toBe(0);
    expect(new URL(page.url()).search).toBe("?as=U2&channel=C1");
    await page.getByRole("link", { name: "random" }).click();
    expect(new URL(page.url()).search).toBe("?as=U2&channel=C2");
    await page.getByRole("button", { name: "Send" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Approve", exact: true }).waitFor();
  });

  it("opens the App Home, tells the app so, and clicks in it with what its inputs hold", async () => {
    await page.getByRole("link", { name: "Countersign" }).click();
    await page.getByRole("heading", { name: "Waiting for you 1" }).waitFor();
    expect(slack.sent).toEqual([{ path: "home", body: { as: "U1" } }]);
    const container = { kind: "view", view_id: "V_HOME" };
    await page.getByRole("checkbox", { name: "stalled" }).check();
    await expect
      .poll(() => slack.sent.at(-1)?.body)
      .toMatchObject({ container, action_id: "show", options: ["stalled"] });
    await page.getByRole("button", { name: "Review" }).click();
    await expect
      .poll(() => slack.sent.at(-1)?.body)
      .toMatchObject({
        container,
        action_id: "review",
        values: { filter: { show: { selected_options: [{ value: "stalled" }] } } },
      });
    await page.getByText("Done today").click();
    await page.getByText("payments v1.9.3").waitFor();
    await page.screenshot({ path: "screenshots/page-home.png" });
  });

  it("follows a permalink to the thread it names, as the same person", async () => {
    await page.goto(`${slack.url}/archives/C1/p1767600120000100?thread_ts=1767600060.000100&cid=C1`);
    await page.getByRole("region", { name: "Thread" }).getByText("Looks right to me").waitFor();
    expect(new URL(page.url()).search).toBe(
      "?as=U1&channel=C1&thread=1767600060.000100&message=1767600120.000100",
    );
    slack.say(`see <${slack.url}/archives/C1/p1767600000000100|the newer version>`);
    await page.getByRole("link", { name: "the newer version" }).click();
    await expect
      .poll(() => new URL(page.url()).search)
      .toBe("?as=U1&channel=C1&thread=1767600000.000100&message=1767600000.000100");
  });

  it("lets two windows be two people at the same time", async () => {
    const other = await open("?as=U2&channel=C1");
    await page.getByRole("textbox", { name: "Message", exact: true }).fill("can you look?");
    await page.keyboard.press("Enter");
    await other.getByText("can you look?").waitFor();
  });

  it("names the model that is configured, and calls scripted only what is", async () => {
    await page.getByText("The model is scripted.").waitFor();
    const model = { kind: "configured", name: "small", host: "models.example.com" };
    await page.route("**/panels/about", (route) => route.fulfill({ json: { model } }));
    await page.reload();
    await page.getByText("The model is small at models.example.com.").waitFor();
    expect(await page.getByText("The model is scripted.").count()).toBe(0);
  });

  it("corrects a URL that names nobody", async () => {
    await page.goto(slack.url);
    await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe("?as=U1&channel=C1");
  });

  it.each([
    ["dark", { colorScheme: "dark" as const }],
    ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    [
      "phone-dark",
      { viewport: { width: 390, height: 844 }, colorScheme: "dark" as const, hasTouch: true, isMobile: true },
    ],
  ])("fits its window without scrolling sideways (%s)", async (name, options) => {
    const other = await open("?as=U1&channel=C1", options);
    await other.getByText("Approval needed").first().waitFor();
    await other.screenshot({ path: `screenshots/page-${name}.png` });
    expect(await other.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    // Of the words and of what they stand on, dark mode has the words lighter.
    const message = other.getByText("Approval needed").first();
    expect(await message.evaluate(isLightOnDark)).toBe("colorScheme" in options);
    await other.getByRole("button", { name: "2 replies" }).click();
    await other.screenshot({ path: `screenshots/page-${name}-thread.png` });
    slack.openModal(EDIT_MODAL);
    await other.getByRole("dialog").waitFor();
    await other.screenshot({ path: `screenshots/page-${name}-modal.png` });
  });
});
