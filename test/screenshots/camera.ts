// Takes pictures of what Ana sees: light and dark, at a desk and on a phone, each in a page of its own that stays open.
import type { Browser, Locator, Page } from "playwright-core";
import type { Scene } from "./scene.ts";
import { CHANNEL, NOW, type Spot, VIEWER } from "./stage.ts";

const SCHEMES = ["light", "dark"] as const;
/** High enough for everything to stand on one screen. */
const SIZES = { desktop: { width: 1040, height: 2400 }, phone: { width: 390, height: 3600 } } as const;
const FOLDER = "screenshots";

export interface Camera {
  /** Its pictures' files. */
  take(scene: Scene, spot: Spot): Promise<readonly string[]>;
  /** Once nothing stands before the channel any more. */
  ready(): Promise<void>;
}

interface Look {
  readonly name: string;
  readonly page: Page;
}

export async function openCamera(browser: Browser, url: string): Promise<Camera> {
  const wanted = SCHEMES.flatMap((scheme) =>
    (["desktop", "phone"] as const).map((size) => openLook(browser, url, { scheme, size })),
  );
  const looks = await Promise.all(wanted);
  return {
    take: (scene, spot) =>
      Promise.all(
        looks.map(async ({ name, page }) => {
          const path = `${FOLDER}/${scene.name}.${name}.png`;
          await picture(page, { scene, spot, url, path });
          return path;
        }),
      ),
    async ready() {
      await Promise.all(looks.map(({ page }) => page.locator("dialog").waitFor({ state: "detached" })));
    },
  };
}

async function openLook(
  browser: Browser,
  url: string,
  { scheme, size }: { readonly scheme: (typeof SCHEMES)[number]; readonly size: keyof typeof SIZES },
): Promise<Look> {
  const page = await browser.newPage({
    ...{ viewport: SIZES[size], colorScheme: scheme, locale: "en-US", timezoneId: "UTC" },
    reducedMotion: "reduce",
    // The page lets in no style but its own.
    bypassCSP: true,
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(placeOf(url, CHANNEL));
  await page.addStyleTag({ content: WHOLE });
  await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
  return { name: `${scheme}.${size}`, page };
}

/** Of a form there is nothing to scroll to. */
const WHOLE = ".dialog, .dialog form { max-height: 95dvh }";

function placeOf(url: string, channel: string): string {
  return `${url}/?as=${VIEWER}&channel=${channel}`;
}

interface Wanted {
  readonly scene: Scene;
  readonly spot: Spot;
  readonly url: string;
  readonly path: string;
}

async function picture(page: Page, { scene, spot, url, path }: Wanted): Promise<void> {
  switch (spot.kind) {
    case "message": {
      const message = page.locator(`article[data-ts="${spot.ts}"]`);
      await message.waitFor();
      if (scene.press !== undefined) await pressedPicture(page, message, { press: scene.press, path });
      else await message.screenshot({ path });
      return;
    }
    case "modal": {
      const dialog = page.locator("dialog.dialog");
      await dialog.waitFor();
      // Where the focus is the form says by itself.
      await dialog.evaluate(({ ownerDocument }) => {
        if (ownerDocument.activeElement instanceof HTMLElement) ownerDocument.activeElement.blur();
      });
      await dialog.screenshot({ path });
      return;
    }
    case "home":
      await page.goto(placeOf(url, "home"));
      await page.screenshot({ path, clip: roomy(await boxOf(page.locator(".home .blocks").first())) });
      await page.goto(placeOf(url, CHANNEL));
      await page.addStyleTag({ content: WHOLE });
  }
}

async function pressedPicture(
  page: Page,
  message: Locator,
  { press, path }: { readonly press: string; readonly path: string },
): Promise<void> {
  await message.getByRole("button", { name: press, exact: true }).click();
  const menu = message.getByRole("menu");
  const confirm = page.locator("dialog.dialog-small");
  await menu.or(confirm).waitFor();
  if (await confirm.isVisible()) await confirm.screenshot({ path });
  else await page.screenshot({ path, clip: around(await boxOf(message), await boxOf(menu)) });
  await page.keyboard.press("Escape");
  // What the pointer rests on is drawn in another way.
  await page.mouse.move(0, 0);
  await menu.or(confirm).waitFor({ state: "hidden" });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(what: Locator): Promise<Box> {
  const box = await what.boundingBox();
  if (box === null) throw new Error("What is to be pictured is not there.");
  return box;
}

/** With what stands around it. */
function roomy({ x, y, width, height }: Box): Box {
  const room = Math.min(16, x, y);
  return { x: x - room, y: y - room, width: width + 2 * room, height: height + 2 * room };
}

function around(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height) + 12;
  return { x, y, width: right - x, height: bottom - y };
}
