// The terms of deals that are to become contracts, and the contracts that were filed.
import * as z from "zod";
import { addAct, refuse } from "../act.ts";
import type { Area } from "../area.ts";
import { nearest } from "../nearest.ts";

const TERMS: Readonly<Record<string, string>> = {
  "acme-hosting":
    "We host Acme's shop for twelve months at 2,400 EUR a month, paid in advance. Either side may end it with three months' notice. We are available 99.9 % of each month. Our liability is limited to what Acme paid in the last twelve months. We give no warranty for software of others.",
  "globex-support":
    "We answer Globex's support requests on weekdays within four hours, for 900 EUR a month. Globex names three people who may ask. We compensate damages that we cause on purpose or by gross negligence. The agreement runs until one side ends it at the end of a month.",
  "initech-newsletter":
    "We write a newsletter for Initech every first Monday, about 600 words, for 350 EUR each. Initech sends us what is new by the Wednesday before.",
};

const Document = z.strictObject({
  contract: z.string("contract must be a string").min(1, "contract must not be empty").max(100),
  text: z
    .string("text must be a string")
    .min(1, "text must not be empty")
    .max(100_000, "text must have at most 100,000 characters"),
});

export const contracts: Area = {
  routes: (app, store) => {
    app.get("/contracts", (c) => c.json({ contracts: Object.keys(TERMS) }));
    app.get("/contracts/:name", (c) => {
      const { name } = c.req.param();
      const terms = Object.hasOwn(TERMS, name) ? TERMS[name] : undefined;
      if (terms !== undefined) return c.json({ contract: { name, terms } });
      const known = nearest(name, Object.keys(TERMS)).join(", ");
      return refuse(c, 404, `There are no terms of "${name}". Nearest: ${known}.`);
    });
    addAct(app, store, {
      ...{ name: "document", path: "/documents", prefix: "doc" },
      body: Document,
      form: "{ contract, text }",
      says: ({ contract }) => `the contract ${contract}`,
    });
  },
};
