// What a command of the command line has to say when it is done.

export interface Said {
  /** 0 when it was done, 1 when it was refused or failed, 2 when the words were wrong. */
  readonly code: 0 | 1 | 2;
  readonly text: string;
  /** The same for programs, without the text; nothing more where it is left out. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export function refused(text: string, data: Said["data"] = {}): Said {
  return { code: 1, text, data };
}

export function wrong(text: string): Said {
  return { code: 2, text };
}
