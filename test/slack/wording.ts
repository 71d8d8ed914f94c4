// How everything that people read is written: one voice, one word per thing, and nothing of what is inside.

/** Everything that is drawn from a message, a modal or a home. */
export function textsIn(drawn: unknown): readonly string[] {
  if (typeof drawn !== "object" || drawn === null) return [];
  if (Array.isArray(drawn)) return drawn.flatMap(textsIn);
  return Object.entries(drawn).flatMap(([name, value]) => {
    if (MACHINE.includes(name)) return [];
    return typeof value === "string" ? (SHOWN.includes(name) ? [value] : []) : textsIn(value);
  });
}

/** What the machine reads. */
const MACHINE = [
  "metadata",
  "private_metadata",
  "value",
  "action_id",
  "block_id",
  "callback_id",
  "options_load_url",
];
const SHOWN = ["text", "alt_text"];

/** Words of the inside, and how people would say it. */
const INNER =
  /\b(?:interrupts?|checkpoints?|supersteps?|reducers?|leases?|sweepers?|idempoten\w*|digests?|payloads?|DynamoDB|SQS|Lambda|zod|undefined|NaN|Infinity)\b|\[object |\bnull\b|Error:/;

/** One word for each thing: the one that we do not use, and the one that we do. */
const OTHER_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:deny|denied|decline[ds]?|disapprove\w*)\b/i, "rejected"],
  [/\b(?:accepted|authori[sz]ed?|confirmed by)\b/i, "approved"],
  [/\b(?:reviewers?|authori[sz]ers?)\b/i, "approvers"],
  [/\b(?:requestors?|initiators?)\b/i, "requester"],
  [/\b(?:jobs?|executions?|pipelines?)\b/i, "run"],
  [/\b(?:timed? ?out|lapsed)\b/i, "expired"],
  [/\b(?:aborted|terminated|killed)\b/i, "cancelled, or stopped"],
  [/\b(?:delegat\w*|reassign\w*|assign\w*)\b/i, "handed over"],
  [/\b(?:pop-?ups?|dialogs?|modals?)\b/i, "form"],
  [/\b(?:successfully|please note|kindly|oops|sorry|simply|just)\b/i, "nothing"],
  [/\bclick here\b/i, "the name of what it opens"],
];

/** What is wrong with a text of ours, in sentences; `longest` is in characters. */
export function wrongIn(text: string, longest: number): readonly string[] {
  const said = withoutTokens(text);
  return [
    ...(said.length <= longest ? [] : [`It has ${said.length} characters, and ${longest} are enough.`]),
    ...(INNER.test(said) ? [`It speaks of “${INNER.exec(said)?.[0] ?? ""}”.`] : []),
    ...OTHER_WORDS.flatMap(([other, ours]) => {
      const found = other.exec(said)?.[0];
      return found === undefined ? [] : [`It says “${found}”; we say ${ours}.`];
    }),
    ...(/(?<!like )\d{4}-\d\d-\d\dT/.test(said) ? ["It has a time that is nobody's own."] : []),
    ...(said.includes("...") ? ["It has three dots in place of an ellipsis."] : []),
    ...(/[!¡]/.test(said) ? ["It shouts."] : []),
    ...(/\S {2,}\S/.test(said) ? ["It has a gap in it."] : []),
    ...(/[.,;:?…]{2,}(?!\w)/.test(said.replaceAll("…", "")) ? ["It is punctuated twice."] : []),
    ...(/(?:^|[^*_~\w])\w+'\w*'/.test(said) ? ["It has straight quotes around a word."] : []),
  ];
}

/** Mentions, and times with what stands for them where Slack cannot show them. */
function withoutTokens(text: string): string {
  return text.replaceAll(/<!date\^[^>]*>/g, "today 15:04").replaceAll(/<[@#!][^>]*>/g, "@ana");
}
