// The SDKs' own warnings in our log. Their debug lines carry payloads, so those go nowhere.
import { type Logger, LogLevel } from "@slack/web-api";
import type { Log } from "../runs/ports.ts";

export function slackLogger(log: Log): Logger {
  const first = (messages: readonly unknown[]): string => String(messages[0]);
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...messages) => log.warn(first(messages)),
    error: (...messages) => log.error(first(messages)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
