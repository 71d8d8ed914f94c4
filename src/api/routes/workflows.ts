// Which workflows there are, and whose key is asking.
import * as z from "zod";
import { openStart } from "../../runs/start.ts";
import { route } from "../route.ts";
import { KeyView, WorkflowView } from "../schemas.ts";

export const workflowsRoute = route({
  ...{ method: "get", path: "/v1/workflows", scope: "start" },
  summary: "The workflows that this key may start",
  asks: z.object({}),
  answers: {
    status: 200,
    description: "Each with the form of its input.",
    schema: z.object({ workflows: z.array(WorkflowView) }),
  },
  problems: [],
  act: async ({ deps, key }) => {
    const opened = await Promise.all(
      deps.catalog.map(({ name }) => openStart(deps, { workflow: name, requester: key.owner })),
    );
    const workflows = opened.flatMap((one) => {
      if (one.kind !== "open") return [];
      const { name, description, version, example, inputSchema } = one.workflow;
      return [{ name, description, version, example, inputSchema }];
    });
    return { status: 200, body: { workflows } };
  },
});

export const keyRoute = route({
  ...{ method: "get", path: "/v1/key" },
  summary: "The API key that this request is sent with",
  asks: z.object({}),
  answers: { status: 200, description: "Whose it is, and what it may do.", schema: KeyView },
  problems: [],
  act: ({ key: { name, owner, scopes } }) => Promise.resolve({ status: 200, body: { name, owner, scopes } }),
});
