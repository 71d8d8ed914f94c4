// Debian's Chromium, quiet: it looks for nothing on the network but the page under test.
import { existsSync, mkdirSync } from "node:fs";
import { setTimeout as giveUp } from "node:timers/promises";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const CHROMIUM = "/usr/bin/chromium";
export const chromiumIsMissing = !existsSync(CHROMIUM);
if (chromiumIsMissing) console.warn(`Skipped: the browser tests need ${CHROMIUM}.`);

const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
  // Nothing is drawn in three dimensions: no process tries to.
  "--disable-software-rasterizer",
  "--disable-gpu-compositing",
];

/** Screenshots go to the folder `screenshots`, which git ignores. */
export function launchChromium(): Promise<Browser> {
  mkdirSync("screenshots", { recursive: true });
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", ...QUIET] });
}

export interface OpenPage {
  readonly page: Page;
  /** For the next test; with it goes what this one listened to and routed. */
  leave(): Promise<void>;
}

/** Far longer than it takes. */
const LEAVE_MS = 5_000;
const VIEWPORT = { width: 1280, height: 860 };
const left = new WeakMap<Browser, Page[]>();

/**
 * A page that an earlier test has left, or a new one, which costs as much as most of what is done in it. Every test has a server of its
 * own, so nothing that one keeps in the browser is there for the next. With options it is always a new one.
 */
export async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<OpenPage> {
  if (options !== undefined) {
    const page = await browser.newPage({ viewport: VIEWPORT, ...options });
    return { page, leave: () => page.context().close() };
  }
  const pages = left.get(browser) ?? [];
  left.set(browser, pages);
  const page = pages.pop() ?? (await browser.newPage({ viewport: VIEWPORT }));
  return {
    page,
    async leave() {
      // Now and then Chromium does not answer a page that is in the middle of something: that one is nobody's any more.
      const isLeft = await Promise.race([emptied(page), giveUp(LEAVE_MS, false, { ref: false })]);
      if (isLeft) pages.push(page);
      else void page.context().close();
    },
  };
}

async function emptied(page: Page): Promise<boolean> {
  await page.unrouteAll();
  await page.mouse.move(0, 0);
  await page.goto("about:blank");
  page.removeAllListeners();
  return true;
}
