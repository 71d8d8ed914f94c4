// The articles the ops target was asked to publish: kept, for nobody else to read.
import * as z from "zod";
import { addAct } from "../act.ts";
import type { Area } from "../area.ts";

const Publication = z.strictObject({
  title: z
    .string("title must be a string")
    .regex(/^[^\r\n]{1,200}$/, "title must be one line of 1 to 200 characters"),
  body: z
    .string("body must be a string")
    .min(1, "body must not be empty")
    .max(20_000, "body must have at most 20,000 characters"),
});

export const publications: Area = {
  routes: (app, store) =>
    addAct(app, store, {
      ...{ name: "publication", path: "/publications", prefix: "article" },
      body: Publication,
      form: "{ title, body }",
      says: ({ title }) => `“${title}”`,
    }),
};
