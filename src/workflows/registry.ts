// Every workflow this deployment offers, by name. Add yours here and run `npm run manifest`.
import type { Workflow } from "../runs/workflow.ts";
import { deploy } from "./deploy.ts";

export const workflows: ReadonlyMap<string, Workflow> = new Map(
  [deploy].map((workflow) => [workflow.listing.name, workflow]),
);
