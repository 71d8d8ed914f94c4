// The Web API client with bounded waits: by default it would wait for ever, retry for half an hour, and post twice.
import { WebClient, type WebClientOptions } from "@slack/web-api";
import type { Log } from "../runs/ports.ts";
import { slackLogger } from "./logger.ts";

export interface SlackClientOptions {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
  readonly log: Log;
}

export function clientOptions({
  apiUrl,
  timeoutMs,
  log,
}: Omit<SlackClientOptions, "token">): WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    logger: slackLogger(log),
    // A lost answer to a post must be looked into, not repeated; the sweeper and the queue do the retrying.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  };
}

export function createSlackClient(options: SlackClientOptions): WebClient {
  return new WebClient(options.token, clientOptions(options));
}
