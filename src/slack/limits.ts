// Slack's limits, and cutting text to them with a mark that says so. Rendering clips, it never throws.
// Source: docs.slack.dev, Block Kit reference and views; the size of a whole message is measured, not documented.

export const LIMITS = {
  sectionText: 3_000,
  fieldText: 2_000,
  fields: 10,
  headerText: 150,
  buttonText: 75,
  buttonValue: 2_000,
  confirmTitle: 100,
  confirmText: 300,
  modalTitle: 24,
  blockId: 255,
  privateMetadata: 3_000,
  inputText: 3_000,
  selectOptions: 100,
  optionText: 75,
  optionValue: 150,
  label: 2_000,
  fallbackText: 3_900,
  /** Of all blocks of one message as JSON, in bytes; a little less than Slack takes, for the note on masked values. */
  messageBytes: 11_900,
  /** Of a whole view as JSON, in bytes. */
  viewBytes: 240_000,
  /** Our own: longer arguments are read in the full request, not on the card. */
  cardArgs: 1_500,
  /** Our own: of what one option is called, sends and leads to. */
  optionLine: 300,
  /** Our own: a larger menu leaves too little of its message for everything else, and is in a form instead. */
  menuBytes: 5_000,
  /** Our own: what names a thing stays short, so that what follows it on a card is never cut. */
  title: 300,
  summary: 2_000,
  /** Our own: of what an agent says, which nobody has to read on. */
  agentProse: 500,
  factLabel: 100,
  factValue: 700,
  reason: 1_500,
  note: 300,
  outcome: 2_500,
  modalBlocks: 100,
} as const;

const MARK = "…";

export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - MARK.length);
  // Half of an emoji, or of an entity that escaping made, would be drawn as rubbish.
  return `${cut.replace(/\u200D?[\uD800-\uDBFF]$|\u200D$/, "").replace(/&[a-z]{0,3}$/, "")}${MARK}`;
}

/** Draws with ever less room for long texts, until Slack takes the whole; nearly everything fits at once. */
export function fitting<T>(maxBytes: number, draw: (room: Room) => T): T {
  for (const share of [1, 0.5, 0.25]) {
    const drawn = draw((max) => Math.floor(max * share));
    if (bytesOf(drawn) <= maxBytes) return drawn;
  }
  return draw((max) => Math.floor(max * 0.1));
}

/** How much of a text's own limit it may use. */
export type Room = (max: number) => number;

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
