// The file answers at once, and its stores as every other store does: later, and with a rejection when something fails.

export function answered<T>(act: () => T): Promise<T> {
  return Promise.resolve().then(act);
}
