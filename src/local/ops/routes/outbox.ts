// The e-mails the ops target was asked to send: kept instead of sent.
import * as z from "zod";
import { addAct } from "../act.ts";
import type { Area } from "../area.ts";

const Email = z.strictObject({
  to: z.email("to must be an e-mail address"),
  // A line break would begin another header.
  subject: z
    .string("subject must be a string")
    .regex(/^[ -~\u00a0-\u2027\u202a-\uffff]{1,200}$/, "subject must be one line of 1 to 200 characters"),
  body: z
    .string("body must be a string")
    .min(1, "body must not be empty")
    .max(20_000, "body must have at most 20,000 characters"),
});

export const outbox: Area = {
  routes: (app, store) =>
    addAct(app, store, {
      ...{ name: "email", noun: "e-mail", path: "/outbox", prefix: "mail" },
      body: Email,
      form: "{ to, subject, body }",
      says: ({ to }) => `an e-mail to ${to}`,
    }),
};
