// A webhook for anybody who can sign, as Standard Webhooks has it: its body is the input of the run that it starts.
import * as z from "zod";
import { webhookRequester } from "../../approvals/actor.ts";
import { startRunWith } from "../../runs/start.ts";
import { GivenObject } from "../schemas.ts";
import { startTrouble } from "../words.ts";
import { webhookRoute, WorkflowName } from "./route.ts";

export const signedRoute = webhookRoute({
  path: "/v1/webhooks/signed/{workflow}",
  webhook: "signed",
  summary: "A signed message that starts a run",
  description:
    "Signed as Standard Webhooks has it (webhook-id, webhook-timestamp and webhook-signature). The body is the input of the run. A message that is sent again, by its webhook-id, starts nothing more.",
  asks: z.object({
    params: z.object({ workflow: WorkflowName }),
    headers: z.object({ "webhook-id": z.string().min(1).max(300) }),
    body: GivenObject,
  }),
  answers: {
    status: 200,
    description: "It is recorded, and is worked on.",
    schema: z.object({ run: z.string() }).meta({ id: "RunStarted" }),
  },
  act: async ({ deps, team }, { name: workflow }, { headers, body }) => {
    const delivery = `signed:${JSON.stringify([workflow, headers["webhook-id"]])}`;
    const starting = { team, delivery, workflow, requester: webhookRequester("signed") };
    const started = await startRunWith(deps, starting, body);
    return started.kind === "started"
      ? { status: 200, body: { run: started.run.thread } }
      : startTrouble(started);
  },
});
