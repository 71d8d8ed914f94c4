// The proposals that were signed off, each with who signed for which department.
import * as z from "zod";
import { addAct } from "../act.ts";
import type { Area } from "../area.ts";

const SignOff = z.strictObject({
  proposal: z
    .string("proposal must be a string")
    .min(1, "proposal must not be empty")
    .max(1_000, "proposal must have at most 1,000 characters"),
  terms: z
    .string("terms must be a string")
    .max(10_000, "terms must have at most 10,000 characters")
    .exactOptional(),
  signedBy: z
    .record(z.string(), z.string("signedBy must name somebody for each department"))
    .refine((signed) => Object.keys(signed).length > 0, "signedBy must name a department"),
});

export const signOffs: Area = {
  routes: (app, store) =>
    addAct(app, store, {
      ...{ name: "signoff", noun: "sign-off", path: "/sign-offs", prefix: "signoff" },
      body: SignOff,
      form: "{ proposal, terms?, signedBy }",
      says: ({ proposal, signedBy }) => `“${proposal}” by ${Object.keys(signedBy).join(" and ")}`,
    }),
};
