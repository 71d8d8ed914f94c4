// One person's browser window on the local Slack: goes by what the person reads and presses.
import { mkdirSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { openPage } from "./browser.ts";
import { builtPage } from "./page.ts";
import { type OwnWorkflow, startOwnWorkflow } from "./own-workflow.ts";
import { DEPLOYS, startSystem, type System } from "./system.ts";

export interface Window {
  readonly page: Page;
  /** Types a line into the channel and sends it. */
  say(line: string): Promise<void>;
  press(button: string): Promise<void>;
  /** Opens a side panel. */
  panel(name: "Ops" | "Runs" | "Traffic" | "Faults"): Promise<void>;
  /** Waits until it can be read. */
  see(text: string | RegExp): Promise<void>;
  dialog(title: string): Locator;
  /** Keeps a picture of this step; git ignores them. */
  picture(name: string): Promise<void>;
  /** A picture of one message alone. */
  card(text: string, name: string): Promise<void>;
}

export interface SystemInBrowser extends System {
  windowOf(person: string): Promise<Window>;
}

/** The whole product with its page. */
export async function openSystem(browser: Browser): Promise<SystemInBrowser> {
  const system = await startSystem({ page: await builtPage() });
  return { ...system, windowOf: (person) => openWindow(browser, system.slackUrl, person) };
}

/** A workflow of the test's own in the product with its page. */
export async function openOwnWorkflow(
  browser: Browser,
  started: Parameters<typeof startOwnWorkflow>[0],
): Promise<OwnWorkflow & SystemInBrowser> {
  const own = await startOwnWorkflow({ ...started, page: { page: await builtPage() } });
  return { ...own, windowOf: (person) => openWindow(browser, own.slackUrl, person) };
}

export async function openWindow(
  browser: Browser,
  slackUrl: string,
  person: string,
  options?: Parameters<typeof openPage>[1],
): Promise<Window> {
  const { page, leave } = await openPage(browser, options);
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // What the product refuses, and a server that a test kills, are logged by the browser itself.
    const isExpected = /status of 4\d\d|ERR_|Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  onTestFinished(async () => {
    // A page left open would go on asking a server that is gone.
    await leave();
    expect(complaints).toEqual([]);
  });
  await page.goto(`${slackUrl}/?as=${person}&channel=${DEPLOYS}`);
  return {
    page,
    async say(line) {
      const composer = page.getByRole("textbox", { name: "Message", exact: true });
      await composer.fill(line);
      await composer.press("Enter");
    },
    press: (button) => page.getByRole("button", { name: button, exact: true }).first().click(),
    panel: (name) => page.getByRole("group", { name: "Panels" }).getByRole("button", { name }).click(),
    see: (text) => page.getByText(text).first().waitFor(),
    dialog: (title) => page.getByRole("dialog", { name: title }),
    async picture(name) {
      mkdirSync("screenshots", { recursive: true });
      await page.screenshot({ path: `screenshots/${name}.png` });
    },
    async card(text, name) {
      mkdirSync("screenshots", { recursive: true });
      const message = page.getByRole("article").filter({ hasText: text }).last();
      await message.screenshot({ path: `screenshots/${name}.png` });
    },
  };
}
