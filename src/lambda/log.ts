// One JSON line for each event, as CloudWatch reads them. Callers pass names and ids, never payloads; errors of others may hold secrets, which are masked.
import { Logger, type LogItem } from "@aws-lambda-powertools/logger";
import { JsonObject } from "../approvals/json.ts";
import { maskedFields } from "../approvals/redaction.ts";
import type { Log } from "../runs/ports.ts";
import { traceOf } from "../runs/trace.ts";
import { DEFAULT_LOGGING, type Logging } from "./config.ts";

/** What Lambda tells of an invocation, as far as its lines tell it. */
export interface Invocation {
  readonly awsRequestId?: string;
  readonly functionName?: string;
}

export interface InvocationLog extends Log {
  /** From here on the lines belong to this invocation, until it ends. */
  readonly begin: (invocation: Invocation | undefined) => void;
  readonly end: () => void;
}

/**
 * @example
 * const log = createLog((line) => process.stdout.write(line), { service: "countersign-dev", level: "INFO" });
 */
export function createLog(
  write: (line: string) => void,
  { service, level }: Logging = DEFAULT_LOGGING,
): InvocationLog {
  const logger = new LineLogger(service, write);
  // Not in its constructor, which may have something to say about it and could not write it yet.
  logger.setLogLevel(level);
  let isCold = true;
  /** Begun within another: the same invocation, given once more. */
  let depth = 0;
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
    begin(invocation) {
      depth += 1;
      if (depth > 1 || invocation?.awsRequestId === undefined) return;
      logger.appendKeys({
        cold_start: isCold,
        function_name: invocation.functionName,
        function_request_id: invocation.awsRequestId,
      });
      isCold = false;
    },
    end() {
      depth -= 1;
      if (depth === 0) logger.resetKeys();
    },
  };
}

/** Every line of a thread says its trace as well; `team` is the one workspace that is served. */
export function traced(log: Log, team: string): Log {
  const tracing =
    (write: Log["info"]): Log["info"] =>
    (message, fields = {}) => {
      const { thread } = fields;
      write(message, typeof thread === "string" ? { ...fields, trace: traceOf({ team, thread }) } : fields);
    };
  return { info: tracing(log.info), warn: tracing(log.warn), error: tracing(log.error) };
}

/** Powertools' lines, masked, and to where they are told to go instead of the process's own output. */
class LineLogger extends Logger {
  readonly #write: (line: string) => void;

  constructor(serviceName: string, write: (line: string) => void) {
    super({ serviceName });
    this.#write = write;
  }

  protected override printLog(_level: number, item: LogItem): void {
    item.prepareForPrint();
    // Nothing is sampled: Powertools would say so in every line.
    const fields = plain({ ...item.getAttributes(), sampling_rate: undefined });
    this.#write(`${JSON.stringify(maskedFields(fields))}\n`);
  }
}

function plain(fields: unknown): JsonObject {
  return JsonObject.parse(JSON.parse(JSON.stringify(fields)));
}
