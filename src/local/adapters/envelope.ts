// What comes over a socket as the signed HTTP request that Slack would have sent instead, and the answer to it as an acknowledgement.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import * as z from "zod";
import { signatureOf } from "../../slack/signature.ts";
import { gatewayEvent } from "./gateway-event.ts";

/** As the client hands it over: what Slack calls the payload is its body. */
export const Envelope = z.object({
  type: z.enum(["slash_commands", "interactive", "events_api"]),
  body: z.record(z.string(), z.unknown()),
  retry_num: z.number().default(0),
  retry_reason: z.string().default(""),
  accepts_response_payload: z.boolean().default(false),
});
export type Envelope = z.infer<typeof Envelope>;

export interface Signing {
  readonly secret: string;
  readonly nowMs: number;
}

export function requestIn(envelope: Envelope, { secret, nowMs }: Signing): APIGatewayProxyEventV2 {
  const { contentType, text } = sent(envelope);
  const body = Buffer.from(text);
  const timestamp = String(Math.floor(nowMs / 1_000));
  const { retry_num: retries, retry_reason: reason } = envelope;
  const headers = {
    "content-type": contentType,
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": signatureOf(body, timestamp, secret),
    ...(retries > 0 && { "x-slack-retry-num": String(retries), "x-slack-retry-reason": reason }),
  };
  return gatewayEvent({ method: "POST", path: "/slack/events", query: "", headers, body });
}

function sent({ type, body }: Envelope): { readonly contentType: string; readonly text: string } {
  if (type === "events_api") return { contentType: "application/json", text: JSON.stringify(body) };
  const fields = type === "interactive" ? { payload: JSON.stringify(body) } : formFields(body);
  return {
    contentType: "application/x-www-form-urlencoded",
    text: new URLSearchParams(fields).toString(),
  };
}

function formFields(body: Envelope["body"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

export type Acknowledgement = Readonly<Record<string, unknown>>;

const Json = z.record(z.string(), z.unknown());

/** Undefined where the answer is a refusal: as over HTTP, Slack then delivers an event again, and tells whoever clicked or typed that it did not work. */
export function acknowledgementOf({
  statusCode = 200,
  headers = {},
  body = "",
}: APIGatewayProxyStructuredResultV2): Acknowledgement | undefined {
  if (statusCode >= 400) return undefined;
  if (body === "") return {};
  const isJson = String(headers["content-type"]).startsWith("application/json");
  return isJson ? Json.parse(JSON.parse(body)) : { text: body };
}
