// One person's browser window on the local Slack: goes by what the person reads and presses.
import { mkdirSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { DEPLOYS } from "./system.ts";

export interface Window {
  readonly page: Page;
  /** Types a line into the channel and sends it. */
  say(line: string): Promise<void>;
  press(button: string): Promise<void>;
  /** Waits until it can be read. */
  see(text: string | RegExp): Promise<void>;
  dialog(title: string): Locator;
  /** Keeps a picture of this step; git ignores them. */
  picture(name: string): Promise<void>;
}

export async function openWindow(browser: Browser, slackUrl: string, person: string): Promise<Window> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(10_000);
  await page.goto(`${slackUrl}/?as=${person}&channel=${DEPLOYS}`);
  return {
    page,
    async say(line) {
      const composer = page.getByRole("textbox", { name: "Message", exact: true });
      await composer.fill(line);
      await composer.press("Enter");
    },
    press: (button) => page.getByRole("button", { name: button, exact: true }).first().click(),
    see: (text) => page.getByText(text).first().waitFor(),
    dialog: (title) => page.getByRole("dialog", { name: title }),
    async picture(name) {
      mkdirSync("screenshots", { recursive: true });
      await page.screenshot({ path: `screenshots/${name}.png` });
    },
  };
}
