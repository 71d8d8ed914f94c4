// Many questions of one run at once: approved together, and each node goes on with its own answer.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { messageLike } from "../support/system.ts";
import { restarting } from "./restarting.ts";

function runMessage(person: LocalPerson): Promise<Message> {
  return person.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes("Approve all")),
  );
}

async function formOf(person: LocalPerson): Promise<View> {
  await person.click(await runMessage(person), /^approve_all$/);
  return person.waitFor(({ views }) => views.find(({ title }) => title === "Approve several"));
}

test("those that are approved together go on together, each with its own answer, and the rest waits", async () => {
  const { ana, bo, rita, goOn } = await startOwnWorkflow({ workflow: restarting, words: { count: "4" } });
  await goOn();
  const form = await formOf(ana);
  const offered = JSON.stringify(form.blocks);
  for (const host of ["h0", "h1", "h2", "h3"]) expect(offered).toContain(`Restart ${host}`);
  const cards = await Promise.all(
    ["h2", "h3"].map((host) => messageLike(bo, new RegExp(`^Approval needed: Restart ${host}`))),
  );
  const [two, three] = cards;
  if (two === undefined || three === undefined) throw new Error("Both should have asked.");
  await bo.click(two, "Reject…");
  await bo.submit(await bo.waitFor(({ views }) => views.at(-1)), { reason: "Not now" });
  await ana.submit(form);
  const notice = await ana.waitFor(({ views }) => views.find(({ submit }) => submit === undefined));
  expect(JSON.stringify(notice.blocks)).toContain("3 approved, 1 not:");
  await goOn();
  await messageLike(rita, /^✅ h0 approved, h1 approved, h2 rejected, h3 approved/);
});
