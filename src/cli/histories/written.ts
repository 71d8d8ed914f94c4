// Writes a file whole or not at all, and over another one only when that is said.
import { randomUUID } from "node:crypto";
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { reasonOf } from "../../approvals/reason.ts";

/** Only whoever wrote it may read it: a history names people and what they decided. */
const OWN = 0o600;

/** A sentence when nothing was written. */
export function written(file: string, text: string, force: boolean): string | undefined {
  // Of a name that nobody has: what is there is never written over, and its rights would stay those that it has.
  const part = `${file}.${randomUUID()}.part`;
  try {
    writeFileSync(part, text, { mode: OWN, flag: "wx" });
    try {
      // A link is not made where a file is, whoever puts one there meanwhile.
      if (force) renameSync(part, file);
      else linkSync(part, file);
    } finally {
      rmSync(part, { force: true });
    }
    return undefined;
  } catch (error) {
    if (codeOf(error) === "EEXIST")
      return `The file ${file} is there already, and nothing was written. Name another one, or add --force to write over it.`;
    return `The file ${file} cannot be written: ${reasonOf(error)}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
