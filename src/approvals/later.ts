// A moment some time after another one; both are ISO 8601, UTC.
export function later(from: string, ms: number): string {
  return new Date(Date.parse(from) + ms).toISOString();
}
