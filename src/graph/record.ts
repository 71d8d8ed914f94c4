// Plain objects, taken for what they are: names with values.

type Named<Value> = Readonly<Record<string, Value>>;

export function isObject(value: unknown): value is Named<unknown> {
  return typeof value === "object" && value !== null;
}

/** What has one of the names that are wanted. */
export function picked<Value>(all: Named<Value>, isWanted: (name: string) => boolean): Named<Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => isWanted(name)));
}

/** Another value under each of the names. `Object.fromEntries` defines keys, so that one named `__proto__` stays data. */
export function mapped<Value, Made>(
  all: Named<Value>,
  make: (value: Value, name: string) => Made,
): Named<Made> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, make(value, name)]));
}

/** For a sentence that says which ones there are. */
export function nodeNames({ nodes }: { readonly nodes: ReadonlyMap<string, unknown> }): string {
  return [...nodes.keys()].join(", ");
}
