// Every webhook, and how one is taken: proven first, then read.
import type { Webhook } from "../../approvals/actor.ts";
import { jsonIn, MOST_KEPT_BYTES, MOST_READ_BYTES } from "../body.ts";
import { problem, type Reply } from "../problem.ts";
import { alertmanagerRoute } from "./alertmanager.ts";
import { isProven } from "./proof.ts";
import type { WebhookContext, WebhookRoute } from "./route.ts";
import { signedRoute } from "./signed.ts";

export const WEBHOOKS: readonly WebhookRoute[] = [alertmanagerRoute, signedRoute];

interface Arrived {
  readonly route: WebhookRoute;
  readonly secrets: readonly string[];
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
}

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function takenWebhook(
  context: WebhookContext,
  { route, secrets, request, params }: Arrived,
): Promise<Reply> {
  const headers = Object.fromEntries(request.headers);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (!isProven(route.webhook, secrets, { headers, bytes })) return unproven(route.webhook, secrets);
  const read = jsonIn(bytes, { headers: request.headers, mostBytes: MOST_BYTES[route.webhook] });
  if (read.kind === "problem") return read.reply;
  const query = Object.fromEntries(new URL(request.url).searchParams);
  return route.handle(context, { params, query, headers, body: read.body });
}

/** A signed message is kept as it is; of an alert, what its workflow asks for. */
const MOST_BYTES: Readonly<Record<Webhook, number>> = {
  alertmanager: MOST_READ_BYTES,
  signed: MOST_KEPT_BYTES,
};

const HOW: Readonly<Record<Webhook, string>> = {
  alertmanager:
    "Send one of the secrets of WEBHOOK_SECRETS as bearer token, or as the password of basic auth.",
  signed:
    "Sign it with one of the secrets of WEBHOOK_SECRETS, as Standard Webhooks has it, at most five minutes ago.",
};

function unproven(webhook: Webhook, secrets: readonly string[]): Reply {
  if (secrets.length === 0)
    return problem("unauthenticated", "This deployment takes no webhooks: it has no WEBHOOK_SECRETS.");
  return problem("unauthenticated", `The webhook does not prove where it comes from. ${HOW[webhook]}`, {
    headers: webhook === "alertmanager" ? { "www-authenticate": "Bearer, Basic" } : {},
  });
}
