// What is said of something stored that only a newer version can read.
import { UndecodableValueError } from "./errors.ts";

export function writtenByNewer(what: string): UndecodableValueError {
  return new UndecodableValueError(
    `${what} is of a newer version of Countersign than this one. Nothing was done with it; deploy the version that wrote it, or a newer one.`,
    { isNewer: true },
  );
}
