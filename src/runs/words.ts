// Fields of a command as people type them: name=value, each name once.

export interface Words {
  readonly words: Readonly<Record<string, string>>;
  /** What is no field, or names one that was there already. */
  readonly stray: readonly string[];
}

export function wordsOf(fields: readonly string[]): Words {
  const words = new Map<string, string>();
  const stray: string[] = [];
  for (const field of fields) {
    const [name = "", ...value] = field.split("=");
    // Of two values for one field neither is the right one to guess.
    if (value.length === 0 || words.has(name)) stray.push(field);
    else words.set(name, value.join("="));
  }
  return { words: Object.fromEntries(words), stray };
}
