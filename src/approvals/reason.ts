// What an error says, whatever it was that was thrown.

/**
 * Of an error its message, of anything else its text.
 *
 * @example
 * log.warn("A form could not be opened.", { reason: reasonOf(error) });
 */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
