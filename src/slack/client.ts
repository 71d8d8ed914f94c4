// The Web API client with bounded waits: by default it would wait for ever, retry for half an hour, and post twice.
import { WebClient, type WebClientOptions } from "@slack/web-api";

export interface SlackClientOptions {
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
}

export function clientOptions({ apiUrl, timeoutMs }: Omit<SlackClientOptions, "token">): WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    // A lost answer to a post must be looked into, not repeated; the sweeper and the queue do the retrying.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  };
}

export function createSlackClient(options: SlackClientOptions): WebClient {
  return new WebClient(options.token, clientOptions(options));
}
