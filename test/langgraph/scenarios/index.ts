// All scenarios, by topic.
import type { Topic } from "../scenario.ts";
import { answers } from "./answers.ts";
import { breakpoints } from "./breakpoints.ts";
import { caching } from "./caching.ts";
import { commands } from "./commands.ts";
import { drawings } from "./drawings.ts";
import { failures } from "./failures.ts";
import { innerGraphs } from "./inner-graphs.ts";
import { limits } from "./limits.ts";
import { memory } from "./memory.ts";
import { mistakes } from "./mistakes.ts";
import { modes } from "./modes.ts";
import { nesting } from "./nesting.ts";
import { policies } from "./policies.ts";
import { results } from "./results.ts";
import { schemas } from "./schemas.ts";
import { several } from "./several.ts";
import { state } from "./state.ts";
import { streams } from "./streams.ts";
import { tools } from "./tools.ts";
import { updates } from "./updates.ts";

export const topics: readonly Topic[] = [
  results,
  streams,
  modes,
  answers,
  several,
  commands,
  breakpoints,
  updates,
  nesting,
  innerGraphs,
  mistakes,
  failures,
  state,
  policies,
  limits,
  drawings,
  tools,
  caching,
  memory,
  schemas,
];
