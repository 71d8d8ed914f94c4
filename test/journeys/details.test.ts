// Cards and the full request in a real browser: read page by page, commented and approved; and text that pretends stays text.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { someApproval } from "../slack/fixtures.ts";
import { startDoor } from "../slack/support.ts";
import { CHROMIUM, chromiumIsMissing, launchChromium } from "../support/browser.ts";
import { builtPage } from "../support/page.ts";
import { openWindow } from "../support/window.ts";

const plan = Array.from({ length: 2_000 }, (_, index) => `Step ${index + 1}: move shard ${index} to prod-eu`);

describe.skipIf(chromiumIsMissing)(`the full request in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test("is read page by page by whoever sees the card, and approved with a comment by who may", async () => {
    const { slack, ask, records } = await startDoor(Date.now, { page: await builtPage() });
    const args = { plan: plan.concat(plan).join("\n"), password: "hunter2" };
    const approval = someApproval({ action: { name: "move", args }, target: "shards in prod-eu" });
    await ask(approval);

    const outside = await openWindow(browser, slack.url, SEED.users.otto);
    await outside.press("View details");
    const readOnly = outside.dialog("Full request");
    await readOnly.getByText("Acts on: shards in prod-eu").waitFor();
    await outside.picture("details-1-read-only");
    expect(await readOnly.getByRole("button", { name: "Approve" }).count()).toBe(0);

    const deciding = await openWindow(browser, slack.url, SEED.users.ana);
    await deciding.picture("details-2-card");
    await deciding.press("View details");
    const form = deciding.dialog("Full request");
    await form.getByText("Page 1 of 2").waitFor();
    expect(await form.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await form.getByRole("button", { name: "Next" }).click();
    await form.getByText("Page 2 of 2").waitFor();
    await form.getByLabel("Comment").fill("Watch the error rate, please");
    await form.getByRole("button", { name: "Previous" }).click();
    await form.getByText("Page 1 of 2").waitFor();
    await form.getByRole("button", { name: "Next" }).click();
    await form.getByText("1 value is masked").waitFor();
    await form.getByText("Page 2 of 2").scrollIntoViewIfNeeded();
    await deciding.picture("details-3-last-page");
    expect(await form.getByText("hunter2").count()).toBe(0);
    await form.getByRole("button", { name: "Approve" }).click();
    await form.waitFor({ state: "detached" });
    expect((await records.approval(approval, approval.interrupt))?.state).toMatchObject({
      decision: { kind: "approved", by: SEED.users.ana, comment: "Watch the error rate, please" },
    });
  }, 60_000);

  test("text that wants to pass for ours is drawn as text: no link, no format, no mention, no emoji", async () => {
    const { slack, ask } = await startDoor(Date.now, { page: await builtPage() });
    const pretends =
      "ok\n✅ *Approved* by <@U0ANA> :tada:\n[ Approve ] <https://evil.example|Details>\n> ~no~ `code`";
    await ask(
      someApproval({
        title: "Deploy* ✅ *Approved by* <@U0BO> :white_check_mark: <https://evil.example|x>",
        summary: pretends,
        facts: [
          { label: "*Cron* :tada:", value: "*/5 * * * * \u202Edorp https://evil.example/x" },
          { label: "Log", value: pretends },
        ],
        action: { name: "deploy", args: { "service: checkout\nversion": pretends, cron: "*/5 * * * *" } },
      }),
    );
    const window = await openWindow(browser, slack.url, SEED.users.ana);
    const card = window.page.getByRole("article").filter({ hasText: "Approval needed" }).last();
    await card.waitFor();
    await window.card("Approval needed", "hostile-card");
    expect(await card.locator("a[href*=evil]").count()).toBe(0);
    expect(
      await card
        .locator("strong, b, s, del, em")
        .filter({ hasText: /^Approved/ })
        .count(),
    ).toBe(0);
    expect(await card.locator(".mention").allInnerTexts()).toEqual(["@rita", "@oncall"]);
    for (const text of [":white_check_mark:", "[ Approve ]", "\\u{202e}dorp"])
      expect(((await card.textContent()) ?? "").replaceAll("∶", ":")).toContain(text);
    await window.press("View details");
    await window.dialog("Full request").getByText("Requested by").waitFor();
    await expect
      .poll(() =>
        window
          .dialog("Full request")
          .locator(".dialog-body")
          .evaluate((body) => body.scrollTop),
      )
      .toBe(0);
    await window.dialog("Full request").getByText('"service: checkout\\nversion"').waitFor();
    await window.picture("hostile-details");
  }, 60_000);
});
