// A map that keeps what was used last, so that a process that lives long does not grow.

export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  keys(): readonly string[];
}

export function createRecent<Value>(size: number): Recent<Value> {
  const values = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    values.delete(key);
    values.set(key, value);
    const oldest = values.keys().next().value;
    if (values.size > size && oldest !== undefined) values.delete(oldest);
  };
  return {
    get(key) {
      const value = values.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}
