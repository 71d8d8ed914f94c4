// What a command of the command line has to say when it is done.

export interface Said {
  /** 0 when it was done, 1 when it was refused or failed, 2 when the words were wrong. */
  readonly code: 0 | 1 | 2;
  readonly text: string;
  /** The same for programs, without the text. What has no kind of its own gets one by its code. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The text is what was asked for, whole, also where something is wrong with it: it is no message. */
  readonly isAnswer?: true;
}

export function refused(text: string, data: Said["data"] = {}): Said {
  return { code: 1, text, data };
}

export function wrong(text: string): Said {
  return { code: 2, text };
}

const KINDS = ["done", "refused", "wrong-words"] as const;

/**
 * One object, which always has a `kind` and a `text`.
 *
 * @example
 * jsonOf({ code: 2, text: "Say what to do." }); // {"kind":"wrong-words","text":"Say what to do."}
 */
export function jsonOf({ code, text, data }: Said): string {
  return `${JSON.stringify({ kind: KINDS[code], ...data, text }, null, 2)}\n`;
}
