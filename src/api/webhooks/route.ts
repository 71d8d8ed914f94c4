// A webhook's route: a workflow that takes such webhooks, and nobody's API key.
import * as z from "zod";
import type { Webhook } from "../../approvals/actor.ts";
import type { Listing } from "../../runs/workflow.ts";
import type { ApiDeps } from "../context.ts";
import { problem, type ProblemKind, type Reply } from "../problem.ts";
import { type Described, parsedBy, type RawRequest } from "../route.ts";

export interface WebhookContext {
  readonly deps: ApiDeps;
  readonly team: string;
}

/** As documented and served. */
export interface WebhookRoute extends Described<z.ZodType> {
  readonly webhook: Webhook;
  readonly handle: (context: WebhookContext, raw: RawRequest) => Promise<Reply>;
}

export const WorkflowName = z
  .string()
  .max(100)
  .meta({ description: "a workflow that declares that such webhooks start it", examples: ["remediate"] });

const Params = z.object({ params: z.object({ workflow: z.string() }) });

const PROBLEMS: readonly ProblemKind[] = ["unknown", "does-not-fit"];

type Given<Asked extends z.ZodType> = Omit<Described<Asked>, "method" | "scope" | "problems"> & {
  readonly webhook: Webhook;
  readonly act: (context: WebhookContext, listing: Listing, asked: z.infer<Asked>) => Promise<Reply>;
};

export function webhookRoute<Asked extends z.ZodType>({ act, ...given }: Given<Asked>): WebhookRoute {
  return {
    ...{ ...given, method: "post", problems: PROBLEMS },
    handle: async (context, raw) => {
      const { workflow } = Params.parse(raw).params;
      const listing = context.deps.catalog.find(({ name }) => name === workflow);
      // Whoever may send webhooks learns no more of a workflow that takes none.
      if (listing?.webhooks?.includes(given.webhook) !== true)
        return problem(
          "unknown",
          `There is no workflow "${workflow}" that such webhooks start. Nothing was done.`,
        );
      return parsedBy(given.asks, raw, (asked) => act(context, listing, asked));
    },
  };
}
