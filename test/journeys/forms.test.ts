// The forms that decide, as people fill them in: in a real browser, by keyboard, with mistakes.
import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { JsonObject } from "../../src/approvals/json.ts";
import { Annotation, END, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { CHROMIUM, chromiumIsMissing, launchChromium } from "../support/browser.ts";
import { openOwnWorkflow, type Window } from "../support/window.ts";
import { restarting } from "./restarting.ts";

const { ana } = SEED.users;

const Maintenance = z.object({
  service: z.string().min(3).describe("the service's name"),
  announcement: z.string().max(500).meta({ title: "Announcement" }),
  instances: z.int().min(1).max(9),
  share: z.number().max(1).optional(),
  env: z.enum(["prod", "staging"]),
  notify: z.boolean(),
  drain: z.boolean().nullable(),
  day: z.iso.date(),
  from: z.iso.datetime({ offset: true }),
  mail: z.email(),
  runbook: z.url().optional(),
  zones: z.array(z.enum(["a", "b", "c"])).min(1),
  hosts: z.array(z.enum(["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "h10"])),
  ports: z.array(z.int().max(65_535)),
  owner: z.object({ team: z.string().min(2), phone: z.string().optional() }).describe("who is called"),
  log: z.string(),
});

const PLANNED: JsonObject = {
  ...{
    service: "checkout",
    announcement: "Checkout is slow for a while.\nSorry!",
    instances: 3,
    env: "prod",
  },
  ...{ notify: true, drain: null, day: "2026-05-04", from: "2026-05-04T15:00:00Z", mail: "ana@example.com" },
  ...{ zones: ["a"], hosts: ["h3"], ports: [80, 443], owner: { team: "core" }, log: "x".repeat(3_001) },
};

const State = Annotation.Root({ name: Annotation<string>(), done: Annotation<string>() });

const maintaining = defineWorkflow<z.ZodObject<{ name: z.ZodString }>, typeof State.State>({
  ...{ name: "maintain", description: "Takes a service down for a while", example: "name=x", version: "1" },
  input: z.object({ name: z.string() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: () =>
    new StateGraph(State)
      .addNode("ask", () => {
        const decision = askApproval({
          kind: "approve",
          title: "Maintain checkout",
          action: { name: "maintain", args: PLANNED },
          schema: JsonObject.parse(z.toJSONSchema(Maintenance)),
          allowed: ["approve", "edit", "reject"],
        });
        return { done: decision.kind === "edited" ? JSON.stringify(decision.args) : decision.kind };
      })
      .addEdge(START, "ask")
      .addEdge("ask", END),
  outcome: ({ done }) => ({ good: true, text: `Done: ${done}` }),
});

const Choosing = Annotation.Root({ count: Annotation<number>(), chosen: Annotation<string>() });

const choosing = defineWorkflow<z.ZodObject<{ count: z.ZodInt }>, typeof Choosing.State>({
  ...{ name: "choosing", description: "Asks which of several", example: "count=3", version: "1" },
  input: z.object({ count: z.int() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: () =>
    new StateGraph(Choosing)
      .addNode("ask", ({ count }) => {
        const name = count > 10 ? `option ${"x".repeat(60)}` : "option";
        const options = Array.from({ length: count }, (_, at) => (at === 1 ? "option 1" : `${name} ${at}`));
        return { chosen: interrupt<unknown, string>({ question: "Which one?", options }) };
      })
      .addEdge(START, "ask"),
  outcome: ({ chosen }) => ({ good: true, text: `Chosen: ${chosen}` }),
});

/** With nothing but keys, from where the focus has been put. */
const choose: Readonly<Record<string, (window: Window) => Promise<void>>> = {
  buttons: async ({ page, see }) => {
    await page.getByRole("button", { name: "option 1" }).focus();
    await page.keyboard.press("Enter");
    await see("Your decision is recorded.");
  },
  "a menu": async ({ page, see }) => {
    await page.getByRole("combobox", { name: "Choose…" }).focus();
    for (const key of ["Space", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    await page.getByRole("button", { name: "Yes" }).focus();
    await page.keyboard.press("Enter");
    await see("Your decision is recorded.");
  },
  "a form": async ({ page, dialog, see }) => {
    await page.getByRole("button", { name: "Choose…" }).focus();
    await page.keyboard.press("Enter");
    const form = dialog("Choose");
    await form.getByLabel("Answer").focus();
    for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    await form.getByRole("button", { name: "Choose" }).focus();
    await page.keyboard.press("Enter");
    await see("Your decision is recorded.");
    await page.keyboard.press("Escape");
  },
};

/** Holds the answer to what is submitted back until the page has the snapshot that holds these words, and looks at it then. */
async function submitHeldBack(
  page: Page,
  words: string,
): Promise<(look: () => Promise<void>) => Promise<void>> {
  const looked = Promise.withResolvers<undefined>();
  let isFirst = true;
  const held = async (route: Route): Promise<void> => {
    if (!isFirst) return route.continue();
    isFirst = false;
    const response = await route.fetch();
    await looked.promise;
    await route.fulfill({ response });
  };
  // It stays: when the last one is taken away, the browser can forget a request that is on its way just then.
  await page.route("**/local/submit", held);
  const arrived = page.waitForResponse(
    async (response) => response.url().includes("/local/snapshot") && (await response.text()).includes(words),
  );
  return async (look) => {
    await arrived;
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    await look();
    looked.resolve(undefined);
  };
}

describe.skipIf(chromiumIsMissing)(`the forms in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test("every kind of argument is changed in its own input, by keyboard, and each mistake is said at its input", async () => {
    const system = await openOwnWorkflow(browser, { workflow: maintaining, words: { name: "x" } });
    await system.goOn();
    const deciding = await system.windowOf(ana);
    const { keyboard } = deciding.page;
    await deciding.page.getByRole("button", { name: "Edit…" }).focus();
    await keyboard.press("Enter");
    const form = deciding.dialog("Edit request");
    // The typing begins in the first input.
    await expect
      .poll(() => form.getByLabel("service").evaluate((box) => box === document.activeElement))
      .toBe(true);
    await keyboard.press("ControlOrMeta+A");
    await keyboard.type("ab");
    await form.getByLabel("ports").fill("80\neighty");
    await keyboard.press("ControlOrMeta+A");
    await form.getByLabel("env").focus();
    await keyboard.press("ArrowDown");
    await form.getByRole("group", { name: "zones" }).getByRole("checkbox", { name: "c" }).focus();
    await keyboard.press("Space");
    await form.getByLabel("instances").fill("12");
    await keyboard.press("Enter");
    // Slack's own client refuses this one before anything is sent.
    await form.getByText("Please enter 9 or less.").waitFor();
    await form.getByLabel("instances").fill("4");
    // What was wrong shows once the form can be sent again, not while a hasty Enter would be lost or go into another input.
    const release = await submitHeldBack(deciding.page, "is not a number");
    await keyboard.press("Enter");
    await release(async () => {
      expect(await form.getByText("Line 2: “eighty” is not a number.").count()).toBe(0);
      expect(await form.getByRole("button", { name: "Approve with changes" }).isDisabled()).toBe(true);
    });
    await form.getByText("Line 2: “eighty” is not a number.").waitFor();
    expect(await form.getByLabel("ports").evaluate((box) => box === document.activeElement)).toBe(true);
    await form.getByLabel("ports").fill("80\n70000");
    await form.getByLabel("owner.team").fill("x");
    await keyboard.press("Enter");
    await form.getByText("Item 2: Must be at most 65535.").waitFor();
    await form.getByText("Must have at least 3 characters.").waitFor();
    await form.getByText("Must have at least 2 characters.").waitFor();
    expect(await form.getByLabel("ports").getAttribute("aria-invalid")).toBe("true");
    await deciding.picture("edit-3-mistakes");

    await form.getByLabel("service").fill("search");
    await form.getByLabel("ports").fill("8080");
    await form.getByLabel("owner.team").fill("ops");
    await form.getByLabel("drain").selectOption("No");
    await form.getByLabel("day").fill("2026-06-01");
    await form.getByRole("group", { name: "hosts" }).getByRole("checkbox", { name: "h10" }).check();
    await form.getByLabel("Reason for change").fill("Search first");
    await form.getByRole("button", { name: "Approve with changes" }).focus();
    await keyboard.press("Enter");
    // The queue of such a run is away.
    await deciding.dialog("Recorded").getByText("Your decision is recorded.").waitFor();
    await keyboard.press("Escape");
    await system.goOn();
    await deciding.see("Approved with changes · Maintain checkout");
    await deciding.see("Search first");
    await deciding.picture("edit-4-decided");
    // However long a word is, nothing is wider than its message.
    const widths = await deciding.page.locator("pre").evaluateAll((all) => all.map((one) => one.scrollWidth));
    expect(Math.max(...widths)).toBeLessThan(800);
    const said = JSON.stringify((await system.ana.snapshot()).messages);
    const { log: _, ...rest } = PLANNED;
    const changes = { service: "search", instances: 4, env: "staging", drain: false, day: "2026-06-01" };
    const lists = { zones: ["a", "c"], hosts: ["h3", "h10"], ports: [8_080], owner: { team: "ops" } };
    for (const [name, value] of Object.entries({ ...rest, ...changes, ...lists }))
      expect(said).toContain(
        JSON.stringify(JSON.stringify({ [name]: value }).slice(1, -1))
          .slice(1, -1)
          .replaceAll("<", "&lt;"),
      );
  }, 60_000);

  test("a rejection that stops the run ends it for everybody", async () => {
    const system = await openOwnWorkflow(browser, { workflow: restarting, words: { count: "2" } });
    await system.goOn();
    const deciding = await system.windowOf(ana);
    const { keyboard } = deciding.page;
    await deciding.page.getByRole("button", { name: "Reject…" }).first().focus();
    await keyboard.press("Enter");
    const form = deciding.dialog("Reject request");
    await form.getByRole("radio", { name: "Not now" }).focus();
    for (let down = 0; down < 3; down++) await keyboard.press("ArrowDown");
    expect(await form.getByRole("radio", { name: "Unsafe" }).isChecked()).toBe(true);
    await form.getByRole("checkbox", { name: "Stop the run" }).focus();
    await keyboard.press("Space");
    await form.getByRole("button", { name: "Reject", exact: true }).focus();
    await keyboard.press("Enter");
    await form.getByText("Please say why.").waitFor();
    await deciding.picture("reject-3-stop");
    await form.getByLabel("Note").fill("No rollback");
    await form.getByRole("button", { name: "Reject", exact: true }).focus();
    await keyboard.press("Enter");
    await form.waitFor({ state: "detached" });
    await system.goOn();
    await deciding.see(/the run was stopped/);
    await deciding.see("Unsafe: No rollback");
    await deciding.see("stopped before a decision");
    await deciding.picture("reject-4-stopped");
    expect(await deciding.page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  }, 60_000);

  test("all of a run's questions are approved together, but for one that is not ticked", async () => {
    const system = await openOwnWorkflow(browser, { workflow: restarting, words: { count: "3" } });
    await system.goOn();
    const deciding = await system.windowOf(ana);
    const { keyboard } = deciding.page;
    await deciding.page.getByRole("button", { name: "Approve all 3…" }).focus();
    await keyboard.press("Enter");
    const form = deciding.dialog("Approve several");
    const boxes = form.getByRole("group", { name: "Requests" }).getByRole("checkbox");
    await expect.poll(() => boxes.count()).toBe(3);
    await form.getByRole("checkbox", { name: /^Restart h1/ }).focus();
    await keyboard.press("Space");
    await deciding.picture("approve-all-1-form");
    await form.getByRole("button", { name: "Approve ticked" }).focus();
    await keyboard.press("Enter");
    await form.getByText("2 approved.").waitFor();
    await deciding.picture("approve-all-2-done");
    await keyboard.press("Escape");
    await system.goOn();
    await deciding.see("Approved · Restart h0");
    await deciding.see("Approved · Restart h2");
    await deciding.see("Approval needed · Restart h1");
    // What is left is approved on its own card.
    expect(await deciding.page.getByRole("button", { name: /^Approve all/ }).count()).toBe(0);
  }, 60_000);

  test.each([
    [3, "buttons"],
    [8, "a menu"],
    [101, "a form"],
  ])(
    "one of %s answers is chosen by keyboard, with %s",
    async (count, how) => {
      const system = await openOwnWorkflow(browser, {
        workflow: choosing,
        words: { count: String(count - 1) },
      });
      await system.goOn();
      const deciding = await system.windowOf(ana);
      await deciding.see("Answer needed · Which one?");
      await choose[how]?.(deciding);
      await system.goOn();
      await deciding.see(/Chosen: option 1$/);
    },
    60_000,
  );
});
