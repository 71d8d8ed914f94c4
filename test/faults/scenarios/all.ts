// Every scenario, by its name.
import type { Scenario } from "../scenario.ts";
import { agent } from "./agent.ts";
import { allowed } from "./allowed.ts";
import { alerted } from "./alerted.ts";
import { cancelled } from "./cancelled.ts";
import { deploy } from "./deploy.ts";
import { edited } from "./edited.ts";
import { escalated } from "./escalated.ts";
import { expiry } from "./expiry.ts";
import { forked } from "./forked.ts";
import { large } from "./large.ts";
import { parallel } from "./parallel.ts";
import { programmed } from "./programmed.ts";
import { expired, purged } from "./removed.ts";
import { reopened } from "./reopened.ts";
import { sequence } from "./sequence.ts";
import { slow } from "./slow.ts";
import { tasks } from "./tasks.ts";

export const scenarios: readonly Scenario[] = [
  ...[deploy, sequence, parallel, edited, reopened, expiry, escalated, cancelled, tasks, large, slow, forked],
  ...[agent, allowed, programmed, alerted, purged, expired],
];
