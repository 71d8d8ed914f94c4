// The payments the ops target was asked to make: written down, and no money moves.
import * as z from "zod";
import { addAct } from "../act.ts";
import type { Area } from "../area.ts";

const Payment = z.strictObject({
  payee: z.string("payee must be a string").min(1, "payee must not be empty").max(200, "payee is too long"),
  amount: z
    .number("amount must be a number")
    .positive("amount must be above 0")
    .multipleOf(0.01, "amount must have at most two decimals"),
  currency: z.string("currency must be a string").regex(/^[A-Z]{3}$/, "currency must be a code like EUR"),
  purpose: z
    .string("purpose must be a string")
    .min(1, "purpose must not be empty")
    .max(1_000, "purpose must have at most 1,000 characters"),
});

export const payments: Area = {
  routes: (app, store) =>
    addAct(app, store, {
      ...{ name: "payment", path: "/payments", prefix: "payment" },
      body: Payment,
      form: "{ payee, amount, currency, purpose }",
      says: ({ payee, amount, currency }) => `${amount.toFixed(2)} ${currency} to ${payee}`,
    }),
};
