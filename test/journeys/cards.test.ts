// Cards as an on-call engineer meets them, in a real browser: what is asked, whether a click counted, who decided, and what the run does then.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import { JsonObject } from "../../src/approvals/json.ts";
import { Annotation, END, interrupt, START, StateGraph } from "../../src/graph/index.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";
import { CHROMIUM, chromiumIsMissing, launchChromium } from "../support/browser.ts";
import { openOwnWorkflow, openWindow, type Window } from "../support/window.ts";

const { rita, ana, bo } = SEED.users;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

type Asking = Parameters<typeof askApproval>[0];

const Restart = z.object({
  service: z.string(),
  region: z.enum(["prod-eu", "prod-us"]),
  pods: z.int().min(1).max(50),
  maxUnavailable: z.int().min(1).max(3),
});

const RESTART: Asking = {
  title: "Restart api in prod-eu",
  summary: "Errors are at 5.2 %, and a restart has helped before. To go back: kubectl rollout undo.",
  ...{ target: "api in prod-eu", risk: "high" },
  facts: [{ label: "Error rate", value: "5.2 %" }],
  action: { name: "restart", args: { service: "api", region: "prod-eu", pods: 12, maxUnavailable: 1 } },
  schema: JsonObject.parse(z.toJSONSchema(Restart)),
  allowed: ["approve", "edit", "reject"],
};
const NEEDED = "Approval needed · Restart api in prod-eu";
const ONE: DeclaredPolicy = { approvers: ["approvers"], requesterMayApprove: false };
const TWO: DeclaredPolicy = { ...ONE, quorum: 2 };

const State = Annotation.Root({ service: Annotation<string>(), told: Annotation<string>() });

interface Steps {
  readonly policy?: DeclaredPolicy;
  readonly ask?: () => unknown;
  readonly check?: () => unknown;
  readonly restart?: () => unknown;
  readonly interruptBefore?: readonly "restart"[];
}

/** Checks, asks and restarts; the run ends with what it was told. */
function restarting({ policy = ONE, ask, check, restart, interruptBefore }: Steps): Workflow {
  return defineWorkflow<z.ZodObject<{ service: z.ZodString }>, typeof State.State>({
    ...{ name: "restart", description: "Restarts a service", example: "service=api", version: "1", policy },
    input: z.object({ service: z.string() }),
    ...(interruptBefore && { interruptBefore }),
    graph: () =>
      new StateGraph(State)
        .addNode("check", async () => {
          await check?.();
          return {};
        })
        .addNode("ask", async () => ({ told: JSON.stringify((await ask?.()) ?? "nothing") }))
        .addNode("restart", async () => {
          await restart?.();
          return {};
        })
        .addEdge(START, "check")
        .addEdge("check", "ask")
        .addEdge("ask", "restart")
        .addEdge("restart", END),
    outcome: ({ told }) => ({ good: true, text: `Restarted api; told ${told}.` }),
  });
}

/** What a node waits for until the test lets it go on. */
function gate(): { readonly passed: Promise<unknown>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  return { passed: promise, open: () => resolve(undefined) };
}

