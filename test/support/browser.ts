// Debian's Chromium, quiet: it looks for nothing on the network but the page under test.
import { existsSync, mkdirSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

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
