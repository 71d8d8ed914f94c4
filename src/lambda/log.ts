// One JSON line for each event, as CloudWatch reads them. Callers pass names and ids, never payloads or secrets.
import type { Log } from "../runs/ports.ts";

export function createLog(write: (line: string) => void): Log {
  const at =
    (level: string): Log["info"] =>
    (message, fields = {}) =>
      write(`${JSON.stringify({ level, message, ...fields })}\n`);
  return { info: at("INFO"), warn: at("WARN"), error: at("ERROR") };
}
