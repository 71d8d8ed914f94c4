// The app's log in a file of its own: a line that does not go into it must not end what it is about.
import { appendFileSync } from "node:fs";

/**
 * Each line opens the file anew, so that logrotate may take it away. What a full disk refuses goes to the process's errors instead.
 *
 * @example
 * const around = surroundingsOf(logging, linesInto("./app.log"));
 */
export function linesInto(
  file: string,
  otherwise: (line: string) => void = (line) => process.stderr.write(line),
): (line: string) => void {
  return (line) => {
    try {
      appendFileSync(file, line);
    } catch {
      otherwise(line);
    }
  };
}
