// Every workflow this deployment offers, by name. Add yours here and run `npm run manifest`.
import type { Workflow } from "../runs/workflow.ts";
import { deploy } from "./deploy.ts";
import { email } from "./email.ts";

export const workflows: ReadonlyMap<string, Workflow> = new Map(
  [deploy, email].map((workflow) => [workflow.listing.name, workflow]),
);