describe.skipIf(chromiumIsMissing)(`cards in a browser (needs ${CHROMIUM})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  async function asked(steps: Steps) {
    const workflow = restarting(steps);
    const system = await openOwnWorkflow(browser, { workflow, words: { service: "api" } });
    await system.goOn();
    return { ...system, phoneOf: (person: string) => openWindow(browser, system.slackUrl, person, PHONE) };
  }

  /** Clicks, and waits until the click is answered: what nobody has recorded no worker would find. */
  async function decide(window: Window, button: string): Promise<void> {
    const recorded = window.page.getByText("Your decision is recorded.");
    const before = await recorded.count();
    await window.press(button);
    await expect.poll(() => recorded.count(), { timeout: 15_000 }).toBeGreaterThan(before);
  }

  /** In the run's thread, where every card and note of it stands. */
  async function inThread(window: Window): Promise<Window> {
    await window.page
      .getByRole("button", { name: /repl(y|ies)/ })
      .first()
      .click();
    return window;
  }

  test("a question is answered in words, by keyboard", async () => {
    const question = { question: "Which maintenance window should I use for api?", service: "api" };
    const { windowOf, goOn } = await asked({ ask: () => interrupt(question) });
    const window = await windowOf(ana);
    const { keyboard } = window.page;
    await window.see("Answer needed · Which maintenance window");
    await window.picture("cards-answer-1-pending");
    await window.page.getByRole("button", { name: "Answer…" }).focus();
    await keyboard.press("Enter");
    const form = window.dialog("Answer");
    await form.getByLabel("Your answer").focus();
    await keyboard.type("Tonight, 02:00 to 03:00 UTC");
    await window.picture("cards-answer-2-form");
    await form.getByRole("button", { name: "Send" }).focus();
    await keyboard.press("Enter");
    await form.waitFor({ state: "detached" });
    await goOn();
    await window.see("Answered · Which maintenance window");
    await window.see("Restarted api; told");
    await keyboard.press("Escape");
    await window.picture("cards-answer-3-answered");
  }, 60_000);

  test("of two approvals that are needed the first one shows as a vote, and the second one decides", async () => {
    const { windowOf, goOn } = await asked({ policy: TWO, ask: () => askApproval(RESTART).kind });
    const [first, second] = [await windowOf(ana), await windowOf(bo)];
    await first.see("(2 needed)");
    await first.press("Approve");
    await first.see("Your vote is recorded; others have to vote, too.");
    await goOn();
    await second.see("◔");
    await second.see(/waiting for 1 more from/);
    await second.picture("cards-quorum-1-first-vote");
    await first.press("Approve");
    await first.see("You have voted already");
    await first.picture("cards-quorum-2-voted-twice");
    await decide(second, "Approve");
    await goOn();
    await second.see("Approved · Restart api in prod-eu");
    await second.see("Restarted api; told");
    await second.card("Approved · Restart api", "cards-quorum-3-decided");
  }, 60_000);

  test("an edit where two must agree makes a new revision, and a note in the thread says so", async () => {
    const { windowOf, phoneOf, goOn } = await asked({ policy: TWO, ask: () => askApproval(RESTART).kind });
    const phone = await phoneOf(ana);
    await phone.see(NEEDED);
    await phone.picture("cards-phone-1-pending");
    await phone.press("Edit…");
    const form = phone.dialog("Edit request");
    await form.getByLabel("maxUnavailable").fill("2");
    await phone.picture("cards-phone-2-edit");
    await form.getByRole("button", { name: "Approve with changes" }).click();
    await form.waitFor({ state: "detached" });
    await goOn();
    await phone.page.keyboard.press("Escape");
    await phone.see("changed what will run");
    await phone.picture("cards-phone-3-edited");
    const second = await inThread(await windowOf(bo));
    await second.see(/\(revision 2\)/);
    await second.picture("cards-edit-1-thread");
    await decide(second, "Approve");
    await goOn();
    await second.see("Approved with changes · Restart api");
    await second.card("Approved with changes", "cards-edit-2-decided");
  }, 60_000);

  test("an answer that does not fit is asked for again, with what was wrong on the card", async () => {
    const responseSchema = z.literal("prod-us", { error: "prod-eu is frozen until 17:00" });
    const options = ["prod-eu", "prod-us"];
    const ask = () =>
      interrupt({ question: "Which region is restarted first?", options }, { responseSchema });
    const { windowOf, goOn } = await asked({ ask });
    const window = await windowOf(ana);
    await decide(window, "prod-eu");
    await goOn();
    await window.see("Answer needed again · Which region");
    await window.see("prod-eu is frozen until 17:00");
    await inThread(window);
    await window.see("did not fit, so it is asked again");
    await window.picture("cards-refused-1-again");
    await decide(window, "prod-us");
    await goOn();
    await window.see("Answered “prod-us”");
  }, 60_000);

  test("a question that nobody answers in time says that nothing was run, and is asked again", async () => {
    const policy = { ...ONE, expiresAfterMs: 3_600_000 };
    const { windowOf, goOn, sweepAfter } = await asked({ policy, ask: () => askApproval(RESTART).kind });
    const window = await windowOf(ana);
    await window.see(NEEDED);
    await sweepAfter(2 * 3_600);
    await goOn();
    await window.see("Expired with no decision · Restart api");
    await window.see("Nobody decided in time. Ask again or stop the run");
    await window.picture("cards-expired-1");
    await window.press("Ask again");
    await window.see("The question is open again.");
    await goOn();
    await window.see("Approval needed again · Restart api");
    await window.picture("cards-expired-2-again");
    await decide(window, "Approve");
    await goOn();
    await window.see("Restarted api; told");
  }, 60_000);

  test("several actions in one request are decided one by one", async () => {
    const actionRequests = [
      { name: "drain_node", args: { node: "n1", gracePeriodSeconds: 60 }, description: "Move its pods away" },
      { name: "delete_volume", args: { volume: "vol-0f3a", region: "prod-eu" } },
      { name: "send_email", args: { to: "lee@example.com", subject: "Node n1 is replaced" } },
    ];
    const { windowOf, goOn } = await asked({ ask: () => interrupt({ actionRequests }) });
    const window = await windowOf(ana);
    await window.see("2. delete_volume");
    await window.card("Approval needed", "cards-several-1-pending");
    await window.press("Decide each…");
    const form = window.dialog("Decide each");
    const choices = form.getByRole("radiogroup", { name: "Decision" });
    for (const [index, answer] of ["Approve", "Reject", "Approve"].entries())
      await choices.nth(index).getByRole("radio", { name: answer, exact: true }).check();
    await form.getByLabel("Reason, if you reject it").nth(1).fill("It is still mounted");
    await window.picture("cards-several-2-form");
    await form.getByRole("button", { name: "Decide" }).click();
    await form.waitFor({ state: "detached" });
    await goOn();
    await window.see(/It is still mounted/);
    await window.page.keyboard.press("Escape");
    await window.card("2. delete_volume", "cards-several-3-decided");
  }, 60_000);

  test("a run that stops before a step goes on when that is approved", async () => {
    const { windowOf, goOn } = await asked({ interruptBefore: ["restart"] });
    const window = await windowOf(ana);
    await window.see("Approve goes on with restart");
    await window.picture("cards-breakpoint-1-pending");
    await decide(window, "Approve");
    await goOn();
    await window.see("Restarted api; told");
    await window.picture("cards-breakpoint-2-done");
  }, 60_000);

  test("what is longer than a card is read to its end and approved there, with a comment, on a phone", async () => {
    const steps = Array.from({ length: 4_000 }, (_, index) => `Move shard ${index} to prod-eu`);
    const action = { name: "move", args: { steps: steps.join("\n") } };
    const { phoneOf, goOn } = await asked({
      ask: () => askApproval({ title: "Move 4000 shards to prod-eu", action }).kind,
    });
    const phone = await phoneOf(ana);
    await phone.see("Not everything fits here");
    await phone.picture("cards-long-1-pending");
    await phone.press("Approve…");
    const form = phone.dialog("Full request");
    await form.getByRole("button", { name: "Next" }).click();
    await form.getByText("Page 2 of 2").scrollIntoViewIfNeeded();
    await form.getByLabel("Comment").fill("Watch the error rate, please");
    await phone.picture("cards-long-2-last-page");
    await form.getByRole("button", { name: "Approve", exact: true }).click();
    await form.waitFor({ state: "detached" });
    await goOn();
    await phone.see("Watch the error rate, please");
    await phone.page.keyboard.press("Escape");
    await phone.card("Approved · Move 4000 shards", "cards-long-3-decided");
  }, 60_000);

  test("what cannot be undone is approved in red and in two steps", async () => {
    const risky: Asking = { ...RESTART, title: "Delete the volume vol-0f3a", risk: "destructive" };
    const { windowOf, goOn } = await asked({
      ask: () => askApproval({ ...risky, target: "vol-0f3a in prod-eu" }).kind,
    });
    const window = await windowOf(ana);
    await window.press("Approve");
    const confirm = window.dialog("This cannot be undone");
    await confirm.getByText("Acts on: vol-0f3a in prod-eu").waitFor();
    await window.picture("cards-destructive-1-confirm");
    await confirm.getByRole("button", { name: "Go back" }).click();
    await window.see("Approval needed · Delete the volume");
    await window.press("Approve");
    await confirm.getByRole("button", { name: "Approve" }).click();
    await window.see("Your decision is recorded");
    await window.picture("cards-destructive-2-clicked");
    await goOn();
    await window.see("Approved · Delete the volume");
  }, 60_000);

  test("a run under way shows how far it is, and a failed one is retried at the card of its decision", async () => {
    const [slowAsk, slowRestart] = [gate(), gate()];
    const retried = gate();
    let isDown = true;
    const workflow = restarting({
      ask: async () => {
        const { kind } = askApproval(RESTART);
        if (isDown) throw new Error("The registry did not answer (503).");
        retried.open();
        await slowAsk.passed;
        return kind;
      },
      restart: () => slowRestart.passed,
    });
    const system = await openOwnWorkflow(browser, { workflow, words: { service: "api" } });
    const { windowOf, goOn, sweepAfter } = system;
    const window = await windowOf(rita);
    await goOn();
    const deciding = await windowOf(ana);
    await decide(deciding, "Approve");
    await goOn();
    await deciding.see("The registry did not answer (503).");
    await deciding.picture("cards-failed-1");
    isDown = false;
    await window.press("Retry");
    await window.see(/The queue did not answer/);
    const running = goOn();
    await retried.passed;
    // Long enough for the run to say how far it is.
    await sweepAfter(3);
    slowAsk.open();
    await window.see("✅ check · ✅ ask · ▶️ restart");
    await window.picture("cards-progress-1-under-way");
    slowRestart.open();
    await running;
    await window.see("Restarted api; told");
    await window.picture("cards-progress-2-done");
  }, 60_000);
});
