// What the processes offer, in the place of src/workflows/registry.ts: see own-registry.ts.
import type { Workflow } from "../../../src/runs/workflow.ts";
import { planned } from "./workflow.ts";

export const workflows: ReadonlyMap<string, Workflow> = new Map([[planned.listing.name, planned]]);
