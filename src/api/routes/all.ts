// Every route of the API that takes an API key, as served and documented.
import type { Route } from "../route.ts";
import { auditRoute } from "./audit.ts";
import { cancelRoute } from "./cancel.ts";
import { decisionRoutes } from "./decisions.ts";
import { pendingRoute, requestRoute } from "./requests.ts";
import { runRoute, startRoute } from "./runs.ts";
import { keyRoute, workflowsRoute } from "./workflows.ts";

export const ROUTES: readonly Route[] = [
  ...[workflowsRoute, startRoute, runRoute, cancelRoute, auditRoute],
  ...[pendingRoute, requestRoute, ...decisionRoutes],
  keyRoute,
];
