// The Web API client with bounded waits: by default it would wait for ever, retry for half an hour, and post twice.
import { WebClient, type WebClientOptions } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../runs/ports.ts";
import { slackLogger } from "./logger.ts";

export interface SlackClientOptions {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
  /** Called when Slack does not take the token. */
  readonly onTokenRefused?: (() => void) | undefined;
}

/** What Slack calls it when a token is of no use, for whatever reason. */
export const TOKEN_REFUSALS = [
  "account_inactive",
  "invalid_auth",
  "not_authed",
  "token_expired",
  "token_revoked",
] as const;

export function clientOptions({
  apiUrl,
  timeoutMs,
  log,
  onTokenRefused,
}: Omit<SlackClientOptions, "token">): WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    logger: slackLogger(log),
    // A lost answer to a post must be looked into, not repeated; the sweeper and the queue do the retrying.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: async (input, init) => {
      const response = await fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      if (onTokenRefused !== undefined && (await isTokenRefused(response.clone()))) onTokenRefused();
      return response;
    },
  };
}

async function isTokenRefused(response: Response): Promise<boolean> {
  try {
    const text = await response.text();
    // Hardly any answer is a refusal, and the others are parsed once, by the library.
    return REFUSED.test(text) && TokenRefused.safeParse(JSON.parse(text)).success;
  } catch {
    // No JSON, or not all of it arrived: whoever called hears so from the response itself.
    return false;
  }
}

const REFUSED = /"ok"\s*:\s*false/;
const TokenRefused = z.object({ ok: z.literal(false), error: z.enum(TOKEN_REFUSALS) });

export function createSlackClient(options: SlackClientOptions): WebClient {
  return new WebClient(options.token, clientOptions(options));
}
