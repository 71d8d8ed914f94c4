// What an error says, whatever it was that was thrown.

/**
 * Of an error its message, of anything else its text. Anything can be thrown, and an error may have anything for its message: it never throws itself.
 *
 * @example
 * log.warn("A form could not be opened.", { reason: reasonOf(error) });
 */
export function reasonOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "it says nothing of itself that can be told as text";
  }
}
