// One JSON line for each event, as CloudWatch reads them. Callers pass names and ids, never payloads; errors of others may hold secrets, which are masked.
import { JsonObject } from "../approvals/json.ts";
import { maskedFields } from "../approvals/redaction.ts";
import type { Log } from "../runs/ports.ts";

export function createLog(write: (line: string) => void): Log {
  const at =
    (level: string): Log["info"] =>
    (message, fields = {}) =>
      write(`${JSON.stringify(maskedFields(plain({ level, message, ...fields })))}\n`);
  return { info: at("INFO"), warn: at("WARN"), error: at("ERROR") };
}

function plain(fields: Readonly<Record<string, unknown>>): JsonObject {
  return JsonObject.parse(JSON.parse(JSON.stringify(fields)));
}
