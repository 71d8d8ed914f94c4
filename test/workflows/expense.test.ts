// The expense workflow as a graph: what can be asked for, and that a person and their API key are not two people.
import { expect, test } from "vitest";
import * as z from "zod";
import { Command, MemorySaver } from "../../src/graph/index.ts";
import { createTarget } from "../../src/runs/target.ts";
import { Email } from "../../src/workflows/email-draft.ts";
import { expense } from "../../src/workflows/expense.ts";
import { signoff } from "../../src/workflows/signoff.ts";

const INPUT = { payee: "Hotel Post", amount: 750, currency: "EUR", purpose: "Cups, plates & pots 🎉" };

test("a manager who decides for compliance through their API key is refused; somebody else pays it", async () => {
  const paid: string[] = [];
  const http = (url: string): Promise<Response> => {
    paid.push(url);
    return Promise.resolve(Response.json({}, { status: 201 }));
  };
  const ops = createTarget({ baseUrl: "http://ops", http: http as typeof fetch });
  const model = { complete: () => Promise.reject(new Error("There is no model.")) };
  const clock = { now: () => "2026-01-05T12:00:00.000Z" };
  const graph = expense.compile({ ops, clock, model }, new MemorySaver());
  const config = { configurable: { thread_id: "t" } };
  const approve = (by: string): Promise<unknown> =>
    graph.invoke(new Command({ resume: { kind: "approved", by, at: clock.now() } }), config);
  await graph.invoke(INPUT, config);
  await approve("U0ANA");
  await expect(approve("U0ANA/ci")).rejects.toThrow(/somebody else has to/);
  expect(paid).toEqual([]);
  await approve("U0BO");
  expect(paid).toEqual(["http://ops/payments"]);
});

test.each([" ", "Hotel\nPost", "Hotel\u2028Post", "Hotel\u0000Post", "\u00A0"])(
  "%j is no payee, no purpose and no proposal",
  (text) => {
    const input = z.fromJSONSchema(expense.listing.inputSchema);
    expect(input.safeParse(INPUT).success).toBe(true);
    expect(input.safeParse({ ...INPUT, payee: text }).success).toBe(false);
    expect(input.safeParse({ ...INPUT, purpose: text }).success).toBe(false);
  },
);

test("a proposal is not blank", () => {
  expect(z.fromJSONSchema(signoff.listing.inputSchema).safeParse({ proposal: "  " }).success).toBe(false);
});

test.each(["Hi\r\nBcc: eve@example.com", "Hi\u2028there", "Hi\u2029", "Hi\u0085", "Hi\u0000"])(
  "%j is no subject",
  (subject) => {
    const draft = { to: "lee@example.com", body: "Hello" };
    expect(Email.safeParse({ ...draft, subject }).success).toBe(false);
    expect(Email.safeParse({ ...draft, subject: "Cups, plates & pots 🎉" }).success).toBe(true);
  },
);
