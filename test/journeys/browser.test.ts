// A deployment approved by a person in a real browser, on the whole product: what a newcomer does first.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../src/local/page/bundle.ts";
import { CHROMIUM, chromiumIsMissing, launchChromium } from "../support/browser.ts";
import { DEPLOY_COMMAND, DEPLOYS, startSystem } from "../support/system.ts";

describe.skipIf(chromiumIsMissing)(`the product in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function pageOf(slackUrl: string, person: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1180, height: 860 } });
    page.setDefaultTimeout(8_000);
    await page.goto(`${slackUrl}/?as=${person}&channel=${DEPLOYS}`);
    return page;
  }

  async function type(page: Page, line: string): Promise<void> {
    const composer = page.getByRole("textbox", { name: "Message", exact: true });
    await composer.fill(line);
    await composer.press("Enter");
  }

  test("one person asks, another one approves, and both see it happen", async () => {
    const { slackUrl, rita, ana, deployments } = await startSystem({ page: await buildPage() });
    const asking = await pageOf(slackUrl, rita.id);
    await type(asking, DEPLOY_COMMAND);
    const deciding = await pageOf(slackUrl, ana.id);
    await deciding.getByText("Approval needed · Deploy checkout v2.4.1 to prod").waitFor();
    await deciding.screenshot({ path: "screenshots/deploy-pending.png" });

    await asking.getByRole("button", { name: "Approve", exact: true }).click();
    await asking.getByText("You started this run, so someone else from").waitFor();
    expect(await deployments()).toEqual([]);

    await deciding.getByRole("button", { name: "Approve", exact: true }).click();
    await asking.getByText("Approved · Deploy checkout v2.4.1 to prod").waitFor();
    await asking.getByText("Deployed checkout v2.4.1 to prod (was v2.4.0).").first().waitFor();
    expect(await asking.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    await asking.screenshot({ path: "screenshots/deploy-approved.png" });
    expect(await deployments()).toHaveLength(1);
  });

  test("an edit with a mistake is pointed out at its field, and the mended one is deployed", async () => {
    const { slackUrl, ana, askToDeploy } = await startSystem({ page: await buildPage() });
    await askToDeploy();
    const page = await pageOf(slackUrl, ana.id);
    await page.getByRole("button", { name: "Edit…" }).click();
    const form = page.getByRole("dialog", { name: "Edit request" });
    await form.getByLabel("version").fill("latest");
    await form.getByRole("button", { name: "Approve edited" }).click();
    await form.getByText("Must be: a version like v2.4.1.").waitFor();
    await page.screenshot({ path: "screenshots/deploy-edit.png" });
    await form.getByLabel("version").fill("v2.4.2");
    await form.getByRole("button", { name: "Approve edited" }).click();
    await page.getByText("Deployed checkout v2.4.2 to prod (was v2.4.0).").first().waitFor();
  });
});
